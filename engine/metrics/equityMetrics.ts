import { DAY_MS } from "../core/timeframe.ts";
import { annualReturn } from "./annualReturn.ts";
import { calmarRatio } from "./drawdownRatios.ts";
import { sharpeOf } from "./sharpe.ts";
import { sortinoOf } from "./sortino.ts";

/** Crypto trades every day of the year. */
const DAYS_PER_YEAR = 365;

/** The figures of an equity curve; fractions, NaN where there is nothing to say. */
export type EquityMetrics = {
  readonly finalEquity: number;
  readonly totalReturn: number;
  /** Compounded to a year of 365 days; NaN once the equity is 0 or less. */
  readonly annualReturn: number;
  /** Standard deviation (ddof 1) of the returns from day to day × √365. */
  readonly annualVolatility: number;
  /** Mean of the daily returns by their deviation × √365; nothing is taken off for interest. */
  readonly sharpe: number;
  /** The same by the root of the mean square of the daily returns below zero. */
  readonly sortino: number;
  /** The deepest fall from a peak, as a positive fraction of it. */
  readonly maxDrawdown: number;
  /** Annual return by deepest drawdown. */
  readonly calmar: number;
};

/**
 * `timeAt` gives the time of a row in UTC milliseconds, ascending; `equity` at each. Daily returns are from the last
 * value of one UTC day to that of the next day that has one; the first day's is from `start`, the equity at `startMs`.
 * `maxDrawdown` is found, unless whoever made the column has seen it on the way.
 */
export function equityMetrics(
  timeAt: (row: number) => number,
  equity: Float64Array,
  start: { readonly startMs: number; readonly equity: number },
  maxDrawdown: number = deepest(equity, start.equity),
): EquityMetrics {
  const rows = equity.length;
  const days = new DailyReturns(start.equity);
  for (let row = 0; row < rows; ) {
    const last = lastOfDay(timeAt, row, rows);
    days.close(equity[last]);
    row = last + 1;
  }
  return equityFigures({
    startMs: start.startMs,
    endMs: rows === 0 ? start.startMs : timeAt(rows - 1),
    startEquity: start.equity,
    finalEquity: rows === 0 ? start.equity : equity[rows - 1],
    maxDrawdown,
    days,
  });
}

/** Mean and deviation of daily returns, folded from the equity at the end of each day. */
export class DailyReturns {
  count = 0;
  mean = 0;
  /** Sum of the squares of the differences from the mean. */
  squares = 0;
  /** Sum of the squares of the returns below zero. */
  downside = 0;
  #before: number;

  constructor(startEquity: number) {
    this.#before = startEquity;
  }

  /** The equity at the end of the next day; answers with the day's return. */
  close(equity: number): number {
    const change = equity / this.#before - 1;
    this.#before = equity;
    this.count++;
    // Welford: one pass, and nothing is lost to the difference of large sums.
    const off = change - this.mean;
    this.mean += off / this.count;
    this.squares += off * (change - this.mean);
    if (change < 0) this.downside += change * change;
    return change;
  }
}

/** The figures that follow from an equity curve's ends, its days and its deepest fall. */
export function equityFigures(curve: {
  readonly startMs: number;
  readonly endMs: number;
  readonly startEquity: number;
  readonly finalEquity: number;
  readonly maxDrawdown: number;
  readonly days: DailyReturns;
}): EquityMetrics {
  const { finalEquity, maxDrawdown, days } = curve;
  const { count, mean, squares, downside } = days;
  const totalReturn = finalEquity / curve.startEquity - 1;
  const years = (curve.endMs - curve.startMs) / (DAYS_PER_YEAR * DAY_MS);
  const annual = annualReturn(totalReturn, years);
  const deviation = count > 1 ? Math.sqrt(squares / (count - 1)) : Number.NaN;
  return {
    finalEquity,
    totalReturn,
    annualReturn: annual,
    annualVolatility: deviation * Math.sqrt(DAYS_PER_YEAR),
    sharpe: sharpeOf(mean, deviation, DAYS_PER_YEAR),
    sortino: sortinoOf(mean, Math.sqrt(downside / count), DAYS_PER_YEAR),
    maxDrawdown,
    calmar: calmarRatio(annual, maxDrawdown),
  };
}

export function deepest(equity: Float64Array, start: number): number {
  let peak = start;
  let maxDrawdown = 0;
  for (let row = 0; row < equity.length; row++) {
    const value = equity[row];
    if (value > peak) peak = value;
    else if (peak - value > maxDrawdown * peak) maxDrawdown = (peak - value) / peak;
  }
  return maxDrawdown;
}

/**
 * The last row of the UTC day that a row is of, sought in growing strides: days have many rows, or one. A row at
 * midnight is the close of the day that ends.
 */
export function lastOfDay(timeAt: (row: number) => number, from: number, rows: number): number {
  const until = Math.ceil(timeAt(from) / DAY_MS) * DAY_MS;
  let low = from;
  let stride = 1;
  while (low + stride < rows && timeAt(low + stride) <= until) {
    low += stride;
    stride *= 2;
  }
  let high = Math.min(rows, low + stride);
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (timeAt(middle) <= until) low = middle;
    else high = middle;
  }
  return low;
}
