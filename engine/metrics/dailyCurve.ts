import { DAY_MS } from "../core/timeframe.ts";
import { lastOfDay } from "./equityMetrics.ts";

/** An account day by day: its last value of each UTC day that has one. */
export type DailyCurve = {
  /** Midnight at which the day begins, UTC milliseconds. */
  readonly day: Float64Array;
  /** When the day's last value was. */
  readonly time: Float64Array;
  readonly equity: Float64Array;
  /** Change of the day as a fraction, from the last value of the day before that has one; the first's from the start. */
  readonly returns: Float64Array;
};

/**
 * `time` ascends, UTC milliseconds; a value at midnight is the close of the day that ends. A day without a value has no
 * return, as on a market's holiday. `start` is the equity before the first value.
 */
export function dailyCurve(time: Float64Array, equity: Float64Array, start: number): DailyCurve {
  const rows: number[] = [];
  for (let row = 0; row < time.length; ) {
    const last = lastOfDay((at) => time[at], row, time.length);
    rows.push(last);
    row = last + 1;
  }
  const closes = Float64Array.from(rows, (row) => equity[row]);
  return {
    day: Float64Array.from(rows, (row) => (Math.ceil(time[row] / DAY_MS) - 1) * DAY_MS),
    time: Float64Array.from(rows, (row) => time[row]),
    equity: closes,
    returns: closes.map((value, i) => value / (i === 0 ? start : closes[i - 1]) - 1),
  };
}
