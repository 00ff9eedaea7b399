import { describe, expect, it } from "vitest";
import { sampleCovariance } from "#engine/allocation/covariance.ts";
import { minimumVariance } from "#engine/allocation/meanVariance.ts";
import { requireCovariance, requirePositiveDefinite } from "#engine/allocation/riskModel.ts";
import { EngineError } from "#engine/core/errors.ts";
import { covarianceOf, madeReturns, modelOf } from "./made.ts";

function errorOf(call: () => unknown): EngineError {
  try {
    call();
  } catch (error) {
    if (error instanceof EngineError) return error;
  }
  throw new Error("nothing was thrown");
}

describe("a covariance that is not positive definite", () => {
  it("is refused with the mixture that has no risk, the pair, and how to mend it", () => {
    // C is A and B in equal parts.
    const [a, b] = madeReturns(2, 4);
    const c = a.map((one, i) => (one + b[i]) / 2);
    const error = errorOf(() =>
      minimumVariance({ symbols: ["A", "B", "C"], covariance: sampleCovariance([a, b, c]) }),
    );
    expect(error.code).toBe("allocation.not-positive-definite");
    expect(error.message).toContain('"ledoitWolf"');
    const { mixture, leastEigenvalue } = error.details as {
      mixture: { symbol: string; weight: number }[];
      leastEigenvalue: number;
    };
    expect(Math.abs(leastEigenvalue)).toBeLessThan(1e-12);
    const weightOf = (symbol: string) => mixture.find((one) => one.symbol === symbol)?.weight ?? 0;
    // A and B are on one side, C on the other.
    expect(weightOf("A") * weightOf("C")).toBeLessThan(0);
    expect(weightOf("B") * weightOf("C")).toBeLessThan(0);
  });

  it("names the two that are the same", () => {
    const [a, b] = madeReturns(2, 8);
    const error = errorOf(() =>
      requirePositiveDefinite({ symbols: ["WBTC", "ETH", "BTC"], covariance: sampleCovariance([a, b, a]) }),
    );
    expect(error.details).toMatchObject({ pair: ["WBTC", "BTC"] });
    expect(error.message).toContain("WBTC and BTC");
  });

  it("is known also where correlations contradict one another", () => {
    const covariance = covarianceOf([1, 1, 1], [[], [0.9], [0.9, -0.9]]);
    expect(errorOf(() => requirePositiveDefinite(modelOf(covariance))).details).toMatchObject({
      leastEigenvalue: expect.closeTo(-0.8, 9),
    });
  });

  it("is not suspected for small numbers or for very different volatilities", () => {
    const covariance = covarianceOf([1e-9, 1, 1e6], [[], [0.5], [0.1, -0.5]]);
    expect(() => requirePositiveDefinite(modelOf(covariance))).not.toThrow();
  });
});

describe("a covariance that is none", () => {
  it.each([
    ["empty", []],
    ["shape", [[1, 0]]],
    ["variance", [[0]]],
    ["variance", [[Number.NaN]]],
    [
      "asymmetric",
      [
        [1, 0.2],
        [0.3, 1],
      ],
    ],
    [
      "asymmetric",
      [
        [1, 2],
        [2, 1],
      ],
    ],
  ])("is refused: %s", (code, covariance) => {
    expect(errorOf(() => requireCovariance(modelOf(covariance))).code).toBe(`allocation.${code}`);
  });

  it("is refused where symbols and rows differ in number", () => {
    expect(errorOf(() => requireCovariance({ symbols: ["A", "B"], covariance: [[1]] })).code).toBe(
      "allocation.shape",
    );
  });
});
