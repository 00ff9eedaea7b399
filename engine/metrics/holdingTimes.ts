import { mean, median } from "../core/stats.ts";

/** How long trades were held, in milliseconds; NaN where there are none. */
export type HoldingTimes = {
  readonly averageMs: number;
  readonly medianMs: number;
  readonly longestMs: number;
  readonly averageWinMs: number;
  readonly averageLossMs: number;
};

/** From the first entry to the exit that closed the position; break-even trades are neither wins nor losses. */
export function holdingTimes(
  entryTime: Float64Array,
  exitTime: Float64Array,
  profit: Float64Array,
): HoldingTimes {
  const all = exitTime.map((exit, i) => exit - entryTime[i]);
  return {
    averageMs: mean(all),
    medianMs: median(all),
    longestMs: all.length === 0 ? Number.NaN : all.reduce((longest, one) => Math.max(longest, one), 0),
    averageWinMs: mean(all.filter((_, i) => profit[i] > 0)),
    averageLossMs: mean(all.filter((_, i) => profit[i] < 0)),
  };
}
