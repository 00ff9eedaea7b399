import type { Numbers } from "../core/stats.ts";
import { moments } from "./moments.ts";

/**
 * Standard deviation (ddof 1) of the returns × √`periodsPerYear`, a fraction a year; NaN below two returns. The root of
 * time holds for returns that do not depend on each other: trending ones swing wider over a year, reverting ones less.
 */
export function annualVolatility(returns: Numbers, periodsPerYear: number): number {
  return moments(returns).deviation * Math.sqrt(periodsPerYear);
}

/**
 * Downside deviation of one period: the root of the mean square of what returns fell short of `target`, over *all*
 * returns (Sortino and van der Meer 1991); those at or above the target count as 0. NaN of no returns.
 */
export function downsideDeviation(returns: Numbers, { target = 0 }: { target?: number } = {}): number {
  let squares = 0;
  for (let i = 0; i < returns.length; i++) {
    const short = returns[i] - target;
    if (Number.isNaN(short)) return Number.NaN;
    if (short < 0) squares += short * short;
  }
  return Math.sqrt(squares / returns.length);
}
