import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "#engine/core/random.ts";
import { probabilisticSharpe } from "#engine/significance/probabilisticSharpe.ts";
import { sharpeEstimate } from "#engine/significance/sharpeEstimate.ts";
import { sharedData, WITHOUT_DATA } from "../../fixtures/sharedData.ts";
import { uniformDistance } from "./uniformity.ts";

describe("the probabilistic Sharpe ratio", () => {
  // Bailey and López de Prado 2012, the numerical example of section 4: 24 months, Sharpe 0.458 a month.
  it("is 0.982 in the paper's example when returns are taken for normal, and 0.913 with their true moments", () => {
    const estimate = { sharpe: 1.585 / Math.sqrt(12), observations: 24 };
    expect(probabilisticSharpe(estimate)).toBeCloseTo(0.982, 3);
    expect(probabilisticSharpe({ ...estimate, skew: -2.448, kurtosis: 10.164 })).toBeCloseTo(0.913, 3);
  });

  const oracle = sharedData("oracles/overfitting/psr_small.json");
  it.skipIf(oracle === undefined)(
    `agrees with another library to the digit (${oracle ?? WITHOUT_DATA})`,
    () => {
      const { psr } = JSON.parse(readFileSync(String(oracle), "utf8"));
      for (const one of psr) {
        const { sr_annual, periods_per_year, T, skew, kurtosis, benchmark, expected } = one;
        const estimate = { sharpe: sr_annual / Math.sqrt(periods_per_year), observations: T, skew, kurtosis };
        expect(probabilisticSharpe(estimate, { benchmark })).toBeCloseTo(expected, 12);
      }
    },
  );

  it("is one half against the measured ratio itself, and falls as the benchmark rises", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -0.5, max: 0.5, noNaN: true }),
        fc.integer({ min: 2, max: 5000 }),
        fc.double({ min: 0.001, max: 0.3, noNaN: true }),
        (sharpe, observations, more) => {
          const estimate = { sharpe, observations, skew: -0.5, kurtosis: 6 };
          expect(probabilisticSharpe(estimate, { benchmark: sharpe })).toBe(0.5);
          const below = probabilisticSharpe(estimate, { benchmark: sharpe - more });
          expect(below).toBeGreaterThan(probabilisticSharpe(estimate, { benchmark: sharpe + more }));
        },
      ),
    );
  });

  it("is uniform over samples whose true ratio is the benchmark: it is as sure as it says", () => {
    const random = Random.seeded("psr").stream("returns");
    const values = Array.from({ length: 800 }, () =>
      probabilisticSharpe(sharpeEstimate(Float64Array.from({ length: 300 }, () => random.normal(0.1, 1))), {
        benchmark: 0.1,
      }),
    );
    expect(uniformDistance(values)).toBeLessThan(1.63);
  });

  it("is NaN where there is no ratio", () => {
    expect(probabilisticSharpe(sharpeEstimate([0.01]))).toBeNaN();
    expect(probabilisticSharpe({ sharpe: 1, observations: 1 })).toBeNaN();
  });
});
