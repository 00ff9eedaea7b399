import { exp, ln } from "../core/maths.ts";
import { GaussianProcess, type ProcessScales } from "./gaussianProcess.ts";
import { minimise } from "./minimise.ts";

/** Weak normal priors on the logarithms: centre and standard deviation. */
const LENGTH = { centre: ln(0.5), deviation: 1 };
const VARIANCE = { centre: 0, deviation: 1 };
const NOISE = { centre: ln(1e-3), deviation: 2 };
/** Far beyond these the priors leave nothing; within them the observations' covariance can be decomposed. */
const LEAST = 1e-4;
const MOST = 1e4;
const LEAST_NOISE = 1e-6;

/**
 * The hyper-parameters under which the observed values, of mean 0 and variance 1, are most likely: the maximum of the
 * marginal likelihood times weak priors, which keep few observations from claiming a function that is flat, or all noise.
 */
export function fitScales(
  points: readonly Float64Array[],
  values: Float64Array,
  isCategory: readonly boolean[],
): ProcessScales {
  const sides = isCategory.length;
  const priors = [...isCategory.map(() => LENGTH), VARIANCE, NOISE];
  const slopeAt = (place: Float64Array): { value: number; gradient: Float64Array } => {
    const scales = scalesOf(place);
    const isWithin =
      [...scales.lengths, scales.variance].every((x) => x > LEAST && x < MOST) && scales.noise < MOST;
    if (!isWithin) return { value: Infinity, gradient: place };
    const process = new GaussianProcess(points, values, scales, isCategory);
    let value = -process.logLikelihood();
    const gradient = process.logLikelihoodGradient().map((g) => -g);
    // The least noise stays what it is.
    gradient[sides + 1] *= (scales.noise - LEAST_NOISE) / scales.noise;
    for (const [k, { centre, deviation }] of priors.entries()) {
      const z = (place[k] - centre) / deviation;
      value += 0.5 * z * z;
      gradient[k] += z / deviation;
    }
    return { value, gradient };
  };
  const start = Float64Array.from(priors, ({ centre }) => centre);
  return scalesOf(minimise(slopeAt, start, { iterations: 20, tolerance: 0.1 }).place);
}

function scalesOf(place: Float64Array): ProcessScales {
  const sides = place.length - 2;
  return {
    lengths: place.slice(0, sides).map((x) => exp(x)),
    variance: exp(place[sides]),
    noise: LEAST_NOISE + exp(place[sides + 1]),
  };
}
