import { describe, expect, it } from "vitest";
import { hypervolume } from "#engine/optimise/hypervolume.ts";
import type { SamplerSpec } from "#engine/optimise/samplers.ts";
import type { Point, Space } from "#engine/optimise/space.ts";
import { optimise } from "#engine/optimise/study.ts";
import {
  BRANIN_MINIMUM,
  branin,
  DTLZ2_HYPERVOLUME,
  dtlz2,
  rastrigin,
  rosenbrock,
  sphere,
  ZDT1_HYPERVOLUME,
  zdt1,
} from "./functions.ts";
import { cube } from "./spaces.ts";

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** The smallest losses that seeds 0, 1, 2, … come to. */
function bests(
  space: Space,
  f: (point: Point) => number,
  sampler: SamplerSpec,
  trials: number,
  seeds: number,
): number[] {
  return Array.from(
    { length: seeds },
    (_, seed) => optimise(space, f, { trials, sampler, seed, batch: 4 }).best!.losses[0],
  );
}

/** What the losses of seeds 0, 1, 2, … dominate. */
function volumes(
  f: (point: Point) => number[],
  sampler: SamplerSpec,
  trials: number,
  seeds: number,
  reference: number[],
): number[] {
  return Array.from({ length: seeds }, (_, seed) => {
    const options = { trials, sampler, seed, batch: 8, objectives: reference.length };
    const { front } = optimise(cube(5, 0, 1), f, options);
    return hypervolume(
      front.map(({ losses }) => losses),
      reference,
    );
  });
}

const CMAES = { kind: "cmaes" } as const;
const TPE = { kind: "tpe" } as const;
const PROCESS = { kind: "gaussianProcess" } as const;

describe("samplers come to known optima within a budget", () => {
  it.each([
    // name, space, function, minimum, sampler, trials, how near every one of 5 seeds must come
    ["the sphere", cube(5, -5, 5), sphere, 0, CMAES, 1000, 1e-9],
    ["the sphere", cube(5, -5, 5), sphere, 0, TPE, 300, 1],
    ["the sphere", cube(2, -5, 5), sphere, 0, PROCESS, 30, 1e-2],
    ["the sphere", cube(5, -5, 5), sphere, 0, { kind: "nsga2" }, 2000, 1e-2],
    ["Rosenbrock's valley", cube(5, -5, 5), rosenbrock, 0, CMAES, 3000, 1e-9],
    ["Rosenbrock's valley", cube(2, -2, 2), rosenbrock, 0, TPE, 300, 0.3],
    ["Rosenbrock's valley", cube(2, -2, 2), rosenbrock, 0, PROCESS, 60, 0.3],
    ["Branin's function", cube(2, 0, 1), branin, BRANIN_MINIMUM, CMAES, 300, 1e-3],
    ["Branin's function", cube(2, 0, 1), branin, BRANIN_MINIMUM, TPE, 200, 0.3],
    ["Branin's function", cube(2, 0, 1), branin, BRANIN_MINIMUM, PROCESS, 40, 0.03],
    ["Branin's function", cube(2, 0, 1), branin, BRANIN_MINIMUM, { kind: "nsga2" }, 400, 0.05],
    ["Branin's function", cube(2, 0, 1), branin, BRANIN_MINIMUM, { kind: "quasiMonteCarlo" }, 1024, 0.2],
    ["Rastrigin's dents", cube(2, -5, 5), rastrigin, 0, CMAES, 3000, 1],
    ["Rastrigin's dents", cube(5, -5, 5), rastrigin, 0, { kind: "nsga2" }, 4000, 0.05],
  ] as const)("%s: %#", (_, space, f, minimum, sampler, trials, within) => {
    const losses = bests(space, f, sampler, trials, 5);
    for (const loss of losses) {
      expect(loss).toBeGreaterThanOrEqual(minimum - 1e-12);
      expect(loss - minimum).toBeLessThan(within);
    }
  });

  it("ZDT1's front, to 99% of its hypervolume, in 3,000 evaluations", () => {
    for (const kind of ["nsga2", "nsga3"] as const) {
      for (const volume of volumes(zdt1, { kind }, 3000, 3, [1.1, 1.1])) {
        expect(volume).toBeLessThan(ZDT1_HYPERVOLUME);
        expect(volume).toBeGreaterThan(0.99 * ZDT1_HYPERVOLUME);
      }
    }
  });

  it("DTLZ2's front of three losses, to 90% of its hypervolume, in 2,000 evaluations", () => {
    const sampler = { kind: "nsga3", population: 48 } as const;
    for (const volume of volumes(dtlz2, sampler, 2000, 2, [1, 1, 1])) {
      expect(volume).toBeLessThan(DTLZ2_HYPERVOLUME);
      expect(volume).toBeGreaterThan(0.9 * DTLZ2_HYPERVOLUME);
    }
  });
});

/** Medians over 20 seeds in five dimensions; random search has 200 evaluations. */
describe("samplers beat random search", () => {
  const SEEDS = 20;
  /** Seconds where the machine is free; where everything runs at once, minutes. */
  const PATIENCE_MS = 600_000;
  const TRIALS = 200;
  const space = cube(5, -5, 5);

  describe.each([
    ["the sphere", sphere, 25],
    ["Rosenbrock's valley", rosenbrock, 40],
    ["Rastrigin's dents", rastrigin, 80],
  ] as const)("on %s", (_, f, processTrials) => {
    const random = median(bests(space, f, { kind: "random" }, TRIALS, SEEDS));

    it(
      "by TPE with as many",
      () => {
        expect(median(bests(space, f, TPE, TRIALS, SEEDS))).toBeLessThan(random);
      },
      PATIENCE_MS,
    );

    it("by CMA-ES with as many", () => {
      expect(median(bests(space, f, CMAES, TRIALS, SEEDS))).toBeLessThan(random);
    });

    it(
      "by a Gaussian process with less than half as many",
      () => {
        expect(median(bests(space, f, PROCESS, processTrials, SEEDS))).toBeLessThan(random);
      },
      PATIENCE_MS,
    );
  });

  it.each(["nsga2", "nsga3"] as const)("on ZDT1's hypervolume by %s with as many", (kind) => {
    // A reference that random search gets below as well.
    const of = (sampler: SamplerSpec): number => median(volumes(zdt1, sampler, TRIALS, SEEDS, [1.1, 6]));
    expect(of({ kind })).toBeGreaterThan(of({ kind: "random" }));
  });
});
