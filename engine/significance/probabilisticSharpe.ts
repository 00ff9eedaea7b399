import { normalCdf } from "../core/maths.ts";
import { type SharpeEstimate, sharpeStandardError } from "./sharpeEstimate.ts";

/**
 * Probability that the true Sharpe ratio is above `benchmark`, given the one that was measured, how long, and how far
 * the returns are from normal (Bailey and López de Prado 2012, "The Sharpe ratio efficient frontier", PSR). Both ratios
 * are per period, not annualised; the kurtosis is raw. It knows nothing of how many others were tried: see
 * `deflatedSharpe`. NaN for fewer than two observations, and where the Sharpe ratio is.
 */
export function probabilisticSharpe(
  estimate: SharpeEstimate,
  { benchmark = 0 }: { benchmark?: number } = {},
): number {
  return normalCdf((estimate.sharpe - benchmark) / sharpeStandardError(estimate));
}
