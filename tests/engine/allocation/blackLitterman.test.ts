import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blackLitterman, type View } from "#engine/allocation/blackLitterman.ts";
import { cholesky, solveCholesky } from "#engine/core/linearAlgebra.ts";
import { covarianceOf, expectAllClose, madeModels, modelOf } from "./made.ts";

// He and Litterman 1999, "The Intuition Behind Black-Litterman Model Portfolios", tables 1 to 4.
const countries = ["Australia", "Canada", "France", "Germany", "Japan", "UK", "USA"];
const capitalWeights = [0.016, 0.022, 0.052, 0.055, 0.116, 0.124, 0.615];
const covariance = covarianceOf(
  [0.16, 0.203, 0.248, 0.271, 0.21, 0.2, 0.187],
  [
    [],
    [0.488],
    [0.478, 0.664],
    [0.515, 0.655, 0.861],
    [0.439, 0.31, 0.355, 0.354],
    [0.512, 0.608, 0.783, 0.777, 0.405],
    [0.491, 0.779, 0.668, 0.653, 0.306, 0.652],
  ],
);
const world = { symbols: countries, covariance };
const marketWeights = Object.fromEntries(countries.map((country, i) => [country, capitalWeights[i]]));
const germany: View = {
  weights: { Germany: 1, France: -0.295, UK: -0.705 },
  expectedReturn: 0.05,
  confidence: 0.5,
};

describe("Black and Litterman's expected returns", () => {
  it("are the market's own without views", () => {
    const {
      equilibriumReturns,
      expectedReturns,
      covariance: posterior,
    } = blackLitterman(world, {
      views: [],
      marketWeights,
    });
    expectAllClose(equilibriumReturns, [0.039, 0.069, 0.084, 0.09, 0.043, 0.068, 0.076], 0.0005);
    expect([...expectedReturns]).toEqual([...equilibriumReturns]);
    expect(posterior[0][1]).toBeCloseTo(1.05 * covariance[0][1], 15);
  });

  it("are the published ones when Germany is to beat the rest of Europe by 5 %", () => {
    const { expectedReturns, covariance: posterior } = blackLitterman(world, {
      views: [germany],
      marketWeights,
    });
    expectAllClose(expectedReturns, [0.043, 0.076, 0.093, 0.11, 0.045, 0.07, 0.081], 0.0005);
    // The unconstrained portfolio, (δΣ)⁻¹ μ: bets on the view alone, everyone else at the market by 1 / (1 + τ).
    const weights = solveCholesky(cholesky(posterior), expectedReturns).map((one) => one / 2.5);
    expectAllClose(weights, [0.015, 0.021, -0.04, 0.354, 0.11, -0.095, 0.586], 0.001);
    for (const i of [0, 1, 4, 6]) expect(weights[i]).toBeCloseTo(capitalWeights[i] / 1.05, 10);
  });

  it("are those of the form with inverses, for any views that are not certain", () => {
    fc.assert(
      fc.property(
        madeModels,
        fc.array(
          fc.tuple(
            fc.double({ min: 0.05, max: 0.95, noNaN: true }),
            fc.double({ min: -0.05, max: 0.05, noNaN: true }),
          ),
          { minLength: 1, maxLength: 3 },
        ),
        (model, given) => {
          const { symbols } = model;
          const views = given.slice(0, symbols.length).map(([confidence, expectedReturn], k) => ({
            weights: { [symbols[k]]: 1, ...(k > 0 && { [symbols[k - 1]]: -0.5 }) },
            expectedReturn,
            confidence,
          }));
          const equal = Object.fromEntries(symbols.map((symbol) => [symbol, 1]));
          const {
            equilibriumReturns,
            expectedReturns,
            covariance: posterior,
          } = blackLitterman(model, { views, marketWeights: equal, tau: 0.1 });
          const expected = withInverses(model.covariance, equilibriumReturns, 0.1, symbols, views);
          expectAllClose(expectedReturns, expected.mean, 1e-9);
          posterior.forEach((row, i) => {
            expectAllClose(row, expected.covariance[i], 1e-9);
          });
        },
      ),
    );
  });

  it("are the view itself when it is certain, and a fraction of the way for a confidence", () => {
    const certain = blackLitterman(world, { views: [{ ...germany, confidence: 1 }], marketWeights });
    const spreadOf = (means: ArrayLike<number>) => means[3] - 0.295 * means[2] - 0.705 * means[5];
    expect(spreadOf(certain.expectedReturns)).toBeCloseTo(0.05, 12);
    const before = spreadOf(certain.equilibriumReturns);
    for (const confidence of [0.1, 0.25, 0.8]) {
      const { expectedReturns } = blackLitterman(world, {
        views: [{ ...germany, confidence }],
        marketWeights,
      });
      expect((spreadOf(expectedReturns) - before) / (0.05 - before)).toBeCloseTo(confidence, 12);
    }
  });

  it("take the variance of a view's error as it is given", () => {
    // ω/τ = pᵀΣp = 0.0213 in the paper, so this is its own confidence of one half.
    const { weights, expectedReturn } = germany;
    const spread = 0.05 * 0.02130767;
    const byVariance = blackLitterman(world, {
      views: [{ weights, expectedReturn, variance: spread }],
      marketWeights,
    });
    const byConfidence = blackLitterman(world, { views: [germany], marketWeights });
    expectAllClose(byVariance.expectedReturns, byConfidence.expectedReturns, 1e-8);
  });

  it("refuse views that cannot be", () => {
    const fails = (views: View[], code: string) =>
      expect(() => blackLitterman(world, { views, marketWeights })).toThrow(
        expect.objectContaining({ code }),
      );
    fails([{ ...germany, weights: { Germnay: 1 } }], "allocation.unknown-symbol");
    fails([{ ...germany, weights: {} }], "allocation.weight");
    fails([{ ...germany, weights: { Germany: Number.NaN } }], "allocation.weight");
    fails([{ ...germany, confidence: 0 }], "allocation.view");
    fails([{ ...germany, confidence: 1.5 }], "allocation.view");
    fails([{ ...germany, expectedReturn: Number.NaN }], "allocation.view");
    fails([{ weights: { USA: 1 }, expectedReturn: 0.1, variance: -1 }], "allocation.view");
    const certain = { ...germany, confidence: 1 };
    fails([certain, certain], "allocation.view");
    expect(() => blackLitterman(world, { views: [], marketWeights: {} })).toThrow(
      expect.objectContaining({ code: "allocation.weight" }),
    );
    expect(() => blackLitterman(modelOf([[1]]), { views: [], marketWeights: { S0: 1 }, tau: 0 })).toThrow(
      expect.objectContaining({ code: "allocation.black-litterman" }),
    );
  });
});

