import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pathDistribution, pathsOf } from "#engine/splits/combinatorialPaths.ts";
import { combinatorialPurged } from "#engine/splits/combinatorialPurged.ts";
import { sharedData, WITHOUT_DATA } from "../../fixtures/sharedData.ts";
import { arraySplit, codeOf, evenLabels, labelSpans, naiveSplit, plain } from "./naive.ts";

/** All ways to take k of n by plain recursion. */
function combinations(n: number, k: number, from = 0): number[][] {
  if (k === 0) return [[]];
  return Array.from({ length: n - from }, (_, i) => from + i).flatMap((first) =>
    combinations(n, k - 1, first + 1).map((rest) => [first, ...rest]),
  );
}

const sizes = fc
  .integer({ min: 3, max: 7 })
  .chain((groups) =>
    fc.record({ groups: fc.constant(groups), testGroups: fc.integer({ min: 1, max: groups - 1 }) }),
  );

describe("combinatorial purged cross-validation", () => {
  it("is its definition pair by pair, for every choice of groups", () => {
    let compared = 0;
    fc.assert(
      fc.property(
        labelSpans({ min: 30, max: 60 }),
        sizes,
        fc.integer({ min: 0, max: 10 }),
        (labels, { groups, testGroups }, embargoMs) => {
          const blocks = arraySplit(labels.t0.length, groups);
          const expected = combinations(groups, testGroups).map((set) =>
            naiveSplit(
              labels,
              set.map((group) => blocks[group]),
              { embargoMs },
            ),
          );
          const make = () => combinatorialPurged(labels, { groups, testGroups, embargoMs });
          if (expected.some(({ train }) => train.length === 0)) {
            expect(codeOf(make)).toBe("splits.no-training");
          } else {
            compared++;
            expect(make().splits.map(plain)).toEqual(expected);
          }
        },
      ),
      { numRuns: 120 },
    );
    expect(compared).toBeGreaterThan(20);
  });

  it("has C(N, k) splits and k/N · C(N, k) paths, and tests each sample as often as there are paths", () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 60, max: 90 }), ({ groups, testGroups }, samples) => {
        const plan = combinatorialPurged(evenLabels(samples, 10, 5), { groups, testGroups });
        const count = combinations(groups, testGroups).length;
        expect(plan.splits.length).toBe(count);
        expect(plan.paths).toBe((testGroups / groups) * count);
        const tested = new Int32Array(samples);
        for (const { test } of plan.splits) for (const i of test) tested[i]++;
        expect(new Set(tested)).toEqual(new Set([plan.paths]));
        // No split serves the same group on two paths, and each serves only what it tests.
        for (let group = 0; group < groups; group++) {
          const used = plan.pathSplits.map((path) => path[group]);
          expect(new Set(used).size).toBe(plan.paths);
          for (const split of used) expect(plan.testGroups[split]).toContain(group);
        }
      }),
    );
  });

  it("joins the splits to paths as the book's figure 12.1 does for 6 groups of which 2 are tested", () => {
    const plan = combinatorialPurged(evenLabels(100, 10, 5), { groups: 6, testGroups: 2 });
    // The figure counts splits from 1; rows are its paths 1 and 2, which its text spells out, and 3 to 5.
    expect(plan.pathSplits.map((path) => [...path].map((split) => split + 1))).toEqual([
      [1, 1, 2, 3, 4, 5],
      [2, 6, 6, 7, 8, 9],
      [3, 7, 10, 10, 11, 12],
      [4, 8, 11, 13, 13, 14],
      [5, 9, 12, 14, 15, 15],
    ]);
  });

  const oracle = sharedData("oracles/afml/conventions.json");
  it.skipIf(oracle === undefined)(`cuts groups and counts as the reference does (${WITHOUT_DATA})`, () => {
    const { cpcv } = JSON.parse(readFileSync(oracle ?? "", "utf8")) as {
      cpcv: Record<"N" | "k" | "samples" | "n_splits" | "n_paths", number> & { group_bounds: number[][] };
    };
    const labels = evenLabels(cpcv.samples, 10, 5);
    const plan = combinatorialPurged(labels, { groups: cpcv.N, testGroups: cpcv.k });
    expect(plan.groups.map(({ start, end }) => [start, end - 1])).toEqual(cpcv.group_bounds);
    expect([plan.splits.length, plan.paths]).toEqual([cpcv.n_splits, cpcv.n_paths]);
  });

  it("is plain frozen data, the same each time", () => {
    const plan = combinatorialPurged(evenLabels(60, 1, 2), { embargoFraction: 0.02 });
    expect(plan).toEqual(combinatorialPurged(evenLabels(60, 1, 2), { embargoFraction: 0.02 }));
    expect(structuredClone(plan)).toEqual(plan);
    expect([plan, plan.splits, plan.groups, plan.testGroups[3], plan.pathSplits].every(Object.isFrozen)).toBe(
      true,
    );
  });

  it.each([
    ["splits.setting", () => combinatorialPurged(evenLabels(60, 1, 0), { groups: 4, testGroups: 4 })],
    ["splits.setting", () => combinatorialPurged(evenLabels(60, 1, 0), { groups: 4, testGroups: 0 })],
    ["splits.setting", () => combinatorialPurged(evenLabels(60, 1, 0), { groups: 1 })],
    ["splits.too-few-samples", () => combinatorialPurged(evenLabels(5, 1, 0))],
    ["splits.too-many", () => combinatorialPurged(evenLabels(5000, 1, 0), { groups: 20, testGroups: 10 })],
    [
      "splits.too-many",
      () => combinatorialPurged(evenLabels(5000, 1, 0), { groups: 2000, testGroups: 1000 }),
    ],
    ["splits.no-training", () => combinatorialPurged(evenLabels(60, 1, 1000))],
    ["splits.unknown-option", () => combinatorialPurged(evenLabels(60, 1, 0), { k: 2 } as object)],
  ])("refuses with %s what cannot be meant", (code, call) => {
    expect(codeOf(call)).toBe(code);
  });
});

