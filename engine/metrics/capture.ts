import { pow } from "../core/maths.ts";
import type { Numbers } from "../core/stats.ts";

/** Which periods a capture looks at: those in which the benchmark rose, or fell. */
export type CaptureSide = "up" | "down";

/**
 * Capture ratio (Morningstar): the geometric mean return over the periods in which the benchmark rose (`"up"`) or fell
 * (`"down"`), by the benchmark's own over the same periods. 1 is the benchmark itself; more up than down is what one
 * wants. `compounded` to so many periods before dividing: 1 (default) compares one period with one; empyrical compounds
 * to a year, which daily returns turn into numbers without meaning. NaN without such periods.
 */
export function captureRatio(
  returns: Numbers,
  benchmark: Numbers,
  side: CaptureSide,
  { compounded = 1 }: { compounded?: number } = {},
): number {
  let [growth, benchmarkGrowth, count] = [1, 1, 0];
  for (let i = 0; i < returns.length; i++) {
    if (!(side === "up" ? benchmark[i] > 0 : benchmark[i] < 0)) continue;
    growth *= 1 + returns[i];
    benchmarkGrowth *= 1 + benchmark[i];
    count++;
  }
  if (!(count > 0 && growth > 0)) return Number.NaN;
  const of = (value: number): number => pow(value, compounded / count) - 1;
  return of(growth) / of(benchmarkGrowth);
}
