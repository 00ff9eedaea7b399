import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "#engine/core/random.ts";
import { backtestOverfitting } from "#engine/significance/backtestOverfitting.ts";

/** Every way to take half of the blocks, by plain recursion. */
function halves(blocks: number): number[][] {
  const take = (from: number, wanted: number): number[][] => {
    if (wanted === 0) return [[]];
    const sets: number[][] = [];
    for (let block = from; block <= blocks - wanted; block++) {
      for (const rest of take(block + 1, wanted - 1)) sets.push([block, ...rest]);
    }
    return sets;
  };
  return take(0, blocks / 2);
}

function sharpe(values: number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return values.every((value) => value === values[0]) ? 0 : mean / Math.sqrt(variance);
}

/** The definition word for word: join the blocks, measure, choose, rank. */
function naive(trials: readonly Float64Array[], blocks: number) {
  const length = Math.floor(trials[0].length / blocks);
  const first = trials[0].length - blocks * length;
  const joined = (trial: Float64Array, chosen: readonly number[]): number[] =>
    chosen.flatMap((block) => [...trial.slice(first + block * length, first + (block + 1) * length)]);
  const everything = Array.from({ length: blocks }, (_, block) => block);
  const bySet = new Map<string, { logit: number; inside: number; outside: number; best: number }>();
  for (const chosen of halves(blocks)) {
    const others = everything.filter((block) => !chosen.includes(block));
    const inside = trials.map((trial) => sharpe(joined(trial, chosen)));
    const outside = trials.map((trial) => sharpe(joined(trial, others)));
    const best = inside.indexOf(Math.max(...inside));
    const below = outside.filter((value) => value < outside[best]).length;
    const equal = outside.filter((value) => value === outside[best]).length;
    const rank = (below + (equal + 1) / 2) / (trials.length + 1);
    bySet.set(chosen.join(), {
      logit: Math.log(rank / (1 - rank)),
      inside: inside[best],
      outside: outside[best],
      best,
    });
  }
  return [...bySet.values()];
}

function noise(trials: number, rows: number, seed: string): Float64Array[] {
  const random = Random.seeded(seed).stream("trials");
  return Array.from({ length: trials }, () =>
    Float64Array.from({ length: rows }, () => random.normal(0, 0.01)),
  );
}

const ascending = (values: Iterable<number>): number[] => [...values].sort((a, b) => a - b);

