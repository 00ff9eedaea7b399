import { describe, expect, it } from "vitest";
import { Random } from "#engine/core/random.ts";
import { CmaesSampler } from "#engine/optimise/cmaes.ts";
import { cmaesConstants } from "#engine/optimise/cmaesConstants.ts";
import { CmaesState } from "#engine/optimise/cmaesState.ts";
import { searchSpace } from "#engine/optimise/searchSpace.ts";
import type { Space } from "#engine/optimise/space.ts";
import { int } from "#engine/strategy/parameters.ts";
import { cube, numbers } from "./spaces.ts";

/** The points of a run on a function of the cube's numbers. */
function run(space: Space, f: (x: number[]) => number, count: number, seed = 1): number[][] {
  const sampler = new CmaesSampler({ space, seed, objectives: 1 });
  return Array.from({ length: count }, () => {
    const point = sampler.suggest();
    const x = numbers(point);
    sampler.tell({ parameters: point, state: "complete", losses: [f(x)], reports: [] });
    return x;
  });
}

describe("the constants of CMA-ES", () => {
  it.each([
    // What pycma prints of its defaults: "(μ_w,λ)-aCMA-ES (mu_w=…,w_1=…%) in dimension n".
    [4, 4, 8, "2.6", 52],
    [5, 4, 8, "2.6", 52],
    [6, 4, 9, "2.8", 49],
    [7, 4, 9, "2.8", 49],
    [10, 5, 10, "3.2", 45],
  ])("in %i dimensions are pycma's", (n, parents, population, muEff, firstPercent) => {
    const constants = cmaesConstants(n);
    expect(constants.parents).toBe(parents);
    expect(constants.population).toBe(population);
    expect(constants.muEff.toFixed(1)).toBe(muEff);
    expect(Math.floor(100 * constants.weights[0])).toBe(firstPercent);
  });

  it("are Table 1 of the tutorial, written out for two dimensions", () => {
    const constants = cmaesConstants(2);
    const [n, lambda, mu] = [2, 6, 3];
    const raw = [1, 2, 3, 4, 5, 6].map((i) => Math.log((lambda + 1) / 2) - Math.log(i));
    const positive = raw.slice(0, mu);
    const sum = (list: number[]): number => list.reduce((a, b) => a + b, 0);
    const effective = (list: number[]): number => sum(list) ** 2 / sum(list.map((w) => w * w));
    const muEff = effective(positive);
    const c1 = 2 / ((n + 1.3) ** 2 + muEff);
    const cMu = Math.min(1 - c1, (2 * (1 / 4 + muEff + 1 / muEff - 2)) / ((n + 2) ** 2 + (2 * muEff) / 2));
    const alphas = [
      1 + c1 / cMu,
      1 + (2 * effective(raw.slice(mu))) / (muEff + 2),
      (1 - c1 - cMu) / (n * cMu),
    ];
    const negative = sum(raw.slice(mu).map(Math.abs));
    const expected = raw.map((w) => (w >= 0 ? w / sum(positive) : (Math.min(...alphas) * w) / negative));
    for (const [i, weight] of expected.entries()) expect(constants.weights[i]).toBeCloseTo(weight, 12);
    expect(constants.c1).toBeCloseTo(c1, 12);
    expect(constants.cMu).toBeCloseTo(cMu, 12);
    expect(constants.cC).toBeCloseTo((4 + muEff / n) / (n + 4 + (2 * muEff) / n), 12);
    expect(constants.cSigma).toBeCloseTo((muEff + 2) / (n + muEff + 5), 12);
    expect(constants.dSigma).toBeCloseTo(
      1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (n + 1)) - 1) + constants.cSigma,
      12,
    );
  });

  it("have positive weights that sum to 1, falling, and negative ones that leave the covariance positive", () => {
    for (let n = 1; n <= 40; n++) {
      const { weights, parents, c1, cMu } = cmaesConstants(n);
      const negative = weights.subarray(parents).reduce((sum, w) => sum + w, 0);
      expect(weights.subarray(0, parents).reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 12);
      for (let i = 1; i < weights.length; i++) expect(weights[i]).toBeLessThan(weights[i - 1]);
      expect(c1 + cMu).toBeLessThanOrEqual(1);
      // n cμ Σ|w⁻| ≤ 1 − c1 − cμ, the tutorial's equation 53.
      expect(-negative * n * cMu).toBeLessThanOrEqual(1 - c1 - cMu + 1e-12);
    }
  });

  it("know the length of a standard normal vector", () => {
    const random = Random.seeded(2);
    for (const n of [1, 3, 10]) {
      let total = 0;
      for (let i = 0; i < 40_000; i++) {
        let square = 0;
        for (let k = 0; k < n; k++) square += random.normal() ** 2;
        total += Math.sqrt(square);
      }
      // The approximation itself is off by 1% in one dimension.
      expect(Math.abs(cmaesConstants(n).chi / (total / 40_000) - 1)).toBeLessThan(0.015);
    }
  });
});

