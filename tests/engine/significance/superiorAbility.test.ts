import { describe, expect, it } from "vitest";
import { Random } from "#engine/core/random.ts";
import { longRunVariance } from "#engine/significance/longRunVariance.ts";
import { realityCheck } from "#engine/significance/realityCheck.ts";
import { StationaryBlocks } from "#engine/significance/stationaryBlocks.ts";
import { superiorAbility } from "#engine/significance/superiorAbility.ts";
import { uniformDistance } from "./uniformity.ts";

function noise(trials: number, rows: number, random: Random, mean = 0, deviation = 0.01): Float64Array[] {
  return Array.from({ length: trials }, () =>
    Float64Array.from({ length: rows }, () => random.normal(mean, deviation)),
  );
}

describe("the test for superior predictive ability", () => {
  it("is the definition, resample by resample, with its three ways of centring", () => {
    const random = Random.seeded("naive");
    const trials = [
      ...noise(3, 80, random, 0.0008),
      ...noise(2, 80, random, -0.01),
      ...noise(2, 80, random, -0.0005),
    ];
    const found = superiorAbility(trials, { resamples: 300, blockLength: 3, seed: 4 });
    const n = 80;
    const mean = (values: Float64Array): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    const omega = trials.map((trial) => Math.sqrt(longRunVariance(trial, 3)));
    const means = trials.map(mean);
    const statistic = Math.max(0, ...means.map((value, k) => (Math.sqrt(n) * value) / omega[k]));
    const threshold = (k: number): number => -Math.sqrt((omega[k] ** 2 / n) * 2 * Math.log(Math.log(n)));
    const centres = {
      lower: (k: number) => Math.max(0, means[k]),
      consistent: (k: number) => (means[k] >= threshold(k) ? means[k] : 0),
      upper: (k: number) => means[k],
    };
    const asGood = { lower: 0, consistent: 0, upper: 0 };
    const blocks = new StationaryBlocks(n, 3, Random.seeded(4).stream("superior ability"));
    for (let draw = 0; draw < 300; draw++) {
      blocks.draw();
      const drawn = trials.map((trial) => mean(blocks.take(trial, new Float64Array(n))));
      for (const name of ["lower", "consistent", "upper"] as const) {
        const scores = drawn.map((value, k) => (Math.sqrt(n) * (value - centres[name](k))) / omega[k]);
        if (Math.max(0, ...scores) >= statistic) asGood[name]++;
      }
    }
    expect(found.statistic).toBeCloseTo(statistic, 10);
    expect(found.lower).toBe((asGood.lower + 1) / 301);
    expect(found.consistent).toBe((asGood.consistent + 1) / 301);
    expect(found.upper).toBe((asGood.upper + 1) / 301);
  });

  it("orders its three p-values", () => {
    const random = Random.seeded("order");
    for (let round = 0; round < 40; round++) {
      const trials = [...noise(4, 60, random), ...noise(4, 60, random, -0.004)];
      const { lower, consistent, upper } = superiorAbility(trials, { resamples: 99, seed: round });
      expect(lower).toBeLessThanOrEqual(consistent);
      expect(consistent).toBeLessThanOrEqual(upper);
    }
  });

  it("has uniform p-values where every trial is just as good as nothing", () => {
    const random = Random.seeded("null").stream("trials");
    const values = Array.from(
      { length: 300 },
      (_, seed) => superiorAbility(noise(5, 150, random), { resamples: 199, seed }).upper,
    );
    // At a statistic of 0 the p-value is 1: with five trials that happens in one case of thirty-two.
    expect(uniformDistance(values.filter((value) => value < 1))).toBeLessThan(1.63 + 0.6);
    const claims = values.filter((value) => value <= 0.05).length / values.length;
    expect(claims).toBeLessThan(0.09);
  });

  it("finds an edge that a crowd of poor and wild trials hides from the reality check", () => {
    const random = Random.seeded("poor").stream("trials");
    let [here, there] = [0, 0];
    for (let round = 0; round < 20; round++) {
      const trials = [...noise(1, 400, random, 0.0016), ...noise(30, 400, random, -0.03, 0.05)];
      if (superiorAbility(trials, { resamples: 199, seed: round }).consistent <= 0.05) here++;
      if (realityCheck(trials, { resamples: 199, seed: round }).pValue <= 0.05) there++;
    }
    expect(here).toBeGreaterThan(15);
    expect(there).toBeLessThan(3);
  });

  it("leaves out trials that never moved, and refuses to judge when none did", () => {
    const trials = [...noise(2, 50, Random.seeded(3)), new Float64Array(50)];
    const found = superiorAbility(trials);
    expect(found.leftOut).toBe(1);
    expect(found).toEqual({
      ...superiorAbility(trials.slice(0, 2), { blockLength: found.blockLength }),
      trials: 3,
      leftOut: 1,
    });
    expect(() => superiorAbility([new Float64Array(50)])).toThrowError(
      expect.objectContaining({ code: "significance.no-variance" }),
    );
  });
});
