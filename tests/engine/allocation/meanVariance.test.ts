import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  maxSharpe,
  meanVariance,
  minimumVariance,
  type ReturnModel,
} from "#engine/allocation/meanVariance.ts";
import type { RiskModel } from "#engine/allocation/riskModel.ts";
import { cholesky, dot, matrixTimes, quadraticForm, solveCholesky } from "#engine/core/linearAlgebra.ts";
import { Random } from "#engine/core/random.ts";
import { covarianceOf, expectAllClose, madeModels, modelOf, sumOf } from "./made.ts";

const UNBOUNDED = { minWeight: -Infinity, maxWeight: Infinity };

function withReturns(model: RiskModel, seed: number): ReturnModel {
  const random = Random.seeded(seed);
  return { ...model, expectedReturns: model.symbols.map(() => random.normal(0.0005, 0.002)) };
}

const returnModels = fc.tuple(madeModels, fc.integer()).map(([model, seed]) => withReturns(model, seed));
const boundsOf = fc.constantFrom(
  {},
  { maxWeight: 0.4 },
  { minWeight: 0.05 },
  { minWeight: -0.2, maxWeight: 0.6 },
  { minWeight: -0.5, maxWeight: Infinity },
  UNBOUNDED,
);

describe("minimum variance", () => {
  it("is (σ₂² − σ₁₂) / (σ₁² + σ₂² − 2σ₁₂) for two symbols", () => {
    const covariance = covarianceOf([0.2, 0.3], [[], [0.25]]);
    const first = (0.09 - 0.015) / (0.04 + 0.09 - 0.03);
    expectAllClose(minimumVariance(modelOf(covariance)), [first, 1 - first]);
  });

  it("is by inverse variances where nothing is correlated", () => {
    const covariance = covarianceOf([0.1, 0.2, 0.4], [[], [0], [0, 0]]);
    expectAllClose(minimumVariance(modelOf(covariance)), [16 / 21, 4 / 21, 1 / 21]);
  });

  it("goes short only when it may", () => {
    // σ₁₂ = 0.027 > σ₁²: the second would be sold to hedge the first.
    const covariance = covarianceOf([0.1, 0.3], [[], [0.9]]);
    expect([...minimumVariance(modelOf(covariance))]).toEqual([1, 0]);
    const first = (0.09 - 0.027) / (0.01 + 0.09 - 0.054);
    expectAllClose(minimumVariance(modelOf(covariance), UNBOUNDED), [first, 1 - first]);
    expectAllClose(minimumVariance(modelOf(covariance), { minWeight: -0.1, maxWeight: 2 }), [1.1, -0.1]);
  });

  it("is Σ⁻¹1 / 1ᵀΣ⁻¹1 without bounds", () => {
    fc.assert(
      fc.property(madeModels, (model) => {
        const inverse = solveCholesky(
          cholesky(model.covariance),
          model.symbols.map(() => 1),
        );
        const expected = inverse.map((one) => one / sumOf(inverse));
        expectAllClose(minimumVariance(model, UNBOUNDED), expected, 1e-9);
      }),
    );
  });

  it("leaves the rest in cash where so few may not hold it all", () => {
    expect([
      ...minimumVariance(
        modelOf([
          [1, 0.2],
          [0.2, 4],
        ]),
        { maxWeight: 0.3 },
      ),
    ]).toEqual([0.3, 0.3]);
  });
});

describe("mean-variance", () => {
  it("solves a case by hand", () => {
    // Uncorrelated, variances 0.04 and 0.01, returns 10 % and 4 %, λ = 5: 0.1 − 0.2 w = 0.04 − 0.05 (1 − w), w = 0.44.
    const model = {
      ...modelOf([
        [0.04, 0],
        [0, 0.01],
      ]),
      expectedReturns: [0.1, 0.04],
    };
    expectAllClose(meanVariance(model, { riskAversion: 5 }), [0.44, 0.56]);
    // With little aversion the better one takes all.
    expect([...meanVariance(model, { riskAversion: 0.1 })]).toEqual([1, 0]);
  });

  it("meets the conditions of Karush, Kuhn and Tucker", () => {
    fc.assert(
      fc.property(returnModels, boundsOf, fc.constantFrom(0.1, 2.5, 40), (model, bounds, riskAversion) => {
        const { minWeight = 0, maxWeight = 1 } = bounds as { minWeight?: number; maxWeight?: number };
        const size = model.symbols.length;
        const weights = meanVariance(model, { ...bounds, riskAversion });
        expect(sumOf(weights)).toBeCloseTo(Math.min(1, size * maxWeight), 10);
        const marginal = matrixTimes(model.covariance, weights).map(
          (one, i) => model.expectedReturns[i] - riskAversion * one,
        );
        const inside = marginal.filter((_, i) => weights[i] > minWeight && weights[i] < maxWeight);
        const atLow = marginal.filter((_, i) => weights[i] === minWeight);
        const atHigh = marginal.filter((_, i) => weights[i] === maxWeight);
        const scale = 1e-9 * (riskAversion + 1);
        for (const weight of weights) expect(weight >= minWeight && weight <= maxWeight).toBe(true);
        // One price for all inside; those at the lower bound would bring less, those at the upper one more.
        if (size === 1 || size * maxWeight <= 1) return;
        const lowest = Math.min(...inside, ...atHigh);
        expect(Math.max(...inside, ...atLow)).toBeLessThanOrEqual(lowest + scale);
      }),
      { numRuns: 400 },
    );
  });

  it("is the best of all points of a grid", () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(1, 10, 50), (seed, riskAversion) => {
        const random = Random.seeded(seed);
        const correlations = [
          [],
          [random.between(-0.3, 0.8)],
          [random.between(-0.25, 0.25), random.between(-0.25, 0.25)],
        ];
        const model = withReturns(modelOf(covarianceOf([0.01, 0.02, 0.03], correlations)), seed);
        const utility = (weights: ArrayLike<number>) =>
          dot(model.expectedReturns, weights) - (riskAversion / 2) * quadraticForm(model.covariance, weights);
        const found = utility(meanVariance(model, { riskAversion }));
        const best = gridOf(40).reduce((most, weights) => Math.max(most, utility(weights)), -Infinity);
        expect(found).toBeGreaterThanOrEqual(best - 1e-15);
        // The grid is fine enough that it cannot lie far below.
        expect(found - best).toBeLessThan(riskAversion * 1e-6 + 1e-4);
      }),
      { numRuns: 50 },
    );
  });

  it("does not depend on the order of the symbols", () => {
    fc.assert(
      fc.property(returnModels, boundsOf, (model, bounds) => {
        const reversed = {
          symbols: [...model.symbols].reverse(),
          covariance: Array.from(model.covariance, (row) => Array.from(row).reverse()).reverse(),
          expectedReturns: Array.from(model.expectedReturns).reverse(),
        };
        expectAllClose(meanVariance(reversed, bounds), meanVariance(model, bounds).reverse(), 1e-8);
      }),
    );
  });
});