/** [(τΣ)⁻¹ + PᵀΩ⁻¹P]⁻¹ and with it the mean, by inverse matrices, as Black and Litterman wrote it. */
function withInverses(
  given: ArrayLike<ArrayLike<number>>,
  prior: ArrayLike<number>,
  tau: number,
  symbols: readonly string[],
  views: readonly { weights: Record<string, number>; expectedReturn: number; confidence: number }[],
): { mean: number[]; covariance: number[][] } {
  const size = symbols.length;
  const inverse = (matrix: number[][]): number[][] => {
    const lower = cholesky(matrix);
    return matrix.map((_, j) => [
      ...solveCholesky(
        lower,
        matrix.map((__, i) => (i === j ? 1 : 0)),
      ),
    ]);
  };
  const precision = inverse(Array.from(given, (row) => Array.from(row, (one) => tau * one)));
  const priorPull = precision.map((row) => row.reduce((sum, one, j) => sum + one * prior[j], 0));
  const total = precision.map((row) => [...row]);
  for (const { weights, expectedReturn, confidence } of views) {
    const p = symbols.map((symbol) => weights[symbol] ?? 0);
    let spread = 0;
    for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) spread += tau * p[i] * given[i][j] * p[j];
    const omega = (spread * (1 - confidence)) / confidence;
    for (let i = 0; i < size; i++) {
      priorPull[i] += (p[i] * expectedReturn) / omega;
      for (let j = 0; j < size; j++) total[i][j] += (p[i] * p[j]) / omega;
    }
  }
  const uncertainty = inverse(total);
  return {
    mean: uncertainty.map((row) => row.reduce((sum, one, j) => sum + one * priorPull[j], 0)),
    covariance: uncertainty.map((row, i) => row.map((one, j) => one + given[i][j])),
  };
}
