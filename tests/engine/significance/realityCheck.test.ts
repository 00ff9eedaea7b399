import { describe, expect, it } from "vitest";
import { Random } from "#engine/core/random.ts";
import { realityCheck } from "#engine/significance/realityCheck.ts";
import { StationaryBlocks } from "#engine/significance/stationaryBlocks.ts";
import { uniformDistance } from "./uniformity.ts";

function noise(trials: number, rows: number, random: Random, mean = 0): Float64Array[] {
  return Array.from({ length: trials }, () =>
    Float64Array.from({ length: rows }, () => random.normal(mean, 0.01)),
  );
}

describe("the reality check", () => {
  it("is the definition, resample by resample", () => {
    const trials = noise(4, 60, Random.seeded("naive"), 0.0005);
    const found = realityCheck(trials, { resamples: 200, blockLength: 4, seed: 9 });
    const mean = (values: Float64Array): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    const statistic = Math.max(...trials.map((trial) => Math.sqrt(60) * mean(trial)));
    const blocks = new StationaryBlocks(60, 4, Random.seeded(9).stream("reality check"));
    let asGood = 0;
    for (let draw = 0; draw < 200; draw++) {
      blocks.draw();
      const drawn = trials.map(
        (trial) => Math.sqrt(60) * (mean(blocks.take(trial, new Float64Array(60))) - mean(trial)),
      );
      if (Math.max(...drawn) >= statistic) asGood++;
    }
    expect(found.pValue).toBe((asGood + 1) / 201);
    expect(found.statistic).toBeCloseTo(statistic, 12);
  });

  it("has uniform p-values where no trial has an edge", () => {
    const random = Random.seeded("null").stream("trials");
    const values = Array.from(
      { length: 300 },
      (_, seed) => realityCheck(noise(6, 120, random), { resamples: 199, seed }).pValue,
    );
    expect(uniformDistance(values)).toBeLessThan(1.63);
  });

  it("keeps its level on returns that depend on each other", () => {
    const random = Random.seeded("dependent").stream("trials");
    let claims = 0;
    for (let round = 0; round < 300; round++) {
      const trials = noise(4, 250, random).map((trial) => {
        for (let i = 1; i < trial.length; i++) trial[i] += 0.3 * trial[i - 1];
        return trial;
      });
      if (realityCheck(trials, { resamples: 199, seed: round }).pValue <= 0.05) claims++;
    }
    // Five of a hundred are right; with blocks of one row it would be about eighteen.
    expect(claims / 300).toBeLessThan(0.09);
  });

  it("finds the one trial with an edge among many", () => {
    const random = Random.seeded("edge").stream("trials");
    const trials = noise(50, 500, random);
    trials[17] = noise(1, 500, random, 0.0025)[0];
    const found = realityCheck(trials);
    expect(found.best).toBe(17);
    expect(found.pValue).toBeLessThan(0.01);
    expect(found.pValue).toBeGreaterThan(0);
  });

  it("says 1 of trials that never traded, and repeats itself from its seed", () => {
    expect(realityCheck([new Float64Array(30), new Float64Array(30)]).pValue).toBe(1);
    const trials = noise(3, 100, Random.seeded("again"));
    expect(realityCheck(trials, { seed: 5 })).toEqual(realityCheck(trials, { seed: 5 }));
  });

  it.each([
    ["no trials", [], {}, "significance.too-few-trials"],
    ["one return", [[0.01]], {}, "significance.too-few-returns"],
    ["a return that is not known", [[0.01, Number.NaN]], {}, "significance.not-finite"],
    ["no resamples", [[0.01, 0.02, 0.03]], { resamples: 0 }, "significance.count"],
    ["blocks of no length", [[0.01, 0.02, 0.03]], { blockLength: 0 }, "significance.block-length"],
  ])("refuses %s", (_, trials, options, code) => {
    expect(() => realityCheck(trials, options)).toThrowError(expect.objectContaining({ code }));
  });
});
