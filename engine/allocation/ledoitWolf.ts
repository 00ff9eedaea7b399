import { type Matrix, zeros } from "../core/linearAlgebra.ts";
import { mean, type Numbers } from "../core/stats.ts";
import type { CovarianceEstimate } from "./covarianceEstimator.ts";

/**
 * The sample covariance (divided by n here, as in the papers) drawn towards a simple model by the share that makes the
 * expected squared error least:
 *
 * - `"constantCorrelation"`: own variances, one correlation for all pairs. Ledoit and Wolf 2004, "Honey, I Shrunk the
 *   Sample Covariance Matrix", appendix B.
 * - `"identity"`: one variance for all, no correlation. Ledoit and Wolf 2004, "A well-conditioned estimator for
 *   large-dimensional covariance matrices"; scikit-learn's `LedoitWolf`.
 */
export function ledoitWolf(
  returns: ArrayLike<Numbers>,
  { target = "constantCorrelation" }: { readonly target?: "constantCorrelation" | "identity" } = {},
): CovarianceEstimate {
  const off = Array.from({ length: returns.length }, (_, i) => {
    const centre = mean(returns[i]);
    return Float64Array.from(returns[i], (one) => one - centre);
  });
  const sample = momentMatrix(off);
  const model = target === "identity" ? scaledIdentity(sample) : constantCorrelation(sample);
  const distance = squaredDistance(sample, model);
  // Nothing to draw from: the sample is its own model (one symbol, or two for one correlation).
  if (!(distance > 1e-28 * squaredDistance(sample, zeros(sample.length, sample.length)))) {
    return { covariance: sample, shrinkage: 0 };
  }
  const count = off[0].length;
  const noise = samplingVariance(off, sample);
  const shared = target === "identity" ? 0 : sharedVariance(off, sample);
  const shrinkage = Math.max(0, Math.min(1, (noise - shared) / distance / count));
  const covariance = sample.map((row, i) =>
    row.map((one, j) => shrinkage * model[i][j] + (1 - shrinkage) * one),
  );
  return { covariance, shrinkage };
}

function momentMatrix(off: readonly Float64Array[]): Matrix {
  const covariance = zeros(off.length, off.length);
  for (let i = 0; i < off.length; i++) {
    for (let j = 0; j <= i; j++) {
      let total = 0;
      for (let t = 0; t < off[i].length; t++) total += off[i][t] * off[j][t];
      covariance[i][j] = covariance[j][i] = total / off[i].length;
    }
  }
  return covariance;
}

function scaledIdentity(sample: Matrix): Matrix {
  const variance = mean(sample.map((row, i) => row[i]));
  return sample.map((row, i) => row.map((_, j) => (i === j ? variance : 0)));
}

function constantCorrelation(sample: Matrix): Matrix {
  const correlation = meanCorrelation(sample);
  return sample.map((row, i) =>
    row.map((one, j) => (i === j ? one : correlation * Math.sqrt(sample[i][i] * sample[j][j]))),
  );
}

/** Of all pairs; a symbol that never moves correlates with nothing. */
function meanCorrelation(sample: Matrix): number {
  let total = 0;
  let pairs = 0;
  for (let i = 0; i < sample.length; i++) {
    for (let j = 0; j < i; j++) {
      const scale = Math.sqrt(sample[i][i] * sample[j][j]);
      if (scale > 0) total += sample[i][j] / scale;
      pairs++;
    }
  }
  return pairs === 0 ? 0 : total / pairs;
}

function squaredDistance(a: Matrix, b: Matrix): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < a.length; j++) total += (a[i][j] - b[i][j]) * (a[i][j] - b[i][j]);
  }
  return total;
}

/** π: the asymptotic variances of √n times each entry of the sample covariance, added up. */
function samplingVariance(off: readonly Float64Array[], sample: Matrix): number {
  let total = 0;
  for (let i = 0; i < off.length; i++) {
    for (let j = 0; j < off.length; j++)
      total += coVariance(off[i], off[j], off[i], off[j], sample[i][j], sample[i][j]);
  }
  return total;
}

/** ρ: the asymptotic covariances of √n times each entry of the sample with the same entry of the model. */
function sharedVariance(off: readonly Float64Array[], sample: Matrix): number {
  const correlation = meanCorrelation(sample);
  let total = 0;
  for (let i = 0; i < off.length; i++) {
    const [x, variance] = [off[i], sample[i][i]];
    total += coVariance(x, x, x, x, variance, variance);
    for (let j = 0; j < off.length; j++) {
      if (i === j || !(variance > 0)) continue;
      // The sum runs over all ordered pairs, so one of the two symmetrical terms stands for both halves.
      total +=
        correlation *
        Math.sqrt(sample[j][j] / variance) *
        coVariance(x, x, x, off[j], variance, sample[i][j]);
    }
  }
  return total;
}

/** Mean of (a b − ab)(c d − cd) over time. */
function coVariance(
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  d: Float64Array,
  ab: number,
  cd: number,
): number {
  let total = 0;
  for (let t = 0; t < a.length; t++) total += (a[t] * b[t] - ab) * (c[t] * d[t] - cd);
  return total / a.length;
}
