import { describe, expect, it } from "vitest";
import { Random } from "#engine/core/random.ts";
import type { Dimension } from "#engine/optimise/dimension.ts";
import { cell, encode, levelAt, levelCount, levelOf } from "#engine/optimise/dimension.ts";
import { type Observation, ParzenEstimator } from "#engine/optimise/parzen.ts";
import { TpeSampler } from "#engine/optimise/tpe.ts";
import { everyKind } from "./spaces.ts";

const continuous: Dimension = { name: "x", kind: "decimal", min: 0, max: 1, step: 0, scale: "linear" };
const levels: Dimension = { name: "n", kind: "int", min: 1, max: 7, step: 1, scale: "log" };
const category: Dimension = { name: "c", kind: "choice", values: ["a", "b", "c"] };

/** The definition again: Simpson's rule for what lies within the range, and no table of anything. */
function bell(x: number, centre: number, width: number): number {
  return Math.exp(-(((x - centre) / width) ** 2) / 2) / (width * Math.sqrt(2 * Math.PI));
}

function integral(f: (x: number) => number, low: number, high: number, parts = 2000): number {
  const h = (high - low) / parts;
  let sum = f(low) + f(high);
  for (let i = 1; i < parts; i++) sum += (i % 2 === 1 ? 4 : 2) * f(low + i * h);
  return (sum * h) / 3;
}

function naiveKernel(
  dimension: Dimension,
  unit: number,
  level: number,
  centre: number,
  width: number,
): number {
  const f = (x: number): number => bell(x, centre, width);
  const inside = integral(f, 0, 1);
  if (levelCount(dimension) === Infinity) return f(unit) / inside;
  const [low, high] = cell(dimension, level);
  return integral(f, low, high) / inside;
}

const observe = (dimensions: readonly Dimension[], values: readonly (number | string)[]): Observation => ({
  units: Float64Array.from(dimensions, (dimension, k) => encode(dimension, values[k])),
  levels: Int32Array.from(dimensions, (dimension, k) =>
    levelCount(dimension) === Infinity ? -1 : levelOf(dimension, values[k]),
  ),
});

