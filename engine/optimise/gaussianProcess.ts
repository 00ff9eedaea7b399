import { EngineError } from "../core/errors.ts";
import { choleskyOrRow, dot, solveCholesky } from "../core/linearAlgebra.ts";
import { exp, ln } from "../core/maths.ts";

const ROOT_5 = Math.sqrt(5);
const LN_2PI = 1.8378770664093453;

/** The hyper-parameters of a process: how far values speak for their surroundings, how much they vary, how noisy they are. */
export type ProcessScales = {
  /** One for each side of the cube: after this distance two values have little to do with each other. */
  readonly lengths: Float64Array;
  /** The variance of the function's values. */
  readonly variance: number;
  /** The variance of what is added to each observed value. */
  readonly noise: number;
};

export type Posterior = { readonly mean: number; readonly variance: number };

/** Matérn's correlation with smoothness 5/2 at a distance r measured in lengths: (1 + √5 r + 5r²/3) e^(−√5 r). */
export function matern52(r: number): number {
  return (1 + ROOT_5 * r + (5 / 3) * r * r) * exp(-ROOT_5 * r);
}

/**
 * A Gaussian process of mean 0 with Matérn's 5/2 kernel, one length for each side, given observed values (Rasmussen and
 * Williams, "Gaussian Processes for Machine Learning", algorithm 2.1). On the side of a category two places are at
 * distance 0 or 1: the same or not.
 */
export class GaussianProcess {
  /** The observations' covariance, below the diagonal; its triangle L with L Lᵀ; and its inverse times the values. */
  readonly #covariances: readonly Float64Array[];
  readonly #lower: readonly Float64Array[];
  readonly #weights: Float64Array;
  readonly #inverseLengths: Float64Array;
  readonly #solved: Float64Array;

  /** Throws `optimise.gaussian-process` where points are so close to each other that rounding takes one for another. */
  constructor(
    readonly points: readonly Float64Array[],
    readonly values: Float64Array,
    readonly scales: ProcessScales,
    readonly isCategory: readonly boolean[],
  ) {
    this.#inverseLengths = scales.lengths.map((length) => 1 / length);
    const covariances = points.map((point, i) => {
      const row = new Float64Array(points.length);
      for (let j = 0; j < i; j++) row[j] = this.#covariance(point, points[j]);
      row[i] = scales.variance + scales.noise;
      return row;
    });
    const lower = choleskyOrRow(covariances);
    if (typeof lower === "number") {
      throw new EngineError(
        "optimise.gaussian-process",
        `The covariance of ${points.length} points is not positive definite at point ${lower}; ` +
          `expected more noise than ${scales.noise} beside a variance of ${scales.variance}, or points that differ.`,
        { row: lower, noise: scales.noise, variance: scales.variance },
      );
    }
    this.#covariances = covariances;
    this.#lower = lower;
    this.#weights = solveCholesky(lower, values);
    this.#solved = new Float64Array(points.length);
  }

  /** What is believed of the function's value at a place, the noise not included. */
  posterior(place: Float64Array): Posterior {
    const lower = this.#lower;
    const { points } = this;
    const count = points.length;
    const solved = this.#solved;
    let mean = 0;
    let explained = 0;
    for (let i = 0; i < count; i++) {
      let rest = this.#covariance(place, points[i]);
      mean += rest * this.#weights[i];
      const row = lower[i];
      for (let k = 0; k < i; k++) rest -= row[k] * solved[k];
      rest /= row[i];
      solved[i] = rest;
      explained += rest * rest;
    }
    return { mean, variance: Math.max(0, this.scales.variance - explained) };
  }

  /** The logarithm of the probability density of the observed values under the process. */
  logLikelihood(): number {
    let logDeterminant = 0;
    for (const [i, row] of this.#lower.entries()) logDeterminant += ln(row[i]);
    return -0.5 * dot(this.values, this.#weights) - logDeterminant - 0.5 * this.values.length * LN_2PI;
  }

  /** Its derivatives by the logarithms of the lengths, of the variance and of the noise, in this order. */
  logLikelihoodGradient(): Float64Array {
    const { points, scales } = this;
    const inverse = inverseOf(this.#lower);
    const sides = scales.lengths.length;
    const gradient = new Float64Array(sides + 2);
    const squares = new Float64Array(sides);
    for (let i = 0; i < points.length; i++) {
      for (let j = 0; j < i; j++) {
        // Both halves of the symmetric matrix at once, so that the half in front of the trace is used up.
        const pull = this.#weights[i] * this.#weights[j] - inverse[i][j];
        const r = Math.sqrt(this.#squares(points[i], points[j], squares));
        const covariance = this.#covariances[i][j];
        const linear = 1 + ROOT_5 * r;
        const slope = (pull * covariance * (5 / 3) * linear) / (linear + (5 / 3) * r * r);
        for (let d = 0; d < sides; d++) gradient[d] += slope * squares[d];
        gradient[sides] += pull * covariance;
      }
      const pull = 0.5 * (this.#weights[i] * this.#weights[i] - inverse[i][i]);
      gradient[sides] += pull * scales.variance;
      gradient[sides + 1] += pull * scales.noise;
    }
    return gradient;
  }

  #covariance(a: Float64Array, b: Float64Array): number {
    const inverse = this.#inverseLengths;
    const { isCategory } = this;
    let square = 0;
    for (let d = 0; d < a.length; d++) {
      const difference = (isCategory[d] ? (a[d] === b[d] ? 0 : 1) : a[d] - b[d]) * inverse[d];
      square += difference * difference;
    }
    return this.scales.variance * matern52(Math.sqrt(square));
  }

  /** The square of the distance along each side, in lengths, and their sum. */
  #squares(a: Float64Array, b: Float64Array, out: Float64Array): number {
    let sum = 0;
    for (let d = 0; d < a.length; d++) {
      const difference =
        (this.isCategory[d] ? (a[d] === b[d] ? 0 : 1) : a[d] - b[d]) * this.#inverseLengths[d];
      out[d] = difference * difference;
      sum += out[d];
    }
    return sum;
  }
}

/** The lower half of (L Lᵀ)⁻¹. */
function inverseOf(lower: readonly Float64Array[]): Float64Array[] {
  const size = lower.length;
  // Columns of L⁻¹, kept as rows: column j begins at its own place.
  const columns = lower.map((_, j) => {
    const column = new Float64Array(size);
    column[j] = 1 / lower[j][j];
    for (let i = j + 1; i < size; i++) {
      const row = lower[i];
      let rest = 0;
      for (let k = j; k < i; k++) rest -= row[k] * column[k];
      column[i] = rest / row[i];
    }
    return column;
  });
  return columns.map((column, i) => {
    const row = new Float64Array(i + 1);
    for (let j = 0; j <= i; j++) {
      const other = columns[j];
      let sum = 0;
      for (let k = i; k < size; k++) sum += column[k] * other[k];
      row[j] = sum;
    }
    return row;
  });
}
