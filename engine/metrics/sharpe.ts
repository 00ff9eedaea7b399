import type { Numbers } from "../core/stats.ts";
import { isSpread, moments } from "./moments.ts";

/**
 * Sharpe ratio (Sharpe 1966, 1994): the mean of the returns by their standard deviation (ddof 1) × √`periodsPerYear`.
 * Nothing is taken off for interest; take it off the returns where it matters. NaN below two returns and where nothing
 * varies. A measured ratio has an error of about √(1/years): read it beside its interval and its deflated twin.
 */
export function sharpeRatio(returns: Numbers, periodsPerYear: number): number {
  const { mean, deviation } = moments(returns);
  return sharpeOf(mean, deviation, periodsPerYear);
}

/** The same from mean and deviation of one period. */
export function sharpeOf(mean: number, deviation: number, periodsPerYear: number): number {
  return isSpread(deviation, mean) ? (mean / deviation) * Math.sqrt(periodsPerYear) : Number.NaN;
}
