import { type Numbers, quantile } from "../core/stats.ts";

/**
 * The 95 % quantile of the returns by the size of the 5 % quantile (empyrical's): below 1 the bad days are larger than
 * the good ones. Quantiles are Hyndman and Fan's type 7. NaN of no returns, and where the 5 % quantile is 0.
 */
export function tailRatio(returns: Numbers, { tail = 0.05 }: { tail?: number } = {}): number {
  const low = Math.abs(quantile(returns, tail));
  return low > 0 ? Math.abs(quantile(returns, 1 - tail)) / low : Number.NaN;
}