describe("the paths", () => {
  const labels = evenLabels(50, 10, 5);
  const plan = combinatorialPurged(labels, { groups: 5, testGroups: 2 });
  /** Tells of each prediction which split made it and for which sample. */
  const signed = plan.splits.map(({ test }, split) =>
    Float64Array.from(test, (sample) => split * 1000 + sample),
  );

  it("give each sample one prediction each, of the split that the plan says and for that very sample", () => {
    const paths = pathsOf(plan, signed);
    expect(paths.length).toBe(plan.paths);
    for (const [p, path] of paths.entries()) {
      for (const [sample, value] of path.entries()) {
        const group = plan.groups.findIndex(({ start, end }) => sample >= start && sample < end);
        expect(value).toBe(plan.pathSplits[p][group] * 1000 + sample);
        expect(plan.splits[plan.pathSplits[p][group]].train).not.toContain(sample);
      }
    }
  });

  it("use every prediction once", () => {
    const used = pathsOf(plan, signed).flatMap((path) => [...path]);
    const made = signed.flatMap((column) => [...column]);
    const ascending = (values: number[]): number[] => values.sort((a, b) => a - b);
    expect(ascending(used)).toEqual(ascending(made));
  });

  it("spread a statistic: mean, deviation and quantiles of its values", () => {
    const paths = [1, 2, 3, 4].map((value) => Float64Array.of(value - 2, value - 2));
    const spread = pathDistribution(paths, (path) => path[0]);
    expect([...spread.values]).toEqual([-1, 0, 1, 2]);
    expect(spread).toMatchObject({ mean: 0.5, median: 0.5, positiveFraction: 0.5 });
    expect(spread.standardDeviation).toBeCloseTo(Math.sqrt(5 / 3), 12);
    // NumPy: percentile([-1, 0, 1, 2], [5, 95]) = [-0.85, 1.85].
    expect([spread.low, spread.high]).toEqual([expect.closeTo(-0.85, 12), expect.closeTo(1.85, 12)]);
  });

  it("have no spread where the statistic of one of them is undefined", () => {
    const paths = [Float64Array.of(1), Float64Array.of(Number.NaN)];
    const { mean, low, positiveFraction } = pathDistribution(paths, (path) => path[0]);
    expect([mean, low, positiveFraction]).toEqual([NaN, NaN, NaN]);
    expect(pathDistribution([Float64Array.of(1)], (path) => path[0])).toMatchObject({
      mean: 1,
      standardDeviation: NaN,
    });
  });

  it.each([
    ["splits.lengths", () => pathsOf(plan, signed.slice(1))],
    [
      "splits.lengths",
      () =>
        pathsOf(
          plan,
          signed.map((column, s) => (s === 3 ? column.slice(1) : column)),
        ),
    ],
    ["splits.no-paths", () => pathDistribution([], () => 0)],
  ])("refuse with %s what does not fit", (code, call) => {
    expect(codeOf(call)).toBe(code);
  });
});
