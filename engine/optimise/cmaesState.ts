import { symmetricEigen, zeros } from "../core/linearAlgebra.ts";
import { exp, pow } from "../core/maths.ts";
import type { Random } from "../core/random.ts";
import type { CmaesConstants } from "./cmaesConstants.ts";

/** Below these the distribution is a point, and above this a line: nothing more is to be learned from it. */
const LEAST_SPREAD = 1e-11;
const MOST_CONDITION = 1e14;

/** The normal distribution from which a generation is drawn, and how it learns: Figure 6 of Hansen's tutorial. */
export class CmaesState {
  readonly #mean: Float64Array;
  #sigma: number;
  readonly #covariance: Float64Array[];
  /** Rows are the covariance's unit eigenvectors; with the root of each eigenvalue. */
  #axes: readonly Float64Array[] = [];
  #lengths = new Float64Array(0);
  readonly #pathSigma: Float64Array;
  readonly #pathC: Float64Array;
  #generation = 0;

  constructor(
    readonly constants: CmaesConstants,
    mean: Float64Array,
    sigma: number,
    /** The smallest standard deviation along each side, so that a parameter with levels does not stick to one. */
    readonly least: Float64Array,
  ) {
    this.#mean = mean.slice();
    this.#sigma = sigma;
    this.#covariance = zeros(mean.length, mean.length);
    for (let i = 0; i < mean.length; i++) this.#covariance[i][i] = 1;
    this.#pathSigma = new Float64Array(mean.length);
    this.#pathC = new Float64Array(mean.length);
    this.#decompose();
  }

  get mean(): Float64Array {
    return this.#mean.slice();
  }

  get sigma(): number {
    return this.#sigma;
  }

  /** The covariance of the distribution without its step size. */
  get covariance(): readonly Float64Array[] {
    return this.#covariance.map((row) => row.slice());
  }

  /** A point of the distribution: the mean + σ B D z. */
  sample(random: Random): Float64Array {
    const point = this.#mean.slice();
    for (const [k, axis] of this.#axes.entries()) {
      const step = this.#sigma * this.#lengths[k] * random.normal();
      for (let i = 0; i < point.length; i++) point[i] += step * axis[i];
    }
    return point;
  }

  /** Learns from the points of a generation, from the best to the worst. */
  learn(ranked: readonly Float64Array[]): void {
    const { weights, parents, muEff, cSigma, dSigma, cC, c1, cMu, chi } = this.constants;
    const n = this.#mean.length;
    const steps = ranked.map((point) => point.map((x, i) => (x - this.#mean[i]) / this.#sigma));
    const meanStep = new Float64Array(n);
    for (let k = 0; k < parents; k++) for (let i = 0; i < n; i++) meanStep[i] += weights[k] * steps[k][i];
    for (let i = 0; i < n; i++) this.#mean[i] += this.#sigma * meanStep[i];

    const whitened = this.#whiten(meanStep);
    const rate = Math.sqrt(cSigma * (2 - cSigma) * muEff);
    for (let i = 0; i < n; i++) this.#pathSigma[i] = (1 - cSigma) * this.#pathSigma[i] + rate * whitened[i];
    const length = Math.sqrt(this.#pathSigma.reduce((sum, x) => sum + x * x, 0));
    this.#generation++;
    const unbiased = length / Math.sqrt(1 - pow(1 - cSigma, 2 * this.#generation));
    // A path that is too long for its age stalls the other one, so that a step size still too small is not learned as a shape.
    const isSteady = unbiased < (1.4 + 2 / (n + 1)) * chi;
    const stepC = isSteady ? Math.sqrt(cC * (2 - cC) * muEff) : 0;
    for (let i = 0; i < n; i++) this.#pathC[i] = (1 - cC) * this.#pathC[i] + stepC * meanStep[i];

    const lost = isSteady ? 0 : c1 * cC * (2 - cC);
    const sumOfWeights = weights.reduce((sum, weight) => sum + weight, 0);
    const keep = 1 + lost - c1 - cMu * sumOfWeights;
    const scaled = weights.map((weight, k) => {
      if (weight >= 0) return weight;
      const distance = this.#whiten(steps[k]).reduce((sum, x) => sum + x * x, 0);
      return distance > 0 ? (weight * n) / distance : 0;
    });
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let rankMu = 0;
        for (let k = 0; k < steps.length; k++) rankMu += scaled[k] * steps[k][i] * steps[k][j];
        const value = keep * this.#covariance[i][j] + c1 * this.#pathC[i] * this.#pathC[j] + cMu * rankMu;
        this.#covariance[i][j] = value;
        this.#covariance[j][i] = value;
      }
    }
    this.#sigma *= exp(Math.min(1, (cSigma / dSigma) * (length / chi - 1)));
    for (let i = 0; i < n; i++) {
      const least = this.least[i] / this.#sigma;
      if (this.#covariance[i][i] < least * least) this.#covariance[i][i] = least * least;
    }
    this.#decompose();
  }

  /** Whether the distribution has shrunk to a point, or to a line that rounding cannot follow. */
  get isSpent(): boolean {
    const lengths = this.#lengths;
    const [shortest, longest] = [lengths[0], lengths[lengths.length - 1]];
    return !(
      this.#sigma * longest > LEAST_SPREAD &&
      longest * longest < MOST_CONDITION * shortest * shortest &&
      Number.isFinite(this.#sigma)
    );
  }

  /** C^(−1/2) times a step. */
  #whiten(step: Float64Array): Float64Array {
    const result = new Float64Array(step.length);
    for (const [k, axis] of this.#axes.entries()) {
      let along = 0;
      for (let i = 0; i < step.length; i++) along += axis[i] * step[i];
      along /= this.#lengths[k];
      for (let i = 0; i < step.length; i++) result[i] += along * axis[i];
    }
    return result;
  }

  #decompose(): void {
    const { values, vectors } = symmetricEigen(this.#covariance);
    this.#axes = vectors;
    // Rounding may take the smallest below zero.
    this.#lengths = values.map((value) => Math.sqrt(Math.max(value, 1e-300)));
  }
}
