import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wilsonInterval, Z_95 } from "#engine/metrics/wilson.ts";

describe("wilsonInterval", () => {
  // Newcombe (1998), "Two-sided confidence intervals for the single proportion", table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("of %i in %i is the published interval", (successes, count, low, high) => {
    const interval = wilsonInterval(successes, count);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it("has ends at which the score test just rejects", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (count, share) => {
          const successes = Math.round(count * share);
          const { value, low, high } = wilsonInterval(successes, count);
          for (const end of [low, high]) {
            if (end === 0 || end === 1) continue;
            const score = Math.abs(value - end) / Math.sqrt((end * (1 - end)) / count);
            expect(score).toBeCloseTo(Z_95, 6);
          }
          expect(low >= 0 && low <= value && value <= high && high <= 1).toBe(true);
        },
      ),
    );
  });

  it("mirrors when successes and failures change places", () => {
    const [one, other] = [wilsonInterval(3, 10), wilsonInterval(7, 10)];
    expect(one.low).toBeCloseTo(1 - other.high, 12);
    expect(one.high).toBeCloseTo(1 - other.low, 12);
  });

  it("knows nothing of no trials, and refuses more successes than trials", () => {
    expect(wilsonInterval(0, 0)).toEqual({ value: Number.NaN, low: 0, high: 1 });
    expect(() => wilsonInterval(3, 2)).toThrow(expect.objectContaining({ code: "metrics.wilson" }));
  });
});
