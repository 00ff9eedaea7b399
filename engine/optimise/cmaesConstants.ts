import { ln } from "../core/maths.ts";

/** The constants of CMA-ES, named as in Hansen's tutorial. */
export type CmaesConstants = {
  /** λ, the points of a generation; μ of them are recombined. */
  readonly population: number;
  readonly parents: number;
  /** wᵢ of all λ ranks: the first μ sum to 1, the others are below zero ("active" update). */
  readonly weights: Float64Array;
  readonly muEff: number;
  readonly cSigma: number;
  readonly dSigma: number;
  readonly cC: number;
  readonly c1: number;
  readonly cMu: number;
  /** E‖N(0, I)‖, by its usual approximation. */
  readonly chi: number;
};

/**
 * The default constants for a number of dimensions: Table 1 of Hansen, "The CMA Evolution Strategy: A Tutorial"
 * (arXiv:1604.00772), with its λ = 4 + ⌊3 ln n⌋ where no population is given.
 */
export function cmaesConstants(
  dimensions: number,
  population = 4 + Math.floor(3 * ln(dimensions)),
): CmaesConstants {
  const n = dimensions;
  const parents = Math.floor(population / 2);
  const raw = Float64Array.from({ length: population }, (_, i) => ln((population + 1) / 2) - ln(i + 1));
  const muEff = effective(raw.subarray(0, parents));
  const muEffNegative = effective(raw.subarray(parents));
  const c1 = 2 / ((n + 1.3) * (n + 1.3) + muEff);
  const cMu = Math.min(1 - c1, (2 * (0.25 + muEff + 1 / muEff - 2)) / ((n + 2) * (n + 2) + muEff));
  const cSigma = (muEff + 2) / (n + muEff + 5);
  const negativeSum = Math.min(
    1 + c1 / cMu,
    1 + (2 * muEffNegative) / (muEff + 2),
    (1 - c1 - cMu) / (n * cMu),
  );
  let positive = 0;
  let negative = 0;
  for (const weight of raw) {
    if (weight > 0) positive += weight;
    else negative -= weight;
  }
  return {
    population,
    parents,
    weights: raw.map((weight) => (weight > 0 ? weight / positive : (weight * negativeSum) / negative)),
    muEff,
    cSigma,
    dSigma: 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (n + 1)) - 1) + cSigma,
    cC: (4 + muEff / n) / (n + 4 + (2 * muEff) / n),
    c1,
    cMu,
    chi: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  };
}

/** (Σ w)² / Σ w²: as many equal weights would have the same variance. */
function effective(weights: Float64Array): number {
  let sum = 0;
  let squares = 0;
  for (const weight of weights) {
    sum += weight;
    squares += weight * weight;
  }
  return (sum * sum) / squares;
}
