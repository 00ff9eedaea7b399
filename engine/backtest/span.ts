import { lowerBound } from "../candles/build.ts";
import type { Candles } from "../candles/candles.ts";
import { closeOf } from "../candles/cut.ts";
import { isoTime } from "../core/isoTime.ts";
import { isMultiple, timeframeMs } from "../core/timeframe.ts";
import type { Strategy } from "../strategy/contract.ts";
import { type BacktestOptions, type StrategyMix, wrong } from "./options.ts";
import { cutMarket, type UniverseMarket, universeSpan } from "./universe.ts";

/** What of the candles a backtest uses, market by market. */
export type Span = {
  /** The first decision, and the end; UTC milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  /** Where each market's history begins, and its candles from there on. */
  readonly froms: readonly number[];
  readonly cuts: readonly Candles[];
};

/** Cuts the candles to the span that was asked for, with the history that the strategies need before it. */
export function backtestSpan(
  mix: StrategyMix,
  frames: readonly string[],
  markets: readonly UniverseMarket[],
  options: BacktestOptions,
): Span {
  const { timeframe: base } = markets[0].candles;
  mix.strategies.forEach(({ strategy }, s) => {
    requireTimeframe(strategy, frames[s], base);
  });
  const span = universeSpan(markets);
  const historyMs = Math.max(
    ...mix.strategies.map(({ strategy }, s) => strategy.history * timeframeMs(frames[s])),
  );
  const historyRows = Math.ceil(historyMs / timeframeMs(base));
  const startMs = options.startMs ?? firstStart(markets, historyRows);
  const endMs = options.endMs ?? span.lastCloseMs;
  requireSpan(mix, span, startMs, endMs);
  const froms = markets.map(({ candles }) => historyFrom(candles, startMs, historyMs, historyRows));
  const fromMs = Math.min(...froms);
  const cuts = markets.map(({ candles }, m) => cutMarket(candles, froms[m], endMs));
  if (cuts.every(({ timestamp }) => timestamp.length === 0)) {
    throw wrong(
      "no-candles",
      `No symbol has a candle from ${isoTime(fromMs)} (start less history) to ${isoTime(endMs)}. ` +
        `The candles reach from ${isoTime(span.firstMs)} to ${isoTime(span.lastCloseMs)}: choose dates among them.`,
      { fromMs, endMs, ...span },
    );
  }
  return { startMs, endMs, froms, cuts };
}

/** When the first market has its history: the close of so many candles. */
function firstStart(markets: readonly UniverseMarket[], rows: number): number {
  let first = Infinity;
  for (const { candles } of markets) {
    const { timestamp, timeframe } = candles;
    if (timestamp.length >= rows) first = Math.min(first, closeOf(timeframe)(timestamp[rows - 1]));
  }
  if (first < Infinity) return first;
  const { firstMs } = universeSpan(markets);
  return firstMs + rows * timeframeMs(markets[0].candles.timeframe);
}

/**
 * Where a market's history begins: as many candles before the start as are needed, counted, since markets close at
 * weekends; never later than their length alone says.
 */
function historyFrom({ timestamp }: Candles, startMs: number, historyMs: number, rows: number): number {
  const from = startMs - historyMs;
  const first = lowerBound(timestamp, startMs) - rows;
  return timestamp.length === 0 ? from : Math.min(from, timestamp[Math.max(0, first)]);
}

function requireTimeframe(strategy: Strategy, timeframe: string, base: string): void {
  if (timeframe !== base && !isMultiple(timeframe, base)) {
    throw wrong(
      "timeframe-finer-than-data",
      `The candles are ${base} and cannot make ${timeframe}; expected candles of ${timeframe}, or finer ones that ` +
        `divide it. Load finer candles, or backtest with timeframe: "${base}".`,
      { strategy: strategy.name, timeframe, given: base },
    );
  }
  for (const higher of strategy.informative) {
    if (higher !== timeframe && isMultiple(higher, timeframe)) continue;
    throw wrong(
      "informative-not-higher",
      `${strategy.name} also reads ${higher}, which is not a higher multiple of ${timeframe}. Backtest on ` +
        `${strategy.timeframe}, its own timeframe, or on one that divides ${higher}.`,
      { strategy: strategy.name, timeframe, informative: higher },
    );
  }
}

function requireSpan(
  mix: StrategyMix,
  span: { firstMs: number; lastCloseMs: number },
  startMs: number,
  endMs: number,
): void {
  if (endMs > startMs) return;
  const { strategy } = mix.strategies[0];
  throw wrong(
    "empty-span",
    `The first decision would be at ${isoTime(startMs)}, and the end is ${isoTime(endMs)}. The candles reach from ` +
      `${isoTime(span.firstMs)} to ${isoTime(span.lastCloseMs)} and ${strategy.name} needs ${strategy.history} of them ` +
      "before it decides: load more, or choose other dates.",
    { startMs, endMs, ...span, history: strategy.history },
  );
}
