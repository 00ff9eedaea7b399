import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY_MS } from "#engine/core/timeframe.ts";
import { type Fold, type FoldOptions, walkForwardFolds } from "#engine/splits/walkForwardFolds.ts";
import { type RowFoldOptions, walkForwardRows } from "#engine/splits/walkForwardRows.ts";
import { walkForwardSplits } from "#engine/splits/walkForwardSplits.ts";
import { codeOf, evenLabels, labelSpans, overlap } from "./naive.ts";

const kind = fc.constantFrom("anchored" as const, "rolling" as const);
const gap = fc.integer({ min: 0, max: 40 });
const byCount = fc.record(
  {
    startMs: fc.integer({ min: -500, max: 500 }),
    endMs: fc.integer({ min: 2000, max: 5000 }),
    folds: fc.integer({ min: 1, max: 12 }),
    kind,
    labelMs: gap,
    embargoMs: gap,
    minTrainMs: fc.integer({ min: 40, max: 900 }),
    alignMs: fc.constantFrom(1, 7, 10),
  },
  { requiredKeys: ["startMs", "endMs", "folds"] },
);
const byLength = fc.record(
  {
    startMs: fc.integer({ min: -500, max: 500 }),
    endMs: fc.integer({ min: 2000, max: 5000 }),
    trainMs: fc.integer({ min: 40, max: 700 }),
    testMs: fc.integer({ min: 40, max: 400 }),
    stepMs: fc.integer({ min: 10, max: 600 }),
    kind,
    labelMs: gap,
    embargoMs: gap,
  },
  { requiredKeys: ["startMs", "endMs", "trainMs", "testMs"] },
);
const length = ({ startMs, endMs }: Fold["train"]): number => endMs - startMs;

