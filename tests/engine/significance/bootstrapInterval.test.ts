import { describe, expect, it } from "vitest";
import { Random } from "#engine/core/random.ts";
import { mean, quantile, standardDeviation } from "#engine/core/stats.ts";
import { bootstrapInterval, bootstrapIntervals } from "#engine/significance/bootstrapInterval.ts";
import { StationaryBlocks } from "#engine/significance/stationaryBlocks.ts";

const sharpe = (returns: Float64Array): number => mean(returns) / standardDeviation(returns);

function sample(length: number, random: Random, phi = 0): Float64Array {
  const values = Float64Array.from({ length }, () => random.normal(0.05, 1));
  for (let i = 1; i < length; i++) values[i] += phi * (values[i - 1] - 0.05);
  return values;
}

describe("a bootstrap interval", () => {
  it("is the quantiles of the figure over the resamples", () => {
    const returns = sample(80, Random.seeded("naive"));
    const found = bootstrapInterval(returns, sharpe, {
      resamples: 250,
      blockLength: 5,
      seed: 3,
      confidence: 0.9,
    });
    const blocks = new StationaryBlocks(80, 5, Random.seeded(3).stream("intervals"));
    const drawn = Array.from({ length: 250 }, () => {
      blocks.draw();
      return sharpe(blocks.take(returns, new Float64Array(80)));
    });
    expect(found.value).toBe(sharpe(returns));
    expect(found.low).toBe(quantile(drawn, (1 - 0.9) / 2));
    expect(found.high).toBe(quantile(drawn, 1 - (1 - 0.9) / 2));
    expect(found.standardError).toBe(standardDeviation(drawn));
  });

  it.each([0, 0.4])(
    "of a mean holds the truth in about 95 of 100 samples, with a memory of %d too",
    (phi) => {
      const random = Random.seeded("coverage").stream(`${phi}`);
      let held = 0;
      for (let round = 0; round < 250; round++) {
        const { low, high } = bootstrapInterval(sample(300, random, phi), mean, {
          resamples: 300,
          seed: round,
        });
        if (low <= 0.05 && 0.05 <= high) held++;
      }
      // Blocks of one row would hold it in 80 of 100 with the memory.
      expect(held / 250).toBeGreaterThan(0.9);
      expect(held / 250).toBeLessThan(0.98);
    },
  );

  it("has the standard error of a mean of independent values", () => {
    const returns = sample(400, Random.seeded("error"));
    const { standardError } = bootstrapInterval(returns, mean, { blockLength: 1, resamples: 4000 });
    expect(standardError / (standardDeviation(returns) / Math.sqrt(400))).toBeCloseTo(1, 1);
  });

  it("gives several figures from the same resamples what each gets alone", () => {
    const returns = sample(100, Random.seeded("several"));
    const { intervals, blockLength, resamples } = bootstrapIntervals(
      returns,
      { mean, sharpe },
      { resamples: 100 },
    );
    expect(intervals.sharpe).toEqual(bootstrapInterval(returns, sharpe, { resamples: 100 }));
    expect(intervals.mean).toEqual(bootstrapInterval(returns, mean, { resamples: 100 }));
    expect(blockLength).toBeGreaterThanOrEqual(1);
    expect(resamples).toBe(100);
  });

  it("leaves out resamples that have no such figure, and is NaN where none has", () => {
    const returns = [0, 0, 0, 0, 0, 1];
    const found = bootstrapInterval(returns, (drawn) => (drawn.includes(1) ? 1 : Number.NaN), {
      blockLength: 1,
      resamples: 500,
    });
    // (5/6)⁶ = 33 % of the resamples miss the only one.
    expect(found.undefinedDraws / 500).toBeCloseTo((5 / 6) ** 6, 1);
    expect([found.low, found.high]).toEqual([1, 1]);
    const none = bootstrapInterval(returns, () => Number.NaN);
    expect([none.value, none.low, none.high, none.standardError]).toEqual(new Array(4).fill(Number.NaN));
  });

  it.each([
    ["one return", [0.1], {}, "significance.too-few-returns"],
    ["a return that is not known", [0.1, Number.NaN], {}, "significance.not-finite"],
    ["certainty", [0.1, 0.2], { confidence: 1 }, "significance.confidence"],
    ["half a resample", [0.1, 0.2], { resamples: 0.5 }, "significance.count"],
  ])("refuses %s", (_, returns, options, code) => {
    expect(() => bootstrapInterval(returns, mean, options)).toThrowError(expect.objectContaining({ code }));
  });
});
