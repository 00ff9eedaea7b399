import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "#engine/core/random.ts";
import { sharpeEstimate, sharpeStandardError } from "#engine/significance/sharpeEstimate.ts";

const returns = fc.array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), { minLength: 3, maxLength: 40 });

describe("an estimate of a Sharpe ratio", () => {
  it("has the ratio, the skew and the raw kurtosis of the returns", () => {
    // scipy.stats of 1, 2, 3, 4, 10 per cent: mean 4, std (ddof 1) 3.5355, skew 1.1384, kurtosis(fisher=False) 2.788.
    const estimate = sharpeEstimate([0.01, 0.02, 0.03, 0.04, 0.1]);
    expect(estimate.sharpe).toBeCloseTo(1.131370849898476, 12);
    expect(estimate.skew).toBeCloseTo(1.1384199576606164, 12);
    expect(estimate.kurtosis).toBeCloseTo(2.788, 12);
    expect(estimate.observations).toBe(5);
  });

  it("does not change when all returns are scaled, and turns its sign with them", () => {
    fc.assert(
      fc.property(returns, fc.double({ min: 0.1, max: 10, noNaN: true }), (values, factor) => {
        const own = sharpeEstimate(values);
        fc.pre(Number.isFinite(own.sharpe) && Math.max(...values.map(Math.abs)) > 1e-100);
        const turned = sharpeEstimate(values.map((value) => -factor * value));
        expect(turned.sharpe).toBeCloseTo(-own.sharpe, 8);
        expect(turned.skew).toBeCloseTo(-own.skew, 6);
        expect(turned.kurtosis).toBeCloseTo(own.kurtosis, 6);
      }),
    );
  });

  it.each([
    ["no return", []],
    ["one return", [0.01]],
    ["returns that are all the same", [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]],
    ["returns that are all 0", [0, 0, 0]],
    ["a return that is not known", [0.01, Number.NaN, 0.02]],
  ])("is NaN of %s", (_, values) => {
    const { sharpe, skew, kurtosis } = sharpeEstimate(values);
    expect([sharpe, skew, kurtosis]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  it("has the standard error with which it varies from sample to sample, skewed and fat-tailed as they are", () => {
    const random = Random.seeded("error").stream("returns");
    // Exponential less its mean: skew 2, kurtosis 9; a true ratio of −0.3, where skew makes the error larger.
    const drawn = Array.from({ length: 2000 }, () =>
      sharpeEstimate(Float64Array.from({ length: 400 }, () => -Math.log(1 - random.uniform()) - 1.3)),
    );
    const ratios = drawn.map(({ sharpe }) => sharpe);
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    const deviation = Math.sqrt(
      ratios.reduce((sum, ratio) => sum + (ratio - mean) ** 2, 0) / (ratios.length - 1),
    );
    const truth = sharpeStandardError({ sharpe: -0.3, observations: 400, skew: 2, kurtosis: 9 });
    expect(truth).toBeCloseTo(Math.sqrt((1 + 0.6 + 2 * 0.09) / 399), 12);
    expect(deviation / truth).toBeGreaterThan(0.95);
    expect(deviation / truth).toBeLessThan(1.05);
  });

  it("has no standard error for one observation, nor for moments that no returns can have", () => {
    expect(sharpeStandardError({ sharpe: 0.1, observations: 1 })).toBeNaN();
    expect(sharpeStandardError({ sharpe: 1, observations: 10, skew: 5, kurtosis: 1 })).toBeNaN();
  });
});
