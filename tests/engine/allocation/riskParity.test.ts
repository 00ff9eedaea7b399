import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleCovariance } from "#engine/allocation/covariance.ts";
import { riskShares } from "#engine/allocation/riskModel.ts";
import { riskParity } from "#engine/allocation/riskParity.ts";
import { inverseVolatility, oneOverN } from "#engine/allocation/simple.ts";
import { Random } from "#engine/core/random.ts";
import { covarianceOf, expectAllClose, madeModels, modelOf, sumOf } from "./made.ts";

describe("weights without a search", () => {
  it("are equal, or by one over the deviation", () => {
    expect([...oneOverN(["A", "B", "C", "D"])]).toEqual([0.25, 0.25, 0.25, 0.25]);
    // 1/0.1 : 1/0.2 : 1/0.4 = 4 : 2 : 1
    const covariance = covarianceOf([0.1, 0.2, 0.4], [[], [0.9], [0.1, -0.3]]);
    expectAllClose(inverseVolatility(modelOf(covariance)), [4 / 7, 2 / 7, 1 / 7]);
  });
});

describe("risk parity", () => {
  it("is inverse volatility for two symbols, whatever their correlation", () => {
    for (const rho of [-0.95, -0.3, 0, 0.5, 0.99]) {
      expectAllClose(riskParity(modelOf(covarianceOf([0.1, 0.3], [[], [rho]]))), [0.75, 0.25], 1e-12);
    }
  });

  it("is inverse volatility where all correlations are the same", () => {
    const covariance = covarianceOf([0.1, 0.2, 0.4], [[], [0.6], [0.6, 0.6]]);
    expectAllClose(riskParity(modelOf(covariance)), [4 / 7, 2 / 7, 1 / 7], 1e-12);
  });

  it("solves the case of one pair that moves together", () => {
    // Equal deviations, A and B with correlation ρ = 0.5, C alone. By symmetry A = B = x, C = y and
    // x(x + ρx) = y², so y = x √1.5.
    const weights = riskParity(modelOf(covarianceOf([0.2, 0.2, 0.2], [[], [0.5], [0, 0]])));
    const x = 1 / (2 + Math.sqrt(1.5));
    expectAllClose(weights, [x, x, x * Math.sqrt(1.5)], 1e-12);
  });

  it("brings the same risk from each, to ten digits", () => {
    fc.assert(
      fc.property(madeModels, (model) => {
        const weights = riskParity(model);
        expect(sumOf(weights)).toBeCloseTo(1, 12);
        expect(Math.min(...weights)).toBeGreaterThan(0);
        const size = weights.length;
        expectAllClose(riskShares(model.covariance, weights), new Array(size).fill(1 / size), 1e-10);
      }),
    );
  });

  it("brings risk by the budgets where there are some", () => {
    fc.assert(
      fc.property(madeModels, (model) => {
        const budgets = Object.fromEntries(model.symbols.map((symbol, i) => [symbol, i + 1]));
        const total = sumOf(Object.values(budgets));
        const shares = riskShares(model.covariance, riskParity(model, { budgets }));
        expectAllClose(
          shares,
          model.symbols.map((symbol) => budgets[symbol] / total),
          1e-10,
        );
      }),
    );
  });

  it("does not depend on the unit of the covariance", () => {
    fc.assert(
      fc.property(madeModels, fc.double({ min: 1e-8, max: 1e8, noNaN: true }), (model, scale) => {
        const scaled = modelOf(Array.from(model.covariance, (row) => Array.from(row, (one) => one * scale)));
        expectAllClose(riskParity(scaled), riskParity(model), 1e-10);
      }),
    );
  });

  it("finds the balance of symbols that hedge one another, and says so where rounding hides it", () => {
    for (const rho of [-0.999, -0.99999]) {
      const covariance = covarianceOf([0.1, 0.2, 0.3], [[], [rho], [0, 0]]);
      const model = modelOf(covariance);
      expectAllClose(riskShares(covariance, riskParity(model)), [1 / 3, 1 / 3, 1 / 3], 1e-10);
    }
    let refused = 0;
    for (let seed = 0; seed < 40; seed++) {
      const covariance = sampleCovariance(hedgedReturns(seed, 1e-4));
      try {
        expectAllClose(
          riskShares(covariance, riskParity(modelOf(covariance))),
          new Array(4).fill(0.25),
          1e-10,
        );
      } catch (error) {
        expect(error).toMatchObject({ code: "allocation.no-convergence" });
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(0);
  });

  it("refuses a budget of nothing", () => {
    const model = modelOf([[1]]);
    expect(() => riskParity(model, { budgets: { S0: 0 } })).toThrow(
      expect.objectContaining({ code: "allocation.budget" }),
    );
  });
});

/** Four symbols that go up and down with one factor by turns, but for a noise of this part of it. */
function hedgedReturns(seed: number, noise: number): Float64Array[] {
  const random = Random.seeded(seed);
  const factor = Array.from({ length: 60 }, () => random.normal(0, 0.02));
  return [1, -1, 1, -1].map((side) =>
    Float64Array.from(factor, (one) => side * one + random.normal(0, 0.02 * noise)),
  );
}