describe("the probability of backtest overfitting", () => {
  it.each([
    [2, 2, 9],
    [5, 4, 43],
    [12, 6, 60],
    [7, 8, 83],
    [3, 10, 100],
  ])("agrees with the definition for %d trials and %d blocks of %d periods", (count, blocks, rows) => {
    const trials = noise(count, rows, `naive ${count}`);
    const found = backtestOverfitting(trials, { blocks });
    const expected = naive(trials, blocks);
    expect(found.splits).toBe(expected.length);
    expect(found.observations).toBe(Math.floor(rows / blocks) * blocks);
    const compare = (a: Iterable<number>, b: Iterable<number>): void => {
      const [left, right] = [ascending(a), ascending(b)];
      for (const [i, value] of left.entries()) expect(value).toBeCloseTo(right[i], 10);
    };
    compare(
      found.logits,
      expected.map(({ logit }) => logit),
    );
    compare(
      found.inSample,
      expected.map(({ inside }) => inside),
    );
    compare(
      found.outOfSample,
      expected.map(({ outside }) => outside),
    );
    compare(
      found.chosen,
      expected.map(({ best }) => best),
    );
    expect(found.probability).toBeCloseTo(
      expected.filter(({ logit }) => logit <= 0).length / expected.length,
      12,
    );
    expect(found.probabilityOfLoss).toBeCloseTo(
      expected.filter(({ outside }) => outside < 0).length / expected.length,
      12,
    );
  });

  it("agrees with the definition where trials tie, stand still, and did not trade for a while", () => {
    const [a, b] = noise(2, 48, "ties");
    const idle = a.map((value, i) => (i < 24 ? 0 : value));
    const trials = [a, b, a.slice(), new Float64Array(48), idle];
    const found = backtestOverfitting(trials, { blocks: 4 });
    const expected = naive(trials, 4);
    expect(ascending(found.logits).map((value) => value.toFixed(9))).toEqual(
      ascending(expected.map(({ logit }) => logit)).map((value) => value.toFixed(9)),
    );
  });

  it("is near one half where there is nothing to find, over many sets of trials", () => {
    let sum = 0;
    for (let round = 0; round < 60; round++) {
      sum += backtestOverfitting(noise(20, 120, `null ${round}`), { blocks: 6 }).probability;
    }
    expect(sum / 60).toBeGreaterThan(0.42);
    expect(sum / 60).toBeLessThan(0.58);
  });

  it("is near 0, without loss, where one trial is better throughout", () => {
    const trials = noise(30, 400, "edge");
    const random = Random.seeded("edge").stream("best");
    trials[7] = Float64Array.from({ length: 400 }, () => random.normal(0.005, 0.01));
    const found = backtestOverfitting(trials, { blocks: 10 });
    expect(found.probability).toBeLessThan(0.01);
    expect(found.probabilityOfLoss).toBeLessThan(0.01);
    expect(new Set(found.chosen)).toEqual(new Set([7]));
  });

  it("is 1 where what is good on one half is bad on the other", () => {
    // Each trial wins on one block alone and loses on all others: whoever is chosen has its win behind it.
    const random = Random.seeded("curse").stream("noise");
    const trials = Array.from({ length: 8 }, (_, k) =>
      Float64Array.from({ length: 80 }, (_, t) =>
        Math.floor(t / 10) === k ? 0.05 : -0.005 + random.normal(0, 0.0005),
      ),
    );
    const found = backtestOverfitting(trials, { blocks: 8 });
    expect(found.probability).toBe(1);
    expect(found.probabilityOfLoss).toBe(1);
  });

  it("has the least-squares line through the chosen trials' ratios", () => {
    const found = backtestOverfitting(noise(10, 90, "line"), { blocks: 6 });
    const { slope, intercept, rSquared } = found.degradation;
    const residual = (a: number, b: number): number =>
      found.inSample.reduce((sum, x, i) => sum + (found.outOfSample[i] - a - b * x) ** 2, 0);
    const least = residual(intercept, slope);
    for (const [da, db] of [
      [1e-4, 0],
      [-1e-4, 0],
      [0, 1e-3],
      [0, -1e-3],
    ]) {
      expect(residual(intercept + da, slope + db)).toBeGreaterThan(least);
    }
    const mean = found.outOfSample.reduce((sum, y) => sum + y, 0) / found.splits;
    expect(rSquared).toBeCloseTo(1 - least / residual(mean, 0), 10);
  });

  it("does not change when every trial is scaled by a factor of its own, nor with the order of the blocks", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), (seed) => {
        const trials = noise(6, 48, `scale ${seed}`);
        const found = backtestOverfitting(trials, { blocks: 6 });
        const scaled = trials.map((trial, k) => trial.map((value) => value * (k + 0.5)));
        expect(backtestOverfitting(scaled, { blocks: 6 }).probability).toBe(found.probability);
        const turned = trials.map((trial) => Float64Array.from([...trial.slice(8), ...trial.slice(0, 8)]));
        expect(backtestOverfitting(turned, { blocks: 6 }).probability).toBeCloseTo(found.probability, 12);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ["an odd number of blocks", noise(3, 40, "x"), { blocks: 5 }, "significance.blocks"],
    ["too many blocks", noise(3, 400, "x"), { blocks: 24 }, "significance.blocks"],
    ["one trial", noise(1, 40, "x"), { blocks: 4 }, "significance.too-few-trials"],
    ["fewer than two periods a block", noise(3, 7, "x"), { blocks: 4 }, "significance.too-few-returns"],
    [
      "trials of different lengths",
      [...noise(2, 40, "x"), ...noise(1, 41, "y")],
      { blocks: 4 },
      "significance.lengths",
    ],
    [
      "a return that is not known",
      [...noise(2, 40, "x"), new Float64Array(40).fill(Number.NaN)],
      { blocks: 4 },
      "significance.not-finite",
    ],
  ])("refuses %s", (_, trials, options, code) => {
    expect(() => backtestOverfitting(trials, options)).toThrowError(expect.objectContaining({ code }));
  });
});
