import { normalQuantile } from "../core/maths.ts";
import { type SharpeEstimate, sharpeVariance } from "./sharpeEstimate.ts";

/**
 * How many returns like these it takes until the Sharpe ratio is above `benchmark` with this confidence: 1 + (1 − γ₃ SR +
 * (γ₄ − 1)/4 SR²) (z / (SR − benchmark))² (Bailey and López de Prado 2012, MinTRL). In periods, as is everything that
 * goes in; divide by the periods of a year for years. Infinity where the measured ratio is not above the benchmark: no
 * length is enough. NaN where the Sharpe ratio is.
 */
export function minimumTrackRecord(
  estimate: Omit<SharpeEstimate, "observations">,
  { benchmark = 0, confidence = 0.95 }: { benchmark?: number; confidence?: number } = {},
): number {
  const above = estimate.sharpe - benchmark;
  if (above <= 0) return Infinity;
  // Half confidence and less needs no evidence at all.
  const reach = Math.max(0, normalQuantile(confidence)) / above;
  return 1 + sharpeVariance({ ...estimate, observations: 0 }) * reach * reach;
}
