import { pow } from "../core/maths.ts";
import { DAY_MS } from "../core/timeframe.ts";

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
 */
export function equityMetrics(
  timeAt: (row: number) => number,
  equity: Float64Array,
  start: { readonly startMs: number; readonly equity: number },
): EquityMetrics {
  const rows = equity.length;
  const finalEquity = rows === 0 ? start.equity : equity[rows - 1];
  const totalReturn = finalEquity / start.equity - 1;
  const years = rows === 0 ? 0 : (timeAt(rows - 1) - start.startMs) / (365 * DAY_MS);
  const annualReturn = years > 0 && finalEquity > 0 ? pow(1 + totalReturn, 1 / years) - 1 : Number.NaN;

  let count = 0;
  let mean = 0;
  let squares = 0;
  let downside = 0;
  let before = start.equity;
  for (let row = 0; row < rows; ) {
    // A row at midnight is the close of the day that ends.
    const last = lastUntil(timeAt, row, rows, Math.ceil(timeAt(row) / DAY_MS) * DAY_MS);
    const change = equity[last] / before - 1;
    before = equity[last];
    row = last + 1;
    count++;
    // Welford: one pass, and nothing is lost to the difference of large sums.
    const off = change - mean;
    mean += off / count;
    squares += off * (change - mean);
    if (change < 0) downside += change * change;
  }
  const deviation = count > 1 ? Math.sqrt(squares / (count - 1)) : Number.NaN;
  const year = Math.sqrt(365);
  const maxDrawdown = deepest(equity, start.equity);
  return {
    finalEquity,
    totalReturn,
    annualReturn,
    annualVolatility: deviation * year,
    sharpe: deviation > 0 ? (mean / deviation) * year : Number.NaN,
    sortino: downside > 0 ? (mean / Math.sqrt(downside / count)) * year : Number.NaN,
    maxDrawdown,
    calmar: maxDrawdown > 0 ? annualReturn / maxDrawdown : Number.NaN,
  };
}

function deepest(equity: Float64Array, start: number): number {
  let peak = start;
  let maxDrawdown = 0;
  for (let row = 0; row < equity.length; row++) {
    const value = equity[row];
    if (value > peak) peak = value;
    else if (peak - value > maxDrawdown * peak) maxDrawdown = (peak - value) / peak;
  }
  return maxDrawdown;
}

/** The last row from `from` on whose time is at most `until`, sought in growing strides: days have many rows, or one. */
function lastUntil(timeAt: (row: number) => number, from: number, rows: number, until: number): number {
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
