import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { minimumTrackRecord } from "#engine/significance/minimumTrackRecord.ts";
import { probabilisticSharpe } from "#engine/significance/probabilisticSharpe.ts";

/** Years for an annual ratio of 2 to be above 1 with 95 % confidence. */
function years(periods: number, moments: { skew?: number; kurtosis?: number } = {}): number {
  const scale = Math.sqrt(periods);
  return minimumTrackRecord({ sharpe: 2 / scale, ...moments }, { benchmark: 1 / scale }) / periods;
}

describe("the minimum track record length", () => {
  it("is that of the paper for normal returns: 2.73 years of days, 2.83 of weeks, 3.24 of months", () => {
    // Bailey and López de Prado 2012, section 5.
    expect(years(252)).toBeCloseTo(2.73, 2);
    expect(years(52)).toBeCloseTo(2.83, 2);
    expect(years(12)).toBeCloseTo(3.24, 2);
  });

  it("is 4.99 years of months for the paper's hedge fund returns, skewed and fat-tailed", () => {
    expect(years(12, { skew: -0.72, kurtosis: 5.78 })).toBeCloseTo(4.99, 2);
  });

  it("is the length at which the probabilistic Sharpe ratio reaches the confidence", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.02, max: 0.4, noNaN: true }),
        fc.double({ min: 0.6, max: 0.99, noNaN: true }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        (sharpe, confidence, skew) => {
          const observations = minimumTrackRecord({ sharpe, skew, kurtosis: 5 }, { confidence });
          expect(probabilisticSharpe({ sharpe, skew, kurtosis: 5, observations })).toBeCloseTo(confidence, 9);
        },
      ),
    );
  });

  it("has no end where the ratio is not above the benchmark, and is NaN where there is no ratio", () => {
    expect(minimumTrackRecord({ sharpe: 0.1 }, { benchmark: 0.1 })).toBe(Infinity);
    expect(minimumTrackRecord({ sharpe: -0.1 })).toBe(Infinity);
    expect(minimumTrackRecord({ sharpe: Number.NaN })).toBeNaN();
  });

  it("is one return where no confidence is asked for", () => {
    expect(minimumTrackRecord({ sharpe: 0.1 }, { confidence: 0.3 })).toBe(1);
  });
});
