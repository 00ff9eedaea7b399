import fc from "fast-check";
import { expect, test } from "vitest";
import { combinatorialPurged } from "#engine/splits/combinatorialPurged.ts";
import { purgedKFold } from "#engine/splits/purgedKFold.ts";
import { walkForwardFolds } from "#engine/splits/walkForwardFolds.ts";
import { walkForwardRows } from "#engine/splits/walkForwardRows.ts";
import { type BandPart, bandsOf, isSplits } from "#workbench/outputs/bands.ts";

function even(samples: number, takes: number) {
  const t0 = Float64Array.from({ length: samples }, (_, i) => i * 10);
  return { t0, t1: t0.map((time) => time + takes) };
}

test("bands of few samples are the split, sample by sample", () => {
  fc.assert(
    fc.property(fc.integer({ min: 40, max: 400 }), fc.integer({ min: 2, max: 5 }), (samples, k) => {
      const plan = purgedKFold(even(samples, 15), { k, embargoMs: 30 });
      const { bands, axis, shown } = bandsOf(plan);
      expect([axis, shown]).toEqual(["samples", k]);
      for (const [s, split] of plan.splits.entries()) {
        for (const part of ["train", "test", "purged", "embargoed"] satisfies BandPart[]) {
          const drawn = bands
            .filter((band) => band.split === s && band.part === part)
            .flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));
          expect(drawn).toEqual([...split[part]]);
        }
      }
    }),
    { numRuns: 50 },
  );
});

test("bands of many samples leave no hole and lose no purged stretch, however short", () => {
  const plan = purgedKFold(even(100_000, 15), { k: 5, embargoMs: 30 });
  const { bands } = bandsOf(plan);
  for (let s = 0; s < 5; s++) {
    const mine = bands.filter(({ split }) => split === s);
    expect([mine[0].from, mine.at(-1)?.to]).toEqual([0, 100_000]);
    for (let i = 1; i < mine.length; i++) expect(mine[i].from).toBe(mine[i - 1].to);
    expect(mine.some(({ part }) => part === "purged")).toBe(true);
    expect(mine.length).toBeLessThan(12);
  }
});

test("labels put samples on their time, the last as wide as the others", () => {
  const labels = even(50, 5);
  const { axis, bands } = bandsOf(purgedKFold(labels, { k: 2 }), labels);
  expect(axis).toBe("time");
  expect(bands.filter(({ part }) => part === "test")).toEqual([
    { split: 0, part: "test", from: 0, to: 250 },
    { split: 1, part: "test", from: 250, to: 500 },
  ]);
  expect(() => bandsOf(purgedKFold(labels), even(49, 5))).toThrow(/50 samples and the labels are 49/);
});

test("folds are drawn part by part, over time or over rows", () => {
  const over = { folds: 2, labelMs: 10, embargoMs: 5 };
  const { axis, bands } = bandsOf(walkForwardFolds({ startMs: 0, endMs: 315, kind: "anchored", ...over }));
  expect(axis).toBe("time");
  expect(bands.map(({ split, part, from, to }) => [split, part, from, to])).toEqual([
    [0, "train", 0, 100],
    [0, "purged", 100, 110],
    [0, "embargoed", 110, 115],
    [0, "test", 115, 215],
    [1, "train", 0, 200],
    [1, "purged", 200, 210],
    [1, "embargoed", 210, 215],
    [1, "test", 215, 315],
  ]);
  const rows = bandsOf(walkForwardRows({ rows: 30, folds: 2 }));
  expect([rows.axis, rows.bands.length]).toEqual(["rows", 4]);
});

test("no more splits are drawn than can be read", () => {
  const { splits, shown, bands } = bandsOf(combinatorialPurged(even(200, 5), { groups: 9, testGroups: 3 }));
  expect([splits, shown, Math.max(...bands.map(({ split }) => split))]).toEqual([84, 40, 39]);
});

test("what the engine's splits give is known as splits, other records are not", () => {
  const labels = even(60, 5);
  const folds = walkForwardFolds({ startMs: 0, endMs: 600, folds: 2 });
  const given = [
    folds,
    walkForwardRows({ rows: 9, folds: 2 }),
    purgedKFold(labels),
    combinatorialPurged(labels),
  ];
  expect(given.map(isSplits)).toEqual([true, true, true, true]);
  expect([folds.folds, { folds: 3 }, { name: "x", splits: [] }, null, "folds"].some(isSplits)).toBe(false);
});
