import fc from "fast-check";
import { sampleCovariance } from "#engine/allocation/covariance.ts";
import type { RiskModel } from "#engine/allocation/riskModel.ts";
import type { Matrix } from "#engine/core/linearAlgebra.ts";
import { Random } from "#engine/core/random.ts";

/** Returns of `size` symbols that share a factor, some hedging each other; 4 × size + 20 of them. */
export function madeReturns(size: number, seed: number): Float64Array[] {
  const random = Random.seeded(seed);
  const factor = Array.from({ length: 4 * size + 20 }, () => random.normal(0, 0.02));
  return Array.from({ length: size }, () => {
    const [drift, beta, scale] = [
      random.normal(0, 0.002),
      random.between(-0.8, 1.5),
      random.between(0.005, 0.05),
    ];
    return Float64Array.from(factor, (f) => drift + beta * f + random.normal(0, scale));
  });
}

export function symbolsOf(size: number): string[] {
  return Array.from({ length: size }, (_, i) => `S${i}`);
}

export function modelOf(covariance: readonly (readonly number[])[] | Matrix): RiskModel {
  return { symbols: symbolsOf(covariance.length), covariance };
}

/** Covariances of 1 to 8 symbols. */
export const madeModels = fc
  .tuple(fc.integer({ min: 1, max: 8 }), fc.integer())
  .map(([size, seed]) => modelOf(sampleCovariance(madeReturns(size, seed))));

/** Covariance by deviations and correlations, for cases worked by hand. */
export function covarianceOf(
  deviations: readonly number[],
  correlations: readonly (readonly number[])[],
): number[][] {
  return deviations.map((a, i) =>
    deviations.map((b, j) => (i === j ? a * a : a * b * correlations[Math.max(i, j)][Math.min(i, j)])),
  );
}

export function sumOf(values: ArrayLike<number>): number {
  return Array.from(values).reduce((a, b) => a + b, 0);
}

export function expectAllClose(
  given: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance = 1e-12,
): void {
  if (given.length !== expected.length)
    throw new Error(`${given.length} values, expected ${expected.length}`);
  for (let i = 0; i < given.length; i++) {
    if (Math.abs(given[i] - expected[i]) <= tolerance) continue;
    throw new Error(
      `value ${i} is ${given[i]}, expected ${expected[i]}: ${Array.from(given)} / ${Array.from(expected)}`,
    );
  }
}
