import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "#engine/core/random.ts";
import type { LabelSpans } from "#engine/splits/labels.ts";
import { purgedKFold } from "#engine/splits/purgedKFold.ts";
import type { SplitPlan } from "#engine/splits/splitPlan.ts";
import { unpurgedKFold } from "#engine/splits/unpurgedKFold.ts";
import { arraySplit, codeOf, evenLabels, labelSpans, naiveSplit, overlap, plain } from "./naive.ts";

const embargoes = fc.oneof(
  fc.constant({}),
  fc.record({ embargoFraction: fc.constantFrom(0, 0.01, 0.05, 0.1) }),
  fc.record({ embargoMs: fc.integer({ min: 0, max: 20 }) }),
);
const folds = fc.integer({ min: 2, max: 7 });

describe("purged k-fold", () => {
  it("is its definition pair by pair, and refuses a fold just where that leaves nothing to train on", () => {
    let refused = 0;
    fc.assert(
      fc.property(labelSpans(), folds, embargoes, (labels, k, embargo) => {
        const expected = arraySplit(labels.t0.length, k).map((test) => naiveSplit(labels, [test], embargo));
        if (expected.some(({ train }) => train.length === 0)) {
          refused++;
          expect(codeOf(() => purgedKFold(labels, { k, ...embargo }))).toBe("splits.no-training");
        } else {
          expect(purgedKFold(labels, { k, ...embargo }).splits.map(plain)).toEqual(expected);
        }
      }),
      { numRuns: 400 },
    );
    expect(refused).toBeLessThan(300);
  });

  it("tests every sample once, and divides all samples in each fold", () => {
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 90 }), folds, (samples, k) => {
        const { splits } = purgedKFold(evenLabels(samples, 10, 15), { k, embargoFraction: 0.02 });
        const tested = splits.flatMap(({ test }) => [...test]);
        expect(tested).toEqual(Array.from({ length: samples }, (_, i) => i));
        for (const split of splits) {
          const parts = Object.values(plain(split)).flat();
          expect(parts.sort((a, b) => a - b)).toEqual(tested);
        }
      }),
    );
  });

  it("trains on no label that shares a moment with a label of the test", () => {
    fc.assert(
      fc.property(labelSpans({ min: 40 }), (labels) => {
        fc.pre(codeOf(() => purgedKFold(labels, { k: 4 })) === undefined);
        for (const { train, test } of purgedKFold(labels, { k: 4 }).splits) {
          expect(train.some((i) => test.some((j) => overlap(labels, i, j)))).toBe(false);
        }
      }),
    );
  });

  it("keeps the embargo behind a test and not before it", () => {
    const labels = evenLabels(100, 10, 0);
    const { splits } = purgedKFold(labels, { k: 5, embargoMs: 30 });
    expect([...splits[1].test]).toEqual(Array.from({ length: 20 }, (_, i) => 20 + i));
    expect([...splits[1].embargoed]).toEqual([40, 41, 42]);
    expect(splits[1].train).toContain(19);
    expect([...purgedKFold(labels, { k: 5, embargoFraction: 0.29 }).splits[0].embargoed]).toHaveLength(29);
    expect([...purgedKFold(labels, { k: 5, embargoMs: 500 }).splits[4].embargoed]).toEqual([]);
  });

  it("purges what the book's snippet 7.1 purges", () => {
    // getTrainTimes, line by line: training labels that begin in, end in or envelop the test's span.
    const getTrainTimes = ({ t0, t1 }: LabelSpans, test: Int32Array): number[] => {
      const i = t0[test[0]];
      const j = Math.max(...[...test].map((row) => t1[row]));
      return [...t0.keys()]
        .filter((row) => !test.includes(row))
        .filter((row) => !(i <= t0[row] && t0[row] <= j))
        .filter((row) => !(i <= t1[row] && t1[row] <= j))
        .filter((row) => !(t0[row] <= i && j <= t1[row]));
    };
    fc.assert(
      fc.property(labelSpans({ min: 40 }), folds, (labels, k) => {
        fc.pre(codeOf(() => purgedKFold(labels, { k })) === undefined);
        for (const { train, test } of purgedKFold(labels, { k }).splits) {
          expect([...train]).toEqual(getTrainTimes(labels, test));
        }
      }),
    );
  });

  it("does not find skill in noise where a split without purging does", () => {
    // A label is the sum of the next ten draws of pure noise. The guess is the label of the nearest sample in training.
    const random = Random.seeded("purging").stream("noise");
    const [samples, horizon] = [600, 10];
    const draws = Array.from({ length: samples + horizon }, () => random.normal(0, 1));
    const outcome = Array.from({ length: samples }, (_, i) =>
      draws.slice(i + 1, i + 1 + horizon).reduce((sum, value) => sum + value, 0),
    );
    const skill = ({ splits }: SplitPlan): number => {
      const guessed = new Float64Array(samples);
      for (const { train, test } of splits) {
        for (const i of test) {
          const nearest = train.reduce((best, row) => (Math.abs(row - i) < Math.abs(best - i) ? row : best));
          guessed[i] = outcome[nearest];
        }
      }
      return correlation(guessed, outcome);
    };
    const t0 = Float64Array.from({ length: samples }, (_, i) => i);
    const labels = { t0, t1: t0.map((time) => time + horizon) };
    expect(skill(unpurgedKFold(samples, { k: 100 }))).toBeGreaterThan(0.6);
    expect(Math.abs(skill(purgedKFold(labels, { k: 100 })))).toBeLessThan(0.15);
  });

  it("is plain frozen data, the same each time", () => {
    const labels = evenLabels(50, 1, 2);
    const plan = purgedKFold(labels);
    expect(plan).toEqual(purgedKFold(labels));
    expect(plan).toMatchObject({ name: "purgedKFold", isPurged: true, samples: 50 });
    expect(structuredClone(plan)).toEqual(plan);
    expect(Object.isFrozen(plan) && Object.isFrozen(plan.splits) && Object.isFrozen(plan.splits[0])).toBe(
      true,
    );
  });

  it.each([
    ["splits.no-training", () => purgedKFold(evenLabels(20, 1, 100))],
    ["splits.too-few-samples", () => purgedKFold(evenLabels(3, 1, 0))],
    ["splits.setting", () => purgedKFold(evenLabels(30, 1, 0), { k: 1 })],
    ["splits.setting", () => purgedKFold(evenLabels(30, 1, 0), { k: 2.5 })],
    ["splits.embargo", () => purgedKFold(evenLabels(30, 1, 0), { embargoFraction: 1 })],
    ["splits.embargo", () => purgedKFold(evenLabels(30, 1, 0), { embargoMs: -1 })],
    ["splits.embargo", () => purgedKFold(evenLabels(30, 1, 0), { embargoMs: 1, embargoFraction: 0.1 })],
    ["splits.unknown-option", () => purgedKFold(evenLabels(30, 1, 0), { folds: 3 } as object)],
    ["splits.lengths", () => purgedKFold({ t0: new Float64Array(9), t1: new Float64Array(8) })],
    ["splits.not-finite", () => purgedKFold({ t0: Float64Array.of(1, 2), t1: Float64Array.of(3, NaN) })],
    ["splits.label-backwards", () => purgedKFold({ t0: Float64Array.of(1, 2), t1: Float64Array.of(3, 1) })],
    ["splits.not-ascending", () => purgedKFold({ t0: Float64Array.of(2, 1), t1: Float64Array.of(3, 3) })],
    ["splits.labels", () => purgedKFold({ t0: [1, 2], t1: [1, 2] } as unknown as LabelSpans)],
  ])("refuses with %s what cannot be meant", (code, call) => {
    expect(codeOf(call)).toBe(code);
  });
});

describe("k-fold without purging", () => {
  it("says so in its name, and is the same ranges with all else in training", () => {
    const plan = unpurgedKFold(23, { k: 4 });
    expect(plan).toMatchObject({ name: "unpurgedKFold", isPurged: false, samples: 23 });
    expect(plan.splits.map(({ test }) => [...test])).toEqual(arraySplit(23, 4));
    for (const { train, test, purged, embargoed } of plan.splits) {
      expect([train.length + test.length, purged.length, embargoed.length]).toEqual([23, 0, 0]);
    }
  });

  it("takes no embargo", () => {
    expect(codeOf(() => unpurgedKFold(30, { embargoMs: 5 } as object))).toBe("splits.unknown-option");
    expect(codeOf(() => unpurgedKFold(1))).toBe("splits.setting");
  });
});

function correlation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = x.length;
  const [mx, my] = [x, y].map((values) => Array.from(values).reduce((sum, value) => sum + value, 0) / n);
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    xy += (x[i] - mx) * (y[i] - my);
    xx += (x[i] - mx) ** 2;
    yy += (y[i] - my) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}
