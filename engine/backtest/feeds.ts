import type { Candles } from "../candles/candles.ts";
import { nearestName } from "../core/errors.ts";
import { timeframeMs } from "../core/timeframe.ts";
import { Feed } from "../session/feed.ts";
import type { Funding } from "../session/fundings.ts";
import { type BacktestOptions, wrong } from "./options.ts";
import { cutMarket, type Execution, type UniverseMarket } from "./universe.ts";

/** The candles that are folded, from the last before the start on. */
export function candleFeeds(
  markets: readonly UniverseMarket[],
  executed: readonly Execution[],
  startMs: number,
): Feed[] {
  return executed.map(({ candles, closes }, m) => {
    const feed = new Feed(markets[m].id, candles, closes);
    skipTo(feed, startMs);
    return feed;
  });
}

/** The last candle that closes by the start gives the first prices; nothing is folded before it. */
function skipTo(feed: Feed, startMs: number): void {
  let first = 0;
  let high = feed.rows;
  const { timestamp } = feed.candles;
  while (first < high) {
    const middle = (first + high) >>> 1;
    if (feed.closeOf(timestamp[middle]) < startMs) first = middle + 1;
    else high = middle;
  }
  const isAtStart = first < feed.rows && feed.closeOf(timestamp[first]) === startMs;
  feed.goTo(isAtStart || first === 0 ? first : first - 1);
}

/** Room for a row of equity at each close of the market that has most. */
export function equityRows(feeds: readonly Feed[]): number {
  return Math.max(64, ...feeds.map(({ rows, next }) => rows - next));
}

/** Candles of mark prices, by market. */
export function markFeeds(
  markets: readonly UniverseMarket[],
  { markPrice = [] }: BacktestOptions,
  startMs: number,
  endMs: number,
): (Feed | undefined)[] {
  return markets.map(({ id, candles }) => {
    const own = markPrice.find(({ symbol, exchange }) => symbol === id || `${exchange}:${symbol}` === id);
    if (own === undefined) return undefined;
    const from = startMs - timeframeMs(candles.timeframe);
    return new Feed(id, { ...cutMarket(own, from, endMs), symbol: id } as Candles);
  });
}

/** Funding of the span, in order of time. */
export function fundingsOf(
  markets: readonly UniverseMarket[],
  { funding = [] }: BacktestOptions,
  startMs: number,
  endMs: number,
): Funding[] {
  const all: Funding[] = [];
  for (const { symbol, timestamp, rate, markPrice } of funding) {
    const market = markets.findIndex(({ id }) => id === symbol);
    if (market < 0) {
      const known = markets.map(({ id }) => id);
      const nearest = nearestName(symbol, known);
      throw wrong(
        "funding-of-unknown-symbol",
        `funding has rates of ${symbol}, which is not in the universe. ` +
          (nearest === undefined ? `It has: ${known.join(", ")}.` : `Did you mean "${nearest}"?`),
        { symbol, nearest },
      );
    }
    for (let i = 0; i < timestamp.length; i++) {
      if (timestamp[i] < startMs || timestamp[i] > endMs) continue;
      all.push({ market, time: timestamp[i], rate: rate[i], price: markPrice?.[i] ?? Number.NaN });
    }
  }
  return all.sort((a, b) => a.time - b.time || a.market - b.market);
}
