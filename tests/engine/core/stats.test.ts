import { describe, expect, it } from "vitest";
import { mean, median, quantile, standardDeviation, sum, variance } from "#engine/core/stats.ts";

describe("stats", () => {
  it("gives the mean and the median", () => {
    expect(sum([1, 2, 3.5])).toBe(6.5);
    expect(mean([1, 2, 6])).toBe(3);
    expect(median([5, 1, 9])).toBe(5);
    expect(median([5, 1, 9, 2])).toBe(3.5);
  });

  it("gives variance and deviation of a sample by default and of a population when told", () => {
    // Wikipedia's example of the population standard deviation: 2, 4, 4, 4, 5, 5, 7, 9 has 2.
    const values = [2, 4, 4, 4, 5, 5, 7, 9];
    expect(standardDeviation(values, { ddof: 0 })).toBe(2);
    expect(variance(values)).toBeCloseTo(32 / 7, 14);
  });

  it("gives NumPy's linear quantiles", () => {
    // numpy.quantile([3, 1, 4, 1, 5, 9, 2, 6], …)
    const values = [3, 1, 4, 1, 5, 9, 2, 6];
    const expected = [1, 1, 1.75, 3.5, 6.9, 9];
    [0, 0.1, 0.25, 0.5, 0.9, 1].forEach((fraction, i) => {
      expect(quantile(values, fraction)).toBeCloseTo(expected[i], 14);
    });
    expect(values).toEqual([3, 1, 4, 1, 5, 9, 2, 6]);
    expect(quantile([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, 1], 0.3)).toBe(
      Number.NEGATIVE_INFINITY,
    );
  });

  it("answers NaN where there is nothing to answer from", () => {
    expect(mean([])).toBeNaN();
    expect(median([])).toBeNaN();
    expect(variance([1])).toBeNaN();
    expect(quantile([1, Number.NaN], 0.5)).toBeNaN();
    expect(() => quantile([1], 1.5)).toThrowError(expect.objectContaining({ code: "stats.quantile" }));
  });
});
