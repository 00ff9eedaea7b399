import { pow } from "../core/maths.ts";
import type { Numbers } from "../core/stats.ts";

/** What returns of one period after the other come to, as a fraction: Π(1 + r) − 1; 0 of none. */
export function compoundReturn(returns: Numbers): number {
  let growth = 1;
  for (let i = 0; i < returns.length; i++) growth *= 1 + returns[i];
  return growth - 1;
}

/**
 * Compound annual growth rate (CAGR): the return of every year that comes to `totalReturn` in so many years, as a
 * fraction. NaN for no time, and once nothing is left. A few days made annual are a large number and say little.
 */
export function annualReturn(totalReturn: number, years: number): number {
  return years > 0 && totalReturn > -1 ? pow(1 + totalReturn, 1 / years) - 1 : Number.NaN;
}
