import type { Numbers } from "../core/stats.ts";
import { isSpread, moments } from "./moments.ts";
import { downsideDeviation } from "./volatility.ts";

/**
 * Sortino ratio (Sortino and Price 1994): the mean of the returns above `target` by their downside deviation, which is
 * taken over all returns, × √`periodsPerYear`. NaN where no return is below the target: nothing is known of losses.
 */
export function sortinoRatio(
  returns: Numbers,
  periodsPerYear: number,
  { target = 0 }: { target?: number } = {},
): number {
  return sortinoOf(moments(returns).mean - target, downsideDeviation(returns, { target }), periodsPerYear);
}

/** The same from mean and downside deviation of one period. */
export function sortinoOf(average: number, downside: number, periodsPerYear: number): number {
  return isSpread(downside, 0) ? (average / downside) * Math.sqrt(periodsPerYear) : Number.NaN;
}
