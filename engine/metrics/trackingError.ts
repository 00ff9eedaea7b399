import type { Numbers } from "../core/stats.ts";
import { moments } from "./moments.ts";
import { sharpeOf } from "./sharpe.ts";

/** Returns less those of a benchmark over the same periods. */
export function activeReturns(returns: Numbers, benchmark: Numbers): Float64Array {
  return Float64Array.from({ length: returns.length }, (_, i) => returns[i] - benchmark[i]);
}

/** Standard deviation (ddof 1) of the active returns × √`periodsPerYear`; NaN below two of them. */
export function trackingError(returns: Numbers, benchmark: Numbers, periodsPerYear: number): number {
  return moments(activeReturns(returns, benchmark)).deviation * Math.sqrt(periodsPerYear);
}

/**
 * Information ratio (Goodwin 1998): the mean of the active returns by their standard deviation (ddof 1) ×
 * √`periodsPerYear`, the Sharpe ratio of a bet against the benchmark. quantstats and empyrical leave it at one period.
 * NaN where the two never part.
 */
export function informationRatio(returns: Numbers, benchmark: Numbers, periodsPerYear: number): number {
  const { mean, deviation } = moments(activeReturns(returns, benchmark));
  return sharpeOf(mean, deviation, periodsPerYear);
}
