import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "#engine/core/random.ts";
import { effectiveTrials } from "#engine/significance/effectiveTrials.ts";

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const mean = (x: ArrayLike<number>): number =>
    Array.from(x).reduce((sum, value) => sum + value, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) ** 2;
    bb += (b[i] - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

/** Average linkage by looking at every pair of clusters, and at every pair of trials in them, each time anew. */
function naive(trials: readonly Float64Array[], threshold: number): number[][] {
  const clusters = trials.map((_, k) => [k]);
  for (;;) {
    let best: { i: number; j: number; value: number } | undefined;
    for (let i = 0; i < clusters.length; i++) {
      for (let j = i + 1; j < clusters.length; j++) {
        const pairs = clusters[i].flatMap((a) => clusters[j].map((b) => correlation(trials[a], trials[b])));
        const value = pairs.reduce((sum, pair) => sum + pair, 0) / pairs.length;
        if (best === undefined || value > best.value) best = { i, j, value };
      }
    }
    if (best === undefined || best.value < threshold) return clusters;
    clusters[best.i].push(...clusters[best.j]);
    clusters.splice(best.j, 1);
  }
}

const partition = (clusters: readonly (readonly number[])[]): string[] =>
  clusters.map((cluster) => [...cluster].sort((a, b) => a - b).join()).sort();

function groups(labels: Int32Array): number[][] {
  const found: number[][] = [];
  for (const [k, label] of labels.entries()) (found[label] ??= []).push(k);
  return found;
}

describe("the effective number of trials", () => {
  it("joins what average linkage by brute force joins", () => {
    const random = Random.seeded("linkage").stream("trials");
    for (let round = 0; round < 60; round++) {
      const factors = Array.from({ length: 3 }, () =>
        Float64Array.from({ length: 40 }, () => random.normal()),
      );
      const trials = Array.from({ length: 14 }, (_, k) =>
        factors[k % 3].map((value) => value + random.normal(0, 0.4 + 0.12 * k)),
      );
      const threshold = [0.2, 0.5, 0.8][round % 3];
      const found = effectiveTrials(trials, { threshold });
      expect(partition(groups(found.cluster))).toEqual(partition(naive(trials, threshold)));
      expect(found.count).toBe(new Set(found.cluster).size);
    }
  });

  it("is all of them where they have nothing in common, and one where they are variants of one", () => {
    const random = Random.seeded("ends").stream("trials");
    const independent = Array.from({ length: 60 }, () =>
      Float64Array.from({ length: 250 }, () => random.normal()),
    );
    expect(effectiveTrials(independent).count).toBe(60);
    const variants = independent.map((noise) => noise.map((value, t) => independent[0][t] + 0.3 * value));
    expect(effectiveTrials(variants).count).toBe(1);
    expect(effectiveTrials(variants).meanCorrelation).toBeGreaterThan(0.85);
  });

  it("finds planted groups, and takes the opposite of a trial for another bet", () => {
    const random = Random.seeded("groups").stream("trials");
    const factors = Array.from({ length: 5 }, () =>
      Float64Array.from({ length: 300 }, () => random.normal()),
    );
    const trials = Array.from({ length: 50 }, (_, k) =>
      factors[k % 5].map((value) => value + random.normal(0, 0.5)),
    );
    const found = effectiveTrials(trials);
    expect(found.count).toBe(5);
    expect([...found.cluster]).toEqual(trials.map((_, k) => k % 5));
    expect(effectiveTrials([factors[0], factors[0].map((value) => -value)]).count).toBe(2);
  });

  it("does not change with the scale of a trial, and leaves out those that never moved", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 500 }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (seed, scale) => {
          const random = Random.seeded(seed);
          const trials = Array.from({ length: 6 }, () =>
            Float64Array.from({ length: 20 }, () => random.normal()),
          );
          const found = effectiveTrials([trials[0].map((value) => value * scale), ...trials.slice(1)]);
          expect(found.cluster).toEqual(effectiveTrials(trials).cluster);
        },
      ),
    );
    const still = effectiveTrials([
      [0, 0, 0],
      [0.1, 0.2, 0.1],
      [0.3, 0.3, 0.3],
    ]);
    expect(still).toMatchObject({ count: 1, flat: 2 });
    expect([...still.cluster]).toEqual([-1, 0, -1]);
    expect(still.meanCorrelation).toBeNaN();
  });

  it.each([
    ["no trials", [], {}, "significance.too-few-trials"],
    [
      "trials of different lengths",
      [
        [1, 2],
        [1, 2, 3],
      ],
      {},
      "significance.lengths",
    ],
    [
      "a threshold of nothing",
      [
        [1, 2],
        [2, 1],
      ],
      { threshold: 0 },
      "significance.threshold",
    ],
  ])("refuses %s", (_, trials, options, code) => {
    expect(() => effectiveTrials(trials, options)).toThrowError(expect.objectContaining({ code }));
  });
});
