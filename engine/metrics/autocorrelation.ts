import type { Numbers } from "../core/stats.ts";
import { regression } from "./regression.ts";

/**
 * Pearson's correlation of each return with the one before it, −1 … 1. Above 0 the returns trend, and a volatility made
 * annual by the root of time is too small. NaN below three returns and where nothing varies.
 */
export function autocorrelation(returns: Numbers): number {
  const all = Float64Array.from(returns);
  return regression(all.subarray(1), all.subarray(0, Math.max(0, all.length - 1))).correlation;
}

/**
 * By how much a Sharpe ratio is to be divided for returns that depend on the one before: √(1 + 2 Σₖ (n − k)/n · |ρ|ᵏ)
 * with the correlation ρ of neighbours, k = 1 … n − 1; never below 1. quantstats' and Jesse's "smart" ratios divide by
 * it.
 */
export function autocorrelationPenalty(returns: Numbers): number {
  const count = returns.length;
  const rho = Math.abs(autocorrelation(returns));
  if (!(rho < 1)) return Number.isNaN(rho) ? Number.NaN : Math.sqrt(count);
  let sum = 0;
  let power = rho;
  for (let k = 1; k < count && power > 0; k++) {
    sum += ((count - k) / count) * power;
    power *= rho;
  }
  return Math.sqrt(1 + 2 * sum);
}