describe("walk-forward folds", () => {
  it("train before they test, with the label span and the embargo between, all inside the span", () => {
    fc.assert(
      fc.property(fc.oneof(byCount, byLength), (options) => {
        const { folds, untested } = walkForwardFolds(options);
        const { labelMs = 0, embargoMs = 0, kind: asked = "rolling" } = options;
        for (const [k, { train, purge, embargo, test }] of folds.entries()) {
          expect(length(train)).toBeGreaterThan(0);
          expect(length(test)).toBeGreaterThan(0);
          expect([length(purge), length(embargo)]).toEqual([labelMs, embargoMs]);
          expect([purge.startMs, embargo.startMs, test.startMs]).toEqual([
            train.endMs,
            purge.endMs,
            embargo.endMs,
          ]);
          expect(train.startMs).toBeGreaterThanOrEqual(options.startMs);
          expect(test.endMs).toBeLessThanOrEqual(options.endMs);
          if (asked === "anchored") expect(train.startMs).toBe(options.startMs);
          else expect(length(train)).toBe(length(folds[0].train));
          if (k > 0) expect(test.startMs).toBeGreaterThan(folds[k - 1].test.startMs);
        }
        expect(untested).toEqual({ startMs: folds.at(-1)?.test.endMs, endMs: options.endMs });
      }),
      { numRuns: 200 },
    );
  });

  it("asked for by their number, tile the time from the first test to the end with tests of one length", () => {
    fc.assert(
      fc.property(byCount, (options) => {
        const { folds, cover, untested } = walkForwardFolds(options);
        const { alignMs = 1, minTrainMs = 0, labelMs = 0, embargoMs = 0 } = options;
        expect(cover).toBe("tiled");
        expect(length(untested)).toBe(0);
        expect(folds.length).toBe(options.folds);
        for (let k = 1; k < folds.length; k++) expect(folds[k].test.startMs).toBe(folds[k - 1].test.endMs);
        const test = length(folds[0].test);
        expect(new Set(folds.map((fold) => length(fold.test)))).toEqual(new Set([test]));
        expect(test % alignMs).toBe(0);
        expect(length(folds[0].train)).toBeGreaterThanOrEqual(minTrainMs);
        // No longer test would do: one more step of it, and training were shorter than it has to be.
        const room = options.endMs - options.startMs - labelMs - embargoMs;
        const longer = test + alignMs;
        expect(room - options.folds * longer).toBeLessThan(Math.max(minTrainMs, longer));
      }),
      { numRuns: 200 },
    );
  });

  it("asked for by length, step as told, and say what the steps make of the tests", () => {
    fc.assert(
      fc.property(byLength, (options) => {
        const { folds, cover, untested } = walkForwardFolds(options);
        const { stepMs = options.testMs } = options;
        for (let k = 1; k < folds.length; k++) {
          expect(folds[k].test.startMs - folds[k - 1].test.startMs).toBe(stepMs);
        }
        expect(length(folds[0].train)).toBe(options.trainMs);
        expect(new Set(folds.map((fold) => length(fold.test)))).toEqual(new Set([options.testMs]));
        // There is no room for one more.
        expect(length(untested)).toBeLessThan(stepMs);
        const between = folds.slice(1).map((fold, k) => fold.test.startMs - folds[k].test.endMs);
        const expected = between.some((ms) => ms < 0)
          ? "overlapping"
          : between.some((ms) => ms > 0)
            ? "gapped"
            : "tiled";
        expect(cover).toBe(expected);
      }),
      { numRuns: 200 },
    );
  });

  it("are scikit-learn's TimeSeriesSplit where that is asked for", () => {
    // TimeSeriesSplit(n_splits=5) over range(33): test_size = 33 // 6 = 5, the remainder goes to the first training.
    const { folds } = walkForwardRows({ rows: 33, folds: 5, kind: "anchored" });
    expect(
      folds.map(({ train, test }) => [train.startRow, train.endRow, test.startRow, test.endRow]),
    ).toEqual([
      [0, 8, 8, 13],
      [0, 13, 13, 18],
      [0, 18, 18, 23],
      [0, 23, 23, 28],
      [0, 28, 28, 33],
    ]);
    // TimeSeriesSplit(n_splits=3, gap=2, test_size=2, max_train_size=4) over range(12): train [0..3] [2..5] [4..7] and
    // test [6, 7] [8, 9] [10, 11].
    const gapped = walkForwardRows({ rows: 12, trainRows: 4, testRows: 2, embargoRows: 2, kind: "rolling" });
    expect(
      gapped.folds.map(({ train, test }) => [train.startRow, train.endRow, test.startRow, test.endRow]),
    ).toEqual([
      [0, 4, 6, 8],
      [2, 6, 8, 10],
      [4, 8, 10, 12],
    ]);
  });

  it("of rows are those of time, counted in rows", () => {
    fc.assert(
      fc.property(fc.oneof(byCount, byLength), (options) => {
        const inRows = Object.fromEntries(
          Object.entries({ ...options, startMs: undefined, endMs: undefined })
            .filter(([, value]) => value !== undefined)
            .map(([name, value]) => [name.replace(/Ms$/, "Rows"), value]),
        );
        const rows = walkForwardRows({ ...inRows, rows: options.endMs } as unknown as RowFoldOptions);
        const times = walkForwardFolds({ ...options, startMs: 0 });
        const named = JSON.parse(
          JSON.stringify(times).replaceAll("Ms", "Row").replaceAll("walkForwardFolds", "walkForwardRows"),
        );
        expect(rows).toEqual(named);
      }),
    );
  });

  it("grow a rolling training from the least to its full length", () => {
    const { folds } = walkForwardFolds({ startMs: 0, endMs: 100, trainMs: 40, testMs: 15, minTrainMs: 20 });
    expect(folds.map(({ train }) => [train.startMs, train.endMs])).toEqual([
      [0, 20],
      [0, 35],
      [10, 50],
      [25, 65],
      [40, 80],
    ]);
  });

  it("end on whole days where so aligned", () => {
    const startMs = Date.UTC(2020, 0, 1);
    const endMs = Date.UTC(2023, 5, 15);
    const { folds } = walkForwardFolds({ startMs, endMs, folds: 7, alignMs: DAY_MS, embargoMs: DAY_MS });
    expect(
      folds.every(({ train, test }) => test.startMs % DAY_MS === 0 && train.startMs % DAY_MS === 0),
    ).toBe(true);
  });

  it("are plain frozen data", () => {
    const folds = walkForwardFolds({ startMs: 0, endMs: 100, folds: 4 });
    expect(JSON.parse(JSON.stringify(folds))).toEqual(folds);
    expect([folds, folds.folds, folds.folds[0], folds.folds[0].test].every(Object.isFrozen)).toBe(true);
  });

  const span = { startMs: 0, endMs: 1000 };
  it.each<[string, object]>([
    ["splits.span-too-short", { folds: 1000 }],
    ["splits.span-too-short", { folds: 4, minTrainMs: 998 }],
    ["splits.span-too-short", { folds: 4, embargoMs: 2000 }],
    ["splits.span-too-short", { trainMs: 900, testMs: 101 }],
    ["splits.shorter-than-label", { folds: 19, labelMs: 60 }],
    ["splits.shorter-than-label", { trainMs: 50, testMs: 100, labelMs: 60 }],
    ["splits.too-many", { endMs: 1e9, trainMs: 10, testMs: 10 }],
    ["splits.setting", {}],
    ["splits.setting", { trainMs: 100 }],
    ["splits.setting", { folds: 0 }],
    ["splits.setting", { folds: 2, trainMs: 10 }],
    ["splits.setting", { folds: 2, labelMs: -1 }],
    ["splits.setting", { folds: 2, embargoMs: 0.5 }],
    ["splits.setting", { trainMs: 100, testMs: 50, alignMs: 10 }],
    ["splits.setting", { trainMs: 100, testMs: 50, stepMs: 0 }],
    ["splits.setting", { trainMs: 100, testMs: 50, minTrainMs: 101 }],
    ["splits.setting", { trainMs: 100, testMs: 50, minTrainMs: 50, kind: "anchored" }],
    ["splits.kind", { folds: 2, kind: "expanding" }],
    ["splits.span", { folds: 2, endMs: 0 }],
    ["splits.span", { folds: 2, startMs: Number.NaN }],
    ["splits.unknown-option", { folds: 2, embargo: 5 }],
  ])("are refused with %s: %o", (code, options) => {
    expect(codeOf(() => walkForwardFolds({ ...span, ...options } as FoldOptions))).toBe(code);
  });

  it("name the unit that was asked for in an error", () => {
    expect(() => walkForwardRows({ rows: 10, trainRows: 3, testRows: 2.5 })).toThrow(/testRows is 2.5/);
    expect(() => walkForwardFolds({ ...span, trainMs: 3, testMs: 2.5 })).toThrow(/testMs is 2.5/);
  });
});