describe("the greatest Sharpe ratio", () => {
  it("is held by Σ⁻¹(μ − r) where no bound is in the way", () => {
    const covariance = covarianceOf([0.1, 0.2, 0.15], [[], [0.3], [0.1, 0.2]]);
    const expectedReturns = [0.06, 0.1, 0.08];
    const tangent = solveCholesky(
      cholesky(covariance),
      expectedReturns.map((one) => one - 0.02),
    );
    expectAllClose(
      maxSharpe({ ...modelOf(covariance), expectedReturns }, { riskFreeReturn: 0.02 }),
      tangent.map((one) => one / sumOf(tangent)),
      1e-10,
    );
  });

  it("beats every point of a grid, within the bounds", () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(0.5, 1), (seed, maxWeight) => {
        const random = Random.seeded(seed);
        const correlations = [
          [],
          [random.between(-0.3, 0.8)],
          [random.between(-0.25, 0.25), random.between(-0.25, 0.25)],
        ];
        const model = withReturns(modelOf(covarianceOf([0.01, 0.02, 0.03], correlations)), seed);
        const ratio = (weights: ArrayLike<number>) =>
          dot(model.expectedReturns, weights) / Math.sqrt(quadraticForm(model.covariance, weights));
        const weights = maxSharpe(model, { maxWeight });
        const best = gridOf(40)
          .filter((one) => one.every((weight) => weight <= maxWeight))
          .reduce((most, one) => Math.max(most, ratio(one)), -Infinity);
        if (sumOf(weights) === 0) expect(best).toBeLessThanOrEqual(1e-12);
        else {
          expect(sumOf(weights)).toBeCloseTo(1, 10);
          expect(Math.max(...weights)).toBeLessThanOrEqual(maxWeight);
          expect(ratio(weights)).toBeGreaterThanOrEqual(best - 1e-12);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("is cash where nothing is expected to gain", () => {
    const model = {
      ...modelOf([
        [0.04, 0],
        [0, 0.01],
      ]),
      expectedReturns: [-0.1, -0.04],
    };
    expect([...maxSharpe(model)]).toEqual([0, 0]);
  });
});

describe("what cannot be solved", () => {
  const model = {
    ...modelOf([
      [0.04, 0],
      [0, 0.01],
    ]),
    expectedReturns: [0.1, 0.04],
  };
  it("is said before anything is tried", () => {
    const fails = (call: () => unknown, code: string) =>
      expect(call).toThrow(expect.objectContaining({ code }));
    fails(() => meanVariance(model, { riskAversion: 0 }), "allocation.risk-aversion");
    fails(() => meanVariance(model, { minWeight: 0.6 }), "allocation.bounds");
    fails(() => meanVariance(model, { minWeight: 0.5, maxWeight: 0.2 }), "allocation.bounds");
    fails(() => meanVariance({ ...model, expectedReturns: [0.1, Number.NaN] }), "allocation.expected-return");
    fails(() => meanVariance({ ...model, expectedReturns: [0.1] }), "allocation.expected-return");
  });
});

/** All weights of three symbols that add up to 1, in steps of 1 / `steps`. */
function gridOf(steps: number): number[][] {
  const grid: number[][] = [];
  for (let i = 0; i <= steps; i++) {
    for (let j = 0; i + j <= steps; j++) grid.push([i / steps, j / steps, (steps - i - j) / steps]);
  }
  return grid;
}
