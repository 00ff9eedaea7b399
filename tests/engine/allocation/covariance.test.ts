import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { estimateCovariance, meanReturns, sampleCovariance } from "#engine/allocation/covariance.ts";
import { choleskyOrRow } from "#engine/core/linearAlgebra.ts";
import { mean } from "#engine/core/stats.ts";
import { expectAllClose, madeReturns } from "./made.ts";

const returnSets = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer())
  .map(([size, seed]) => madeReturns(size, seed));

/** Covariances by pairs of observations: Σ w_s w_t (x_s − x_t)(y_s − y_t) / 2(1 − Σw²); no mean is taken. */
function byPairs(returns: readonly Float64Array[], weights: readonly number[]): number[][] {
  const left = 1 - weights.reduce((sum, w) => sum + w * w, 0);
  return returns.map((x) =>
    returns.map((y) => {
      let total = 0;
      for (let s = 0; s < weights.length; s++) {
        for (let t = 0; t < weights.length; t++)
          total += weights[s] * weights[t] * (x[s] - x[t]) * (y[s] - y[t]);
      }
      return total / 2 / left;
    }),
  );
}

describe("the sample covariance", () => {
  it("is the textbook's on four observations", () => {
    expect(
      sampleCovariance([
        [1, 2, 3, 4],
        [2, 1, 4, 3],
      ]).map((row) => [...row]),
    ).toEqual([
      [5 / 3, 1],
      [1, 5 / 3],
    ]);
    expect([
      ...meanReturns([
        [1, 2, 3, 4],
        [2, 1, 4, 5],
      ]),
    ]).toEqual([2.5, 3]);
  });

  it("is the mean square of differences between all pairs of observations", () => {
    fc.assert(
      fc.property(returnSets, (returns) => {
        const count = returns[0].length;
        const expected = byPairs(returns, new Array(count).fill(1 / count));
        sampleCovariance(returns).forEach((row, i) => {
          expectAllClose(row, expected[i], 1e-15);
        });
      }),
    );
  });
});

describe("the exponentially weighted covariance", () => {
  it("halves the weight of an observation every half-life", () => {
    const returns = madeReturns(3, 5);
    const count = returns[0].length;
    const raw = Array.from({ length: count }, (_, i) => 2 ** (-(count - 1 - i) / 7));
    const total = raw.reduce((a, b) => a + b, 0);
    const expected = byPairs(
      returns,
      raw.map((w) => w / total),
    );
    const { covariance } = estimateCovariance(returns, { kind: "exponential", halfLifeBars: 7 });
    covariance.forEach((row, i) => {
      expectAllClose(row, expected[i], 1e-15);
    });
  });

  it("is the sample covariance when nothing is forgotten", () => {
    const returns = madeReturns(4, 9);
    const { covariance } = estimateCovariance(returns, { kind: "exponential", halfLifeBars: Infinity });
    sampleCovariance(returns).forEach((row, i) => {
      expectAllClose(covariance[i], row, 1e-16);
    });
  });
});

describe("Ledoit and Wolf's shrunk covariance", () => {
  it("gives scikit-learn's documented example under the identity", () => {
    // sklearn.covariance.LedoitWolf, the example in its documentation: 50 draws of RandomState(0), here to 4 digits;
    // covariance_ is [[0.4406, 0.1616], [0.1616, 0.8022]].
    const { covariance, shrinkage } = estimateCovariance(SCIKIT_EXAMPLE, {
      kind: "ledoitWolf",
      target: "identity",
    });
    expectAllClose([...covariance[0], ...covariance[1]], [0.4406, 0.1616, 0.1616, 0.8022], 1e-4);
    expect(shrinkage).toBeGreaterThan(0);
  });

  it("is the paper's formula for one correlation, written as there", () => {
    fc.assert(
      fc.property(returnSets, (returns) => {
        const { covariance, shrinkage } = estimateCovariance(returns, { kind: "ledoitWolf" });
        const expected = paperShrinkage(returns);
        expect(shrinkage).toBeCloseTo(expected, 9);
        const count = returns[0].length;
        const sample = sampleCovariance(returns);
        covariance.forEach((row, i) => {
          // Variances stay as they are, divided by n as in the paper.
          expect(row[i]).toBeCloseTo((sample[i][i] * (count - 1)) / count, 14);
        });
      }),
    );
  });

  it("leaves two symbols as they are: their own correlation is the one correlation", () => {
    const returns = madeReturns(2, 3);
    expect(estimateCovariance(returns, { kind: "ledoitWolf" }).shrinkage).toBe(0);
  });

  it("can be inverted with fewer observations than symbols, where the sample cannot", () => {
    const few = madeReturns(12, 1).map((column) => column.subarray(0, 8));
    expect(typeof choleskyOrRow(sampleCovariance(few))).toBe("number");
    for (const target of ["identity", "constantCorrelation"] as const) {
      const { covariance, shrinkage } = estimateCovariance(few, { kind: "ledoitWolf", target });
      expect(typeof choleskyOrRow(covariance), target).toBe("object");
      expect(shrinkage).toBeGreaterThan(0);
      expect(shrinkage).toBeLessThanOrEqual(1);
    }
  });
});

