import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleCovariance } from "#engine/allocation/covariance.ts";
import {
  clusterOrder,
  distances,
  hierarchicalRiskParity,
} from "#engine/allocation/hierarchicalRiskParity.ts";
import { Random } from "#engine/core/random.ts";
import { covarianceOf, expectAllClose, madeModels, madeReturns, modelOf, sumOf } from "./made.ts";

/** Single linkage by its definition: join the two clusters whose nearest members are nearest, again and again. */
function naiveOrder(distance: readonly ArrayLike<number>[]): number[] {
  let clusters = distance.map((_, i) => ({ number: i, leaves: [i] }));
  for (let made = distance.length; clusters.length > 1; made++) {
    let best = { length: Infinity, a: clusters[0], b: clusters[1] };
    clusters.forEach((a, i) => {
      for (const b of clusters.slice(i + 1)) {
        const length = Math.min(...a.leaves.flatMap((p) => b.leaves.map((q) => distance[p][q])));
        if (length < best.length) best = { length, a, b };
      }
    });
    const [left, right] = best.a.number < best.b.number ? [best.a, best.b] : [best.b, best.a];
    clusters = clusters.filter((one) => one !== left && one !== right);
    clusters.push({ number: made, leaves: [...left.leaves, ...right.leaves] });
  }
  return clusters[0].leaves;
}

describe("hierarchical risk parity", () => {
  it("is inverse variance for two symbols", () => {
    expectAllClose(hierarchicalRiskParity(modelOf(covarianceOf([0.1, 0.2], [[], [0.7]]))), [0.8, 0.2]);
    expect([...hierarchicalRiskParity(modelOf([[3]]))]).toEqual([1]);
  });

  it("is what is worked by hand for three", () => {
    // Deviations 10, 20, 30 %; A and B correlate by 0.8, C with neither. Distances: AB √0.1, AC and BC √0.5.
    // The tree joins A and B (cluster 3), then C (2) with them; the lower number stands left: C, A, B.
    expect(clusterOrder(distances(covarianceOf([0.1, 0.2, 0.3], [[], [0.8], [0, 0]])))).toEqual([2, 0, 1]);
    // C against {A, B}: 0.09, and with inverse variances 0.8 and 0.2
    // 0.64 × 0.01 + 0.04 × 0.04 + 2 × 0.8 × 0.2 × 0.016 = 0.01312.
    const toC = 0.01312 / (0.09 + 0.01312);
    const weights = hierarchicalRiskParity(modelOf(covarianceOf([0.1, 0.2, 0.3], [[], [0.8], [0, 0]])));
    expectAllClose(weights, [(1 - toC) * 0.8, (1 - toC) * 0.2, toC]);
  });

  it("is what is worked by hand for two pairs", () => {
    // A with D (0.9) and B with C (0.5), deviations 1, 1, 1, 2. A and D join first (4), then B and C (5): A, D, B, C.
    const covariance = covarianceOf([1, 1, 1, 2], [[], [0], [0, 0.5], [0.9, 0, 0]]);
    expect(clusterOrder(distances(covariance))).toEqual([0, 3, 1, 2]);
    // {A, D}: inverse variances 0.8, 0.2: 0.64 + 0.04 × 4 + 2 × 0.16 × 1.8 = 1.376. {B, C}: 0.5 and 0.5: 0.75.
    const toPair = 0.75 / (0.75 + 1.376);
    expectAllClose(hierarchicalRiskParity(modelOf(covariance)), [
      toPair * 0.8,
      (1 - toPair) / 2,
      (1 - toPair) / 2,
      toPair * 0.2,
    ]);
  });

  it("puts alike next to alike as single linkage does by its definition", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 14 }), fc.integer(), (size, seed) => {
        const random = Random.seeded(seed);
        const points = Array.from({ length: size }, () => [random.uniform(), random.uniform()]);
        const distance = points.map(([x, y]) =>
          points.map(([u, v]) => Math.sqrt((x - u) ** 2 + (y - v) ** 2)),
        );
        expect(clusterOrder(distance)).toEqual(naiveOrder(distance));
      }),
    );
  });

  it("holds all of the capital, long only, whatever the unit", () => {
    fc.assert(
      fc.property(
        madeModels,
        fc.constantFrom("correlation" as const, "profile" as const),
        (model, distance) => {
          const weights = hierarchicalRiskParity(model, { distance });
          expect(sumOf(weights)).toBeCloseTo(1, 12);
          expect(Math.min(...weights)).toBeGreaterThan(0);
          const scaled = modelOf(Array.from(model.covariance, (row) => Array.from(row, (one) => one * 1e6)));
          expectAllClose(hierarchicalRiskParity(scaled, { distance }), weights, 1e-9);
        },
      ),
    );
  });

  it("measures profiles as Euclidean distances between the columns of distances", () => {
    const covariance = covarianceOf([1, 1, 1], [[], [0.5], [0, -1]]);
    // Distances: AB 0.5, AC √0.5, BC 1. Columns A (0, .5, √.5), B (.5, 0, 1), C (√.5, 1, 0).
    const half = Math.sqrt(0.5);
    const expected = Math.sqrt(0.25 + 0.25 + (half - 1) ** 2);
    expect(distances(covariance, "profile")[0][1]).toBeCloseTo(expected, 14);
  });

  it("takes a covariance that cannot be inverted", () => {
    const few = madeReturns(12, 6).map((column) => column.subarray(0, 8));
    const weights = hierarchicalRiskParity(modelOf(sampleCovariance(few)));
    expect(sumOf(weights)).toBeCloseTo(1, 12);
  });
});
