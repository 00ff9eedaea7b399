import { isoTime } from "../core/isoTime.ts";
import type { EventCalendar, WeeklyCalendar } from "./calendar.ts";
import { directionOf, type Entry } from "./entry.ts";
import type { Finding, On } from "./gate.ts";
import type { Holdings } from "./holdings.ts";
import type { SlidingCount } from "./slidingCount.ts";
import { percent, rounded, until } from "./words.ts";

/** Figures that are numbers, and equity to open a position with. */
export function solvency(rule: On<"solvency">, startEquity: number, entry: Entry): Finding | undefined {
  const limit = rule.minFraction * startEquity;
  if (!(entry.equity > limit)) {
    return {
      value: entry.equity,
      limit,
      detail:
        `equity is ${rounded(entry.equity)}; expected above ${rounded(limit)}` +
        (rule.minFraction > 0 ? `, ${percent(rule.minFraction)} of the start` : ""),
    };
  }
  if (entry.notional > 0 && entry.notional < Infinity) return undefined;
  return {
    value: entry.notional,
    limit: 0,
    detail:
      `amount ${String(entry.order.amount)} at the price ${String(entry.price)} makes no notional above 0` +
      (Number.isNaN(entry.lastPrice) ? "; the market has no price yet" : ""),
  };
}

/** Lists of what may and what may not be traded; `isAllowed` by market. */
export function listed(
  isAllowed: readonly boolean[],
  list: "whitelist" | "blacklist",
  entry: Entry,
): Finding | undefined {
  if (isAllowed[entry.market]) return undefined;
  return {
    value: Number.NaN,
    limit: Number.NaN,
    detail: list === "whitelist" ? "it is not on the whitelist" : "it is on the blacklist",
  };
}

export function closedHours(calendar: WeeklyCalendar, entry: Entry): Finding | undefined {
  const untilMs = calendar.closedUntil(entry.market, entry.time);
  if (Number.isNaN(untilMs)) return undefined;
  return {
    value: entry.time,
    limit: untilMs,
    untilMs,
    detail: `these are closed hours, ${until(untilMs)}`,
  };
}

export function blackouts(calendar: EventCalendar, entry: Entry): Finding | undefined {
  const blackout = calendar.at(entry.market, entry.time);
  if (blackout === undefined) return undefined;
  return {
    value: entry.time,
    limit: blackout.toMs,
    untilMs: blackout.toMs,
    detail: `no new positions around ${blackout.label}, ${until(blackout.toMs)}`,
  };
}

/** Orders that have been sent in the last minute, of the market (`"market"`) or of all. */
export function orderRate(
  sent: SlidingCount,
  whose: "market" | "account",
  entry: Entry,
): Finding | undefined {
  if (!sent.isFull(entry.time)) return undefined;
  const untilMs = sent.fullUntil();
  return {
    value: sent.limit + 1,
    limit: sent.limit,
    untilMs,
    detail:
      `it would be order ${sent.limit + 1} of ${whose === "market" ? "this market" : "the account"} within a minute; ` +
      `allowed are ${sent.limit}, the next one at ${isoTime(untilMs)}`,
  };
}

/** Positions opened today, with those whose first order still waits. Scaling into one that is held is no new trade. */
export function tradesPerDay(
  rule: On<"tradesPerDay">,
  holdings: Holdings,
  entry: Entry,
): Finding | undefined {
  const { account, market, time, sign } = entry;
  if (directionOf(account, market) === sign) return undefined;
  if (rule.perMarket !== undefined) {
    const trades = holdings.openedToday(time, market) + 1;
    if (trades > rule.perMarket) return tradesFinding(trades, rule.perMarket, "this market");
  }
  if (rule.perAccount === undefined) return undefined;
  let trades = holdings.openedToday(time) + 1;
  for (let other = 0; other < entry.markets.length; other++)
    if (account.positionAmount(other) === 0 && directionOf(account, other) !== 0) trades++;
  return trades > rule.perAccount ? tradesFinding(trades, rule.perAccount, "the account") : undefined;
}

function tradesFinding(value: number, limit: number, whose: string): Finding {
  return {
    value,
    limit,
    detail: `it would be trade ${value} of ${whose} since 00:00 UTC; allowed are ${limit} a day`,
  };
}