describe("returns that cannot be used", () => {
  it("are named", () => {
    const fails = (returns: number[][]) =>
      expect(() => estimateCovariance(returns)).toThrow(
        expect.objectContaining({ code: "allocation.returns" }),
      );
    fails([]);
    fails([[1]]);
    fails([[1, 2], [1]]);
    fails([
      [1, 2],
      [1, Number.NaN],
    ]);
    expect(() => estimateCovariance([[1, 2]], { kind: "exponential", halfLifeBars: 0 })).toThrow(
      expect.objectContaining({ code: "allocation.half-life" }),
    );
    expect(() => estimateCovariance([[1, 2]], { kind: "shrunk" } as never)).toThrow(
      expect.objectContaining({ code: "allocation.estimator" }),
    );
  });
});

/** δ̂* of Ledoit and Wolf 2004, "Honey, I Shrunk the Sample Covariance Matrix", appendices A and B, term by term. */
function paperShrinkage(returns: readonly Float64Array[]): number {
  const [N, T] = [returns.length, returns[0].length];
  const y = returns.map((column) => Array.from(column, (one) => one - mean(column)));
  const over = (term: (t: number) => number) =>
    Array.from({ length: T }, (_, t) => term(t)).reduce((a, b) => a + b) / T;
  const s = y.map((a) => y.map((b) => over((t) => a[t] * b[t])));
  let correlations = 0;
  for (let i = 0; i < N - 1; i++)
    for (let j = i + 1; j < N; j++) correlations += s[i][j] / Math.sqrt(s[i][i] * s[j][j]);
  const r = N < 2 ? 0 : (2 / ((N - 1) * N)) * correlations;
  const theta = (k: number, i: number, j: number) =>
    over((t) => (y[k][t] ** 2 - s[k][k]) * (y[i][t] * y[j][t] - s[i][j]));
  let [pi, rho, gamma] = [0, 0, 0];
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < N; j++) {
      const pij = over((t) => (y[i][t] * y[j][t] - s[i][j]) ** 2);
      pi += pij;
      const f = i === j ? s[i][i] : r * Math.sqrt(s[i][i] * s[j][j]);
      gamma += (f - s[i][j]) ** 2;
      rho +=
        i === j
          ? pij
          : (r / 2) *
            (Math.sqrt(s[j][j] / s[i][i]) * theta(i, i, j) + Math.sqrt(s[i][i] / s[j][j]) * theta(j, i, j));
    }
  }
  if (N < 3) return 0;
  return Math.max(0, Math.min((pi - rho) / gamma / T, 1));
}

const SCIKIT_EXAMPLE = [
  [
    0.8425, 1.5179, 0.163, 0.2629, 0.1765, 0.8085, 0.337, 0.3332, 0.4305, -0.3318, -0.5779, -0.0753, 0.0594,
    -0.0809, 1.3156, 0.2525, -1.3498, -0.0438, 1.068, -0.2966, -1.1159, 0.4015, -0.4112, -0.0459, -0.691,
    -0.1207, -0.798, 0.2127, 0.1813, -0.4168, -0.4289, -1.1906, -0.1452, -0.3454, -0.2992, 0.3293, -0.2328,
    -0.2116, -0.6143, -0.0828, 0.0497, -0.6319, 1.5216, 0.3302, 0.1636, 0.4911, 0.583, 0.4958, 0.933, 0.2548,
  ],
  [
    1.4451, 0.3667, 1.8318, 0.8574, -0.1781, -0.1884, 0.6344, 0.3134, 1.3412, 0.4558, -2.357, 0.9103, 2.2838,
    0.0801, 1.0139, 0.053, -0.3438, -0.3357, 0.8089, -0.2711, -0.6042, -1.9016, -0.348, -1.2551, -1.3551,
    -0.8607, -0.189, -0.1168, -0.0074, -0.4725, -0.5063, -0.3338, 0.2406, -1.5149, -0.7988, 0.6051, 1.2552,
    0.4968, -0.6312, -0.2826, -1.2056, 0.7353, 0.8833, 1.062, -1.1567, -0.6134, -0.0297, 0.1571, -0.3758,
    0.0235,
  ],
];
