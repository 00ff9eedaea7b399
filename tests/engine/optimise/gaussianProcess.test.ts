import { describe, expect, it } from "vitest";
import { Random } from "#engine/core/random.ts";
import { expectedImprovement, logExpectedImprovement } from "#engine/optimise/expectedImprovement.ts";
import { fitScales } from "#engine/optimise/fitProcess.ts";
import { GaussianProcess, matern52, type ProcessScales } from "#engine/optimise/gaussianProcess.ts";
import { minimise } from "#engine/optimise/minimise.ts";
import { codeOf } from "./spaces.ts";

const scales = (lengths: number[], variance = 1, noise = 0.1): ProcessScales => ({
  lengths: Float64Array.from(lengths),
  variance,
  noise,
});

describe("a Gaussian process", () => {
  it("has the posterior that two observations give by hand", () => {
    // At 0 and 1, length 1: k(1) = (1 + √5 + 5/3) e^(−√5), and half way k(½) = (1 + √5/2 + 5/12) e^(−√5/2).
    const far = (1 + Math.sqrt(5) + 5 / 3) * Math.exp(-Math.sqrt(5));
    const half = (1 + Math.sqrt(5) / 2 + 5 / 12) * Math.exp(-Math.sqrt(5) / 2);
    expect(matern52(1)).toBeCloseTo(far, 14);
    expect(matern52(0.5)).toBeCloseTo(half, 14);
    const process = new GaussianProcess(
      [Float64Array.of(0), Float64Array.of(1)],
      Float64Array.of(2, 1),
      scales([1]),
      [false],
    );
    // [1.1 k; k 1.1]⁻¹ (a, a)ᵀ is a / (1.1 + k) for both.
    const middle = process.posterior(Float64Array.of(0.5));
    expect(middle.mean).toBeCloseTo((half * 3) / (1.1 + far), 12);
    expect(middle.variance).toBeCloseTo(1 - (2 * half * half) / (1.1 + far), 12);
    // At the first: (1, k) [1.1 −k; −k 1.1] (2, 1)ᵀ / (1.21 − k²).
    const first = process.posterior(Float64Array.of(0));
    const determinant = 1.21 - far * far;
    expect(first.mean).toBeCloseTo((2 * (1.1 - far * far) + (1.1 - 1) * far) / determinant, 12);
    expect(first.variance).toBeCloseTo(1 - (1.1 - far * far * 2 + 1.1 * far * far) / determinant, 12);
    // The density of two joint normal numbers.
    const quadratic = (1.1 * 4 - 2 * far * 2 + 1.1) / determinant;
    expect(process.logLikelihood()).toBeCloseTo(
      -0.5 * quadratic - 0.5 * Math.log(determinant) - Math.log(2 * Math.PI),
      12,
    );
  });

  it("goes through the observations where there is next to no noise, and knows nothing far away", () => {
    const random = Random.seeded(3);
    const points = Array.from({ length: 12 }, () => Float64Array.of(random.uniform(), random.uniform()));
    const values = Float64Array.from(points, ([x, y]) => Math.sin(5 * x) + y * y);
    const process = new GaussianProcess(points, values, scales([0.4, 0.6], 2, 1e-8), [false, false]);
    for (const [i, point] of points.entries()) {
      const { mean, variance } = process.posterior(point);
      expect(mean).toBeCloseTo(values[i], 4);
      expect(variance).toBeLessThan(1e-5);
    }
    const { mean, variance } = process.posterior(Float64Array.of(50, 50));
    expect(mean).toBeCloseTo(0, 8);
    expect(variance).toBeCloseTo(2, 8);
  });

  it("holds categories for equal or different, wherever they stand", () => {
    const points = [Float64Array.of(0.1), Float64Array.of(0.5)];
    const process = new GaussianProcess(points, Float64Array.of(1, 0), scales([1]), [true]);
    const [near, far] = [0.51, 0.99].map((x) => process.posterior(Float64Array.of(x)));
    expect(near).toEqual(far);
    expect(process.posterior(Float64Array.of(0.1)).mean).toBeGreaterThan(near.mean);
  });

  it("has the derivatives of its likelihood that differences give", () => {
    const random = Random.seeded(8);
    const points = Array.from({ length: 15 }, () =>
      Float64Array.of(random.uniform(), random.uniform(), (random.integer(0, 2) + 0.5) / 3),
    );
    const values = Float64Array.from(points, ([x, y, c]) => Math.sin(4 * x) - y + c + 0.1 * random.normal());
    const at = Float64Array.of(-0.5, 0.2, 0.1, 0.3, -3);
    const process = (place: Float64Array): GaussianProcess => {
      const [a, b, c, variance, noise] = place.map(Math.exp);
      return new GaussianProcess(points, values, scales([a, b, c], variance, noise), [false, false, true]);
    };
    const gradient = process(at).logLikelihoodGradient();
    for (let k = 0; k < at.length; k++) {
      const [up, down] = [1e-5, -1e-5].map((h) =>
        process(at.map((x, i) => (i === k ? x + h : x))).logLikelihood(),
      );
      expect(gradient[k]).toBeCloseTo((up - down) / 2e-5, 5);
    }
  });

  it("finds the lengths and the noise from which values were drawn", () => {
    const random = Random.seeded(12);
    const points = Array.from({ length: 100 }, () => Float64Array.of(random.uniform(), random.uniform()));
    // Drawn from a process itself: each value from its posterior given those before.
    const truth = scales([0.15, 2], 1, 0.01);
    const values: number[] = [];
    for (const [i, point] of points.entries()) {
      const before = new GaussianProcess(points.slice(0, i), Float64Array.from(values), truth, [
        false,
        false,
      ]);
      const { mean, variance } = before.posterior(point);
      values.push(random.normal(mean, Math.sqrt(variance + truth.noise)));
    }
    const found = fitScales(points, Float64Array.from(values), [false, false]);
    expect(found.lengths[0]).toBeGreaterThan(0.08);
    expect(found.lengths[0]).toBeLessThan(0.3);
    expect(found.lengths[1]).toBeGreaterThan(0.7);
    expect(found.noise).toBeGreaterThan(0.003);
    expect(found.noise).toBeLessThan(0.03);
  });

  it("refuses points that it cannot tell apart", () => {
    const point = Float64Array.of(0.5);
    const make = (noise: number) => () =>
      new GaussianProcess([point, point], Float64Array.of(1, 2), scales([1], 1, noise), [false]);
    expect(codeOf(make(0))).toBe("optimise.gaussian-process");
    expect(codeOf(make(1e-4))).toBe("no error");
  });
});

