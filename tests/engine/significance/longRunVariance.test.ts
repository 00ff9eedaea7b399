import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "#engine/core/random.ts";
import { longRunVariance } from "#engine/significance/longRunVariance.ts";
import { runningSums, StationaryBlocks } from "#engine/significance/stationaryBlocks.ts";

/** Politis and Romano's lemma as it is printed, lag by lag. */
function naive(values: readonly number[], blockLength: number): number {
  const n = values.length;
  const stay = 1 - 1 / blockLength;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const covariance = (lag: number): number => {
    let sum = 0;
    for (let i = lag; i < n; i++) sum += (values[i] - mean) * (values[i - lag] - mean);
    return sum / n;
  };
  let variance = covariance(0);
  for (let lag = 1; lag < n; lag++) {
    const weight = (1 - lag / n) * stay ** lag + (lag / n) * stay ** (n - lag);
    variance += 2 * weight * covariance(lag);
  }
  return variance;
}

describe("the variance of a resampled mean", () => {
  it("is the sum over lags of the paper, in one pass", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 60 }),
        fc.double({ min: 1, max: 40, noNaN: true }),
        (values, blockLength) => {
          expect(longRunVariance(values, blockLength)).toBeCloseTo(
            Math.max(0, naive(values, blockLength)),
            10,
          );
        },
      ),
    );
  });

  it("is what means of resamples vary by", () => {
    const random = Random.seeded("variance").stream("values");
    const values = new Float64Array(200);
    for (let i = 0; i < 200; i++) values[i] = 0.5 * (values[i - 1] ?? 0) + random.normal();
    const blocks = new StationaryBlocks(200, 6, Random.seeded("variance").stream("blocks"));
    const sums = runningSums(values);
    const means = Array.from({ length: 20_000 }, () => {
      blocks.draw();
      return blocks.sum(sums) / 200;
    });
    const centre = means.reduce((sum, mean) => sum + mean, 0) / means.length;
    const variance = means.reduce((sum, mean) => sum + (mean - centre) ** 2, 0) / means.length;
    expect((200 * variance) / longRunVariance(values, 6)).toBeCloseTo(1, 1);
  });

  it("is 0 for values that are all the same", () => {
    expect(longRunVariance(new Float64Array(50).fill(0.1), 5)).toBe(0);
    expect(longRunVariance(new Float64Array(50), 5)).toBe(0);
  });
});
