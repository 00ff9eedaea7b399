import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hypervolume } from "#engine/optimise/hypervolume.ts";
import { crowdingDistances, dominates, nondominatedFronts, paretoFront } from "#engine/optimise/pareto.ts";
import { referenceCount, referencePoints } from "#engine/optimise/referencePoints.ts";
import type { Trial } from "#engine/optimise/trial.ts";
import { codeOf } from "./spaces.ts";

const rows = (objectives: number, most = 30): fc.Arbitrary<number[][]> =>
  fc.array(fc.array(fc.integer({ min: 0, max: 8 }), { minLength: objectives, maxLength: objectives }), {
    minLength: 1,
    maxLength: most,
  });

describe("fronts", () => {
  it("are those of brute force: peel off what nobody left dominates, again and again", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }).chain((m) => rows(m)),
        (losses) => {
          const isBelow = (a: number[], b: number[]): boolean =>
            a.every((x, m) => x <= b[m]) && a.some((x, m) => x < b[m]);
          let left = losses.map((_, i) => i);
          const expected: number[][] = [];
          while (left.length > 0) {
            const front = left.filter((i) => !left.some((j) => isBelow(losses[j], losses[i])));
            expected.push(front);
            left = left.filter((i) => !front.includes(i));
          }
          expect(nondominatedFronts(losses)).toEqual(expected);
        },
      ),
    );
  });

  it("hold equal rows together, and put infinite losses last", () => {
    expect(
      nondominatedFronts([
        [1, 1],
        [1, 1],
        [Infinity, Infinity],
        [0, 2],
      ]),
    ).toEqual([[0, 1, 3], [2]]);
    expect(dominates([1, 1], [1, 1])).toBe(false);
  });

  it("of a study leave out what failed and what repeats a point", () => {
    const trial = (index: number, losses: number[], more: Partial<Trial> = {}): Trial => ({
      index,
      parameters: {},
      state: "complete",
      losses,
      reports: [],
      ...more,
    });
    const trials = [
      trial(0, [1, 3]),
      trial(1, [2, 2]),
      trial(2, [3, 3]),
      trial(3, [1, 3], { sameAs: 0 }),
      trial(4, [], { state: "failed", reason: "none" }),
      trial(5, [3, 1]),
    ];
    expect(paretoFront(trials).map(({ index }) => index)).toEqual([0, 1, 5]);
  });
});

describe("crowding", () => {
  it("is the size of the gap around a row, in parts of the front's range, and endless at its ends", () => {
    expect([
      ...crowdingDistances([
        [0, 10],
        [1, 6],
        [4, 2],
        [10, 0],
      ]),
    ]).toEqual([
      Infinity,
      // (4 − 0)/10 + (10 − 2)/10, and (10 − 1)/10 + (6 − 0)/10
      1.2000000000000002,
      1.5,
      Infinity,
    ]);
    expect([
      ...crowdingDistances([
        [1, 1],
        [1, 1],
        [1, 1],
      ]),
    ]).toEqual([Infinity, 0, Infinity]);
  });
});

describe("hypervolume", () => {
  it("is the number of unit cells that the rows dominate", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }).chain((m) => rows(m, 8)),
        (losses) => {
          const reference = losses[0].map((_, m) => 6 + (m % 2));
          let cells = 0;
          const count = (cell: number[]): void => {
            if (cell.length < reference.length) {
              for (let x = 0; x < reference[cell.length]; x++) count([...cell, x]);
            } else if (losses.some((row) => row.every((x, m) => x <= cell[m]))) cells++;
          };
          count([]);
          expect(hypervolume(losses, reference)).toBe(cells);
        },
      ),
    );
  });

  it("of ZDT1's true front up to (1.1, 1.1) is 1.21 − 1/3 less what points leave between them", () => {
    // Under f₂ = 1 − √f₁ from 0 to 1, with the strips beyond: 1.1² − ∫(1 − √x) dx.
    const front = Array.from({ length: 20_001 }, (_, i) => [i / 20_000, 1 - Math.sqrt(i / 20_000)]);
    expect(hypervolume(front, [1.1, 1.1])).toBeCloseTo(1.21 - 1 / 3, 4);
  });

  it("refuses rows and a reference of different lengths", () => {
    expect(codeOf(() => hypervolume([[1, 2]], [3]))).toBe("optimise.hypervolume");
    expect(hypervolume([], [1, 1])).toBe(0);
  });
});

describe("reference points", () => {
  it.each([
    // Deb and Jain 2014, Table I.
    [3, 12, 91],
    [5, 6, 210],
    [8, 3, 120],
    [10, 3, 220],
    [2, 9, 10],
  ])(
    "of %i objectives in %i divisions are %i, all different, and sum to 1",
    (objectives, divisions, count) => {
      const points = referencePoints(objectives, divisions);
      expect(points).toHaveLength(count);
      expect(referenceCount(objectives, divisions)).toBe(count);
      expect(new Set(points.map((point) => point.join())).size).toBe(count);
      for (const point of points) expect(point.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    },
  );
});
