import type { Prepared } from "../prepare.ts";
import { isBracket } from "./bracket.ts";

/** More orders than this at one close are for the session, with its rules about floods. */
export const ORDERS_AT_ONCE = 2;

/**
 * Whether a backtest may go the short way of one strategy on one market: market orders at the next open, and nothing
 * that could happen between. What a strategy decides on the way can still be too much for it.
 */
export function isLone({ settings, feeds, marks, fundings }: Prepared): boolean {
  const { strategies, markets, broker, risk, capital } = settings;
  if (strategies.length !== 1 || markets.length !== 1 || capital !== undefined) return false;
  if (marks[0] !== undefined || fundings.length > 0) return false;
  const [spec] = strategies;
  const [feed] = feeds;
  const { strategy, tapes } = spec;
  const isPlain =
    strategy.onFill === undefined &&
    strategy.onOrder === undefined &&
    (spec.signals !== undefined || strategy.decide !== undefined) &&
    (!spec.hasExits || isBracket(spec.exits)) &&
    spec.membership === undefined &&
    spec.construct === undefined &&
    spec.maxOpenPositions >= 1 &&
    spec.entryTimeoutMs === Infinity &&
    spec.exitTimeoutMs === Infinity &&
    tapes.length === 1 &&
    feed.hasOneLength &&
    feed.candles.timestamp === tapes[0].candles.timestamp;
  const { latency, participation, slippage, fees } = broker.venues[markets[0].exchange];
  const isAtNextOpen =
    (broker.fillModel ?? "nextOpen") === "nextOpen" &&
    (broker.delayBars ?? 0) === 0 &&
    (latency?.submitMs ?? 0) === 0 &&
    participation === undefined &&
    (slippage === undefined || slippage.kind === "none" || slippage.kind === "fixedBps") &&
    (fees === undefined || fees.kind === "flat") &&
    (markets[0].type === "spot" || markets[0].marginMode !== "cross");
  return isPlain && isAtNextOpen && isUnguarded(risk, feed.lengthMs);
}

/** Whether no rule but solvency can refuse, and orders cannot come fast enough to be a flood. */
export function isUnguarded(risk: Prepared["settings"]["risk"], candleMs: number): boolean {
  const ordersPerMinute = (ORDERS_AT_ONCE * 60_000) / candleMs + ORDERS_AT_ONCE;
  return Object.entries(risk).every(([rule, parameters]) => {
    if (rule === "solvency" || parameters === false) return true;
    if (rule !== "ordersPerMinute" || risk.ordersPerMinute === false) return false;
    const { perMarket = Infinity, perAccount = Infinity } = risk.ordersPerMinute;
    return perAccount === Infinity && perMarket > ordersPerMinute;
  });
}
