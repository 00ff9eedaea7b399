import { describe, expect, it } from "vitest";
import { Random } from "#engine/core/random.ts";
import { optimalBlockLength } from "#engine/significance/optimalBlockLength.ts";
import { numpyNormals } from "./numpyNormal.ts";

/** y[t] = φ y[t − 1] + e[t], the first values thrown away. */
function autoregressive(innovations: Float64Array, phi: number, warmUp = 100): Float64Array {
  const series = innovations.slice();
  for (let i = 1; i < series.length; i++) series[i] = phi * series[i - 1] + innovations[i];
  return series.slice(warmUp);
}

describe("the automatic block length", () => {
  it("is that of the arch package on the series of its own tests", () => {
    // arch/tests/bootstrap/test_block_length.py: an AR(1) with φ = 0.3 from RandomState(0), 10,000 values.
    const normals = numpyNormals(0, 10_100);
    expect(normals[0]).toBeCloseTo(1.76405235, 8);
    const lengths = optimalBlockLength(autoregressive(normals, 0.3));
    expect(lengths.stationary).toBeCloseTo(13.635665, 5);
    expect(lengths.circular).toBeCloseTo(15.60894, 5);
  });

  it("is near the optimum that the autocovariances of a known process give", () => {
    // Politis and White's b = (2 G² / D)^⅓ n^⅓; for an AR(1) G = 2 φ/(1 − φ)⁴ × … leaves (φ/(1 − φ²))^⅔ × 4^⅓ n^⅓.
    const random = Random.seeded("blocks").stream("ar");
    for (const phi of [0.3, 0.6]) {
      const lengths = Array.from(
        { length: 40 },
        () =>
          optimalBlockLength(
            autoregressive(
              Float64Array.from({ length: 4100 }, () => random.normal()),
              phi,
            ),
          ).stationary,
      ).sort((a, b) => a - b);
      const optimum = (phi / (1 - phi * phi)) ** (2 / 3) * 4 ** (1 / 3) * 4000 ** (1 / 3);
      expect(lengths[20] / optimum).toBeGreaterThan(0.75);
      expect(lengths[20] / optimum).toBeLessThan(1.35);
    }
  });

  it("is short for values that do not depend on each other, and never below 1 row or above a third of them", () => {
    const random = Random.seeded("blocks").stream("noise");
    const lengths = Array.from(
      { length: 60 },
      () => optimalBlockLength(Float64Array.from({ length: 1000 }, () => random.normal())).stationary,
    ).sort((a, b) => a - b);
    expect(lengths[0]).toBeGreaterThanOrEqual(1);
    expect(lengths[30]).toBeLessThan(8);
    const trend = Float64Array.from({ length: 30 }, (_, i) => i);
    expect(optimalBlockLength(trend).stationary).toBeLessThanOrEqual(10);
  });

  it.each([[[]], [[1]], [[1, 2]], [[1, 2, 3]], [[5, 5, 5, 5, 5, 5, 5]]])(
    "is a number from 1 for %j",
    (values) => {
      const { stationary, circular } = optimalBlockLength(values);
      expect(stationary).toBeGreaterThanOrEqual(1);
      expect(circular).toBeGreaterThanOrEqual(1);
    },
  );
});
