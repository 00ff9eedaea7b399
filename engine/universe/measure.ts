import type { Candles } from "../candles/candles.ts";
import { ln } from "../core/maths.ts";
import { standardDeviation } from "../core/stats.ts";
import { DAY_MS } from "../core/timeframe.ts";
import type { UniverseMeasure } from "./rules.ts";

/** How many closed candles, the latest included, a measure needs for a lookback. */
export function candlesNeeded(by: UniverseMeasure, lookbackBars: number): number {
  if (by === "price" || by === "age") return 1;
  // As many returns as bars need one close more.
  return by === "volatility" || by === "performance" ? lookbackBars + 1 : lookbackBars;
}

/** The measure of a symbol at `time`, from its first `closed` candles alone; of those there must be enough. */
export function measure(
  by: UniverseMeasure,
  candles: Candles,
  {
    closed,
    time,
    lookbackBars,
  }: { readonly closed: number; readonly time: number; readonly lookbackBars: number },
): number {
  const from = closed - lookbackBars;
  switch (by) {
    case "price":
      return candles.close[closed - 1];
    case "age":
      return (time - candles.timestamp[0]) / DAY_MS;
    case "quoteVolume":
      return quoteVolume(candles, from, closed);
    case "volatility":
      return volatility(candles, from, closed);
    case "performance":
      return candles.close[closed - 1] / candles.close[from - 1] - 1;
    case "range":
      return priceRange(candles, from, closed);
    case "spread":
      return spreadBps(candles, from, closed);
  }
}

/** Volume at the typical price, (high + low + close) / 3, added up. */
function quoteVolume({ high, low, close, volume }: Candles, from: number, to: number): number {
  let total = 0;
  for (let i = from; i < to; i++) total += (volume[i] * (high[i] + low[i] + close[i])) / 3;
  return total;
}

function volatility({ close }: Candles, from: number, to: number): number {
  const returns = new Float64Array(to - from);
  for (let i = from; i < to; i++) returns[i - from] = ln(close[i] / close[i - 1]);
  return standardDeviation(returns) * Math.sqrt(returns.length);
}

function priceRange({ high, low }: Candles, from: number, to: number): number {
  let highest = -Infinity;
  let lowest = Infinity;
  for (let i = from; i < to; i++) {
    highest = Math.max(highest, high[i]);
    lowest = Math.min(lowest, low[i]);
  }
  return (highest - lowest) / lowest;
}

/**
 * The spread from candles alone (Abdi and Ranaldo 2017, "A Simple Estimation of Bid-Ask Spreads from Daily Close, High,
 * and Low Prices"): with c the log of a close, which is a bid or an ask, and η the middle of the logs of high and low,
 * spread² = 4 × mean of (cₜ − ηₜ)(cₜ − ηₜ₊₁). 0 where the mean is below zero, as it is for half of all spreadless series.
 */
function spreadBps({ high, low, close }: Candles, from: number, to: number): number {
  const middle = (i: number): number => (ln(high[i]) + ln(low[i])) / 2;
  let total = 0;
  for (let i = from; i + 1 < to; i++) {
    const price = ln(close[i]);
    total += (price - middle(i)) * (price - middle(i + 1));
  }
  const square = (4 * total) / (to - from - 1);
  return square < 0 ? 0 : 1e4 * Math.sqrt(square);
}
