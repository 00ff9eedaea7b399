import { exp, ln, normalCdf } from "../core/maths.ts";
import type { Posterior } from "./gaussianProcess.ts";

const ROOT_2PI = 2.5066282746310002;
const FAR = -6;

/**
 * The expected improvement below the smallest value so far, E[max(0, best − f)] = σ (φ(z) + z Φ(z)) with
 * z = (best − μ) / σ (Jones, Schonlau and Welch 1998). Not below 0.
 */
export function expectedImprovement({ mean, variance }: Posterior, best: number): number {
  const deviation = Math.sqrt(variance);
  if (!(deviation > 0)) return Math.max(0, best - mean);
  const z = (best - mean) / deviation;
  return Math.max(0, deviation * (exp(-0.5 * z * z) / ROOT_2PI + z * normalCdf(z)));
}

/**
 * Its logarithm, which still tells places apart where the improvement itself is lost to rounding: far below, it is
 * σ φ(z) / z² to first order (Ament et al. 2023). −Infinity where nothing can be gained.
 */
export function logExpectedImprovement(posterior: Posterior, best: number): number {
  const deviation = Math.sqrt(posterior.variance);
  const z = (best - posterior.mean) / deviation;
  if (!(deviation > 0) || z > FAR) return ln(expectedImprovement(posterior, best));
  return ln(deviation) - 0.5 * z * z - ln(ROOT_2PI) - 2 * ln(-z);
}