describe("the distribution of CMA-ES", () => {
  const constants = cmaesConstants(3);
  const start = (): CmaesState =>
    new CmaesState(constants, new Float64Array([0.5, 0.5, 0.5]), 0.3, new Float64Array(3));

  it("moves its mean by the weights of the better half", () => {
    const state = start();
    const random = Random.seeded(1);
    const points = Array.from({ length: constants.population }, () => state.sample(random));
    state.learn(points);
    for (let i = 0; i < 3; i++) {
      const mean = points
        .slice(0, constants.parents)
        .reduce((sum, x, k) => sum + constants.weights[k] * x[i], 0);
      expect(state.mean[i]).toBeCloseTo(mean, 12);
    }
  });

  it("keeps its covariance symmetric and positive through any ranking", () => {
    const state = start();
    const random = Random.seeded(7);
    for (let generation = 0; generation < 300; generation++) {
      state.learn(Array.from({ length: constants.population }, () => state.sample(random)));
      const c = state.covariance;
      for (let i = 0; i < 3; i++) {
        for (let j = 0; j < 3; j++) expect(c[i][j]).toBe(c[j][i]);
      }
      const minor = c[0][0] * c[1][1] - c[0][1] * c[1][0];
      expect(c[0][0]).toBeGreaterThan(0);
      expect(minor).toBeGreaterThan(0);
    }
  });
});

describe("CMA-ES", () => {
  it("minds only the order of losses: any rising function of them leads the same way", () => {
    const f = (x: number[]): number => x.reduce((sum, v, i) => sum + 10 ** i * (v - 0.3) ** 2, 0);
    expect(run(cube(4, 0, 1), f, 300)).toEqual(run(cube(4, 0, 1), (x) => Math.exp(f(x)) - 5, 300));
  });

  it("learns that one direction is a thousand times as steep as another", () => {
    const f = (x: number[]): number => (x[0] + x[1] - 0.9) ** 2 * 1e6 + (x[0] - x[1] - 0.1) ** 2;
    const points = run(cube(2, 0, 1), f, 800);
    expect(Math.min(...points.map(f))).toBeLessThan(1e-12);
  });

  it("finds an optimum on the side of the cube", () => {
    const points = run(cube(3, 0, 1), (x) => x[0] + (x[1] - 1) ** 2 + (x[2] - 0.5) ** 2, 600);
    const best = Math.min(...points.map((x) => x[0] + (x[1] - 1) ** 2 + (x[2] - 0.5) ** 2));
    expect(best).toBeLessThan(1e-6);
    expect(points.flat().every((x) => x >= 0 && x <= 1)).toBe(true);
  });

  it("does not stick to one level: it finds the best of whole numbers", () => {
    const space = searchSpace({ a: int(50, 1, 100), b: int(50, 1, 100), c: int(2, 0, 3) });
    const f = ([a, b, c]: number[]): number => (a - 17) ** 2 + (b - 88) ** 2 + 50 * Math.abs(c - 1);
    for (const seed of [1, 2, 3, 4, 5]) {
      expect(Math.min(...run(space, f, 500, seed).map(f))).toBeLessThanOrEqual(1);
    }
  });

  it("starts anew with twice the points where a run has ended", () => {
    const sampler = new CmaesSampler({ space: cube(2, 0, 1), seed: 1, objectives: 1 }, { population: 6 });
    const asked: number[] = [];
    for (let i = 0; i < 40; i++) {
      asked.push(sampler.available);
      sampler.tell({ parameters: sampler.suggest(), state: "complete", losses: [0], reports: [] });
    }
    // Two generations of 6 in which all losses are equal, then two of 12.
    expect(asked.slice(0, 14)).toEqual([6, 5, 4, 3, 2, 1, 6, 5, 4, 3, 2, 1, 12, 11]);
    expect(asked[36]).toBe(24);
  });
});