describe("the Parzen estimator", () => {
  const rows = [
    [0.2, 2, "a"],
    [0.25, 6, "a"],
    [0.9, 3, "c"],
  ];

  it("is the mixture of products of cut normal kernels, of level masses and of category weights", () => {
    const dimensions = [continuous, levels, category];
    const observations = rows.map((row) => observe(dimensions, row));
    const parzen = new ParzenEstimator(dimensions, [0, 1, 2], observations);
    // Scott's rule in three dimensions: 0.2 · 3^(−1/7), not below 1/(3 + 2).
    const width = Math.max(0.2 * 3 ** (-1 / 7), 1 / 5);
    for (const values of [
      [0.3, 2, "a"],
      [0.85, 7, "b"],
      [0, 1, "c"],
    ]) {
      const at = observe(dimensions, values);
      const kernel = (centres: Observation | undefined): number => {
        let product = 1;
        for (const [k, dimension] of [continuous, levels].entries()) {
          const centre = centres?.units[k] ?? 0.5;
          product *= naiveKernel(
            dimension,
            at.units[k],
            at.levels[k],
            centre,
            centres === undefined ? 1 : width,
          );
        }
        const isSame = centres?.levels[2] === at.levels[2];
        const weight = centres === undefined ? 1 / 3 : ((isSame ? 1 : 0) + 1 / 4) / (1 + 3 / 4);
        return product * weight;
      };
      const density = [...observations, undefined].reduce((sum, one) => sum + kernel(one) / 4, 0);
      expect(Math.exp(parzen.logDensity(at))).toBeCloseTo(density, 3);
    }
  });

  it("has kernels along one dimension as wide as the way to the farther neighbour", () => {
    const observations = rows.map((row) => observe([continuous], row));
    const parzen = new ParzenEstimator([continuous], [0], observations);
    // 0.2 | 0.25 | 0.5 (the prior) | 0.9: the ends have one neighbour; 1/5 is the narrowest of three and the prior.
    const widths = [0.2, 0.25, 0.4];
    for (const x of [0, 0.22, 0.6, 1]) {
      const at = observe([continuous], [x]);
      const density =
        rows.reduce(
          (sum, [centre], j) => sum + naiveKernel(continuous, x, -1, Number(centre), widths[j]),
          0,
        ) + naiveKernel(continuous, x, -1, 0.5, 1);
      expect(Math.exp(parzen.logDensity(at))).toBeCloseTo(density / 4, 9);
    }
  });

  it("is a density over a range and a distribution over levels and categories, however many are observed", () => {
    const random = Random.seeded(4);
    for (const count of [0, 1, 5, 60]) {
      const dense = new ParzenEstimator(
        [continuous],
        [0],
        Array.from({ length: count }, () => observe([continuous], [random.uniform()])),
      );
      const density = (x: number): number => Math.exp(dense.logDensity(observe([continuous], [x])));
      expect(integral(density, 0, 1)).toBeCloseTo(1, 6);
      for (const dimension of [levels, category, { ...levels, max: 50, scale: "linear" } as const]) {
        const size = levelCount(dimension);
        const some = Array.from({ length: count }, () =>
          observe([dimension], [levelAt(dimension, random.integer(0, size - 1)) as number | string]),
        );
        const parzen = new ParzenEstimator([dimension], [0], some);
        let total = 0;
        for (let level = 0; level < size; level++) {
          total += Math.exp(
            parzen.logDensity(observe([dimension], [levelAt(dimension, level) as number | string])),
          );
        }
        // Many levels are taken at their middle, which is not quite their mass.
        expect(total).toBeCloseTo(1, size > 10 ? 2 : 9);
      }
    }
  });

  it("draws as often as its density says", () => {
    const random = Random.seeded(9);
    const dimensions = [continuous, category];
    const observations = rows.map(([x, , c]) => observe(dimensions, [x, c]));
    const parzen = new ParzenEstimator(dimensions, [0, 1], observations);
    const draws = 40_000;
    const counts = new Float64Array(12);
    for (let i = 0; i < draws; i++) {
      const [x, c] = parzen.sample(random);
      counts[Math.min(3, Math.floor(4 * x)) * 3 + Math.floor(3 * c)]++;
    }
    for (let quarter = 0; quarter < 4; quarter++) {
      for (const [k, value] of ["a", "b", "c"].entries()) {
        const probability = integral(
          (x) => Math.exp(parzen.logDensity(observe(dimensions, [x, value]))),
          quarter / 4,
          (quarter + 1) / 4,
          200,
        );
        const share = counts[quarter * 3 + k] / draws;
        // Five standard errors.
        const margin = 5 * Math.sqrt((probability * (1 - probability)) / draws);
        expect(Math.abs(share - probability)).toBeLessThan(margin);
      }
    }
  });

  it("counts the newest 25 observations fully and older ones less", () => {
    const old = Array.from({ length: 100 }, () => observe([continuous], [0.1]));
    const fresh = Array.from({ length: 25 }, () => observe([continuous], [0.9]));
    const later = new ParzenEstimator([continuous], [0], [...old, ...fresh]);
    const earlier = new ParzenEstimator([continuous], [0], [...fresh, ...old]);
    const at = observe([continuous], [0.9]);
    expect(later.logDensity(at)).toBeGreaterThan(earlier.logDensity(at));
  });
});

describe("TPE", () => {
  it("looks for a parameter with a condition only where the condition holds", () => {
    const sampler = new TpeSampler({ space: everyKind, seed: 3, objectives: 1 });
    let last = 0;
    for (let i = 0; i < 150; i++) {
      const point = sampler.suggest();
      // Only "slow" with a delay of 7 is good.
      const loss = point.mode === "slow" ? Math.abs(Number(point.delay) - 7) : 10;
      expect(Object.hasOwn(point, "delay")).toBe(point.mode !== "fast");
      sampler.tell({ parameters: point, state: "complete", losses: [loss], reports: [] });
      if (i >= 120 && point.mode === "slow") last++;
    }
    expect(last).toBeGreaterThan(15);
  });
});