describe("walk-forward splits of samples", () => {
  it("train only on labels that ended before the embargo, and test what begins in the test", () => {
    let compared = 0;
    fc.assert(
      fc.property(labelSpans({ min: 40 }), kind, gap, (labels, asked, embargoMs) => {
        const options = { startMs: labels.t0[0], endMs: labels.t0[labels.t0.length - 1] + 1, kind: asked };
        if (codeOf(() => walkForwardFolds({ ...options, folds: 3, embargoMs })) !== undefined) return;
        const laid = walkForwardFolds({ ...options, folds: 3, embargoMs });
        if (codeOf(() => walkForwardSplits(labels, laid)) !== undefined) return;
        compared++;
        const { t0, t1 } = labels;
        const all = [...t0.keys()];
        const { splits } = walkForwardSplits(labels, laid);
        for (const [k, { train, test, purged, embargoed }] of splits.entries()) {
          const fold = laid.folds[k];
          const isIn = (span: Fold["train"], i: number): boolean =>
            t0[i] >= span.startMs && t0[i] < span.endMs;
          expect([...test]).toEqual(all.filter((i) => isIn(fold.test, i)));
          expect([...train]).toEqual(
            all.filter((i) => isIn(fold.train, i) && t1[i] + embargoMs < fold.test.startMs),
          );
          expect(train.some((i) => test.some((j) => overlap(labels, i, j)))).toBe(false);
          const before = all.filter((i) => t0[i] >= fold.train.startMs && t0[i] < fold.test.startMs);
          expect([...train, ...purged, ...embargoed].sort((a, b) => a - b)).toEqual(before);
          expect([...purged]).toEqual(before.filter((i) => t1[i] >= fold.test.startMs));
        }
        // Tests that tile the time test each of its samples once.
        const tested = splits.flatMap(({ test }) => [...test]);
        expect(tested).toEqual(all.filter((i) => t0[i] >= laid.folds[0].test.startMs));
      }),
      { numRuns: 200 },
    );
    expect(compared).toBeGreaterThan(50);
  });

  it("pass on that tests overlap", () => {
    const labels = evenLabels(100, 10, 0);
    const laid = walkForwardFolds({ startMs: 0, endMs: 1000, trainMs: 300, testMs: 200, stepMs: 100 });
    expect(walkForwardSplits(labels, laid)).toMatchObject({ cover: "overlapping", isPurged: true });
  });

  it("refuse a fold without a sample to train on or to test", () => {
    const laid = walkForwardFolds({ startMs: 0, endMs: 1000, folds: 4 });
    expect(codeOf(() => walkForwardSplits(evenLabels(100, 10, 900), laid))).toBe("splits.no-training");
    expect(codeOf(() => walkForwardSplits(evenLabels(50, 10, 0), laid))).toBe("splits.no-test");
  });
});