describe("the expected improvement", () => {
  it("is the mean of what lies below the best", () => {
    for (const [mean, variance, best] of [
      [0, 1, 0],
      [0.5, 0.3, 0.2],
      [-1, 2, 0],
      [3, 1, 0],
    ]) {
      const deviation = Math.sqrt(variance);
      let sum = 0;
      const step = 1e-3;
      for (let z = -12; z < 12; z += step) {
        const gain = Math.max(0, best - (mean + deviation * z));
        sum += ((gain * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI)) * step;
      }
      expect(expectedImprovement({ mean, variance }, best)).toBeCloseTo(sum, 5);
      expect(logExpectedImprovement({ mean, variance }, best)).toBeCloseTo(Math.log(sum), 3);
    }
    expect(expectedImprovement({ mean: 1, variance: 4 }, 1)).toBeCloseTo(2 / Math.sqrt(2 * Math.PI), 12);
    expect(expectedImprovement({ mean: 1, variance: 0 }, 3)).toBe(2);
    expect(expectedImprovement({ mean: 3, variance: 0 }, 1)).toBe(0);
  });

  it("has a logarithm that goes on falling where the improvement itself is lost to rounding", () => {
    let before = Infinity;
    for (let mean = 0; mean < 60; mean += 0.25) {
      const log = logExpectedImprovement({ mean, variance: 1 }, 0);
      expect(log).toBeLessThan(before);
      before = log;
    }
    expect(before).toBeGreaterThan(-2000);
  });
});

describe("minimise", () => {
  it("reaches the bottom of Rosenbrock's valley", () => {
    const { place, value } = minimise(
      ([x, y]) => ({
        value: 100 * (y - x * x) ** 2 + (1 - x) ** 2,
        gradient: Float64Array.of(-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)),
      }),
      Float64Array.of(-1.2, 1),
      { iterations: 200, tolerance: 1e-8 },
    );
    expect(value).toBeLessThan(1e-12);
    expect(place[0]).toBeCloseTo(1, 5);
  });

  it("stays where a step would leave the function", () => {
    const { place } = minimise(
      ([x]) => ({ value: x > 0 ? x - Math.log(x) : Infinity, gradient: Float64Array.of(1 - 1 / x) }),
      Float64Array.of(5),
    );
    expect(place[0]).toBeCloseTo(1, 4);
  });
});
