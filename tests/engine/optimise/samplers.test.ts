import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Sampler } from "#engine/optimise/sampler.ts";
import { createSampler, SAMPLERS, type SamplerKind, type SamplerSpec } from "#engine/optimise/samplers.ts";
import { searchSpace } from "#engine/optimise/searchSpace.ts";
import type { Point, Space } from "#engine/optimise/space.ts";
import type { Told } from "#engine/optimise/trial.ts";
import { decimal, int } from "#engine/strategy/parameters.ts";
import { anySpace, codeOf, cube, everyKind } from "./spaces.ts";

const KINDS = Object.keys(SAMPLERS) as SamplerKind[];

/** Some function of a point that no sampler has been made for; now and then a trial that failed or was pruned. */
function tell(space: Space, point: Point, index: number): Told {
  const loss = space.encode(point).reduce((sum, x, k) => sum + (x - 0.3) * (x - 0.3) * (k + 1), 0);
  if (index % 7 === 3) return { parameters: point, state: "failed", losses: [], reports: [] };
  if (index % 11 === 5) {
    return { parameters: point, state: "pruned", losses: [], reports: [{ step: 1 + (index % 3), loss }] };
  }
  return { parameters: point, state: "complete", losses: [loss], reports: [] };
}

/** Suggests in batches, as a study does, and gives the points in order. */
function draw(sampler: Sampler, space: Space, count: number, batch = 4): Point[] {
  const points: Point[] = [];
  while (points.length < count && sampler.available > 0) {
    const size = Math.min(batch, sampler.available, count - points.length);
    const asked = Array.from({ length: size }, () => sampler.suggest());
    for (const [k, point] of asked.entries()) sampler.tell(tell(space, point, points.length + k));
    points.push(...asked);
  }
  return points;
}

const make = (kind: SamplerKind, space: Space, seed = 1): Sampler =>
  createSampler({ kind } as SamplerSpec, { space, seed, objectives: 1 });

describe.each(KINDS)("the sampler %s", (kind) => {
  // A Gaussian process thinks long about each point: fewer of them show the same.
  const count = kind === "gaussianProcess" ? 30 : 60;

  it("suggests points of the space, whatever its parameters are", () => {
    fc.assert(
      fc.property(anySpace({ isCountable: false }), (space) => {
        for (const point of draw(make(kind, space), space, 24)) expect(space.require(point)).toEqual(point);
      }),
      { numRuns: 15 },
    );
  });

  it("suggests the same points again for the same seed, and others for another", () => {
    const points = draw(make(kind, everyKind), everyKind, count);
    expect(draw(make(kind, everyKind), everyKind, count)).toEqual(points);
    if (kind !== "grid") expect(draw(make(kind, everyKind, 2), everyKind, count)).not.toEqual(points);
  });

  it("goes on as if it had suggested what it is only told of", () => {
    const straight = draw(make(kind, everyKind), everyKind, count);
    for (const told of [8, 20]) {
      const resumed = make(kind, everyKind);
      for (const [i, point] of straight.slice(0, told).entries()) resumed.tell(tell(everyKind, point, i));
      const rest: Point[] = [];
      while (rest.length < count - told) {
        const size = Math.min(4, resumed.available, count - told - rest.length);
        const asked = Array.from({ length: size }, () => resumed.suggest());
        for (const [k, point] of asked.entries()) {
          resumed.tell(tell(everyKind, point, told + rest.length + k));
        }
        rest.push(...asked);
      }
      expect(rest).toEqual(straight.slice(told));
    }
  });

  it("suggests different points within a batch", () => {
    const space = cube(3, 0, 1);
    const sampler = make(kind, space);
    draw(sampler, space, 40);
    const size = Math.min(8, sampler.available);
    const keys = Array.from({ length: size }, () => space.key(sampler.suggest()));
    expect(new Set(keys).size).toBe(size);
  });

  it("bears trials of which none has a loss", () => {
    const space = cube(2, 0, 1);
    const sampler = make(kind, space);
    for (let i = 0; i < 40 && sampler.available > 0; i++) {
      sampler.tell({ parameters: sampler.suggest(), state: "failed", losses: [], reports: [] });
    }
    if (kind !== "grid") expect(space.require(sampler.suggest())).toBeDefined();
  });
});

describe.each(["random", "tpe", "gaussianProcess", "grid"] as const)("the sampler %s", (kind) => {
  it("comes to every point of a small space before it repeats one", () => {
    const space = searchSpace({ a: int(1, 1, 6), b: int(1, 1, 5) });
    const points = draw(make(kind, space), space, 30);
    expect(new Set(points.map((point) => space.key(point))).size).toBe(30);
  });
});

describe("grid", () => {
  const space = searchSpace({ a: int(1, 1, 3), b: decimal(0.5, 0, 1) });
  const grid = (spec: object): Sampler =>
    createSampler({ kind: "grid", ...spec } as SamplerSpec, { space, seed: 0, objectives: 1 });

  it("goes through its rows, and gives continuous parameters as many values as it is told", () => {
    const points = draw(grid({ levels: 3 }), space, 100);
    expect(points).toEqual([1, 2, 3].flatMap((a) => [0, 0.5, 1].map((b) => ({ a, b }))));
  });

  it("comes to every point in the spread order as well, and early to all parts", () => {
    const points = draw(grid({ levels: 5, order: "spread" }), space, 100);
    expect(new Set(points.map((point) => space.key(point))).size).toBe(15);
    expect(new Set(points.slice(0, 5).map(({ a }) => a)).size).toBe(3);
  });

  it("says that there are no more points", () => {
    const sampler = grid({ levels: 2 });
    expect(sampler.available).toBe(6);
    draw(sampler, space, 6);
    expect(sampler.available).toBe(0);
  });
});

describe("samplers that cannot be", () => {
  const space = cube(2, 0, 1);
  const create = (spec: object, objectives = 1) =>
    codeOf(() => createSampler(spec as SamplerSpec, { space, seed: 0, objectives }));

  it("are errors of their own", () => {
    expect(create({ kind: "annealing" })).toBe("optimise.sampler");
    expect(create({ kind: "grid", levels: 1 })).toBe("optimise.grid");
    expect(create({ kind: "grid", levels: 10_000, order: "spread" })).toBe("optimise.grid");
    expect(create({ kind: "tpe", startup: 0 })).toBe("optimise.tpe");
    expect(create({ kind: "cmaes", population: 3 })).toBe("optimise.cmaes");
    expect(create({ kind: "cmaes", sigma: 0 })).toBe("optimise.cmaes");
    expect(create({ kind: "gaussianProcess", startup: 1 })).toBe("optimise.gaussian-process");
    expect(create({ kind: "nsga2", population: 2 }, 2)).toBe("optimise.evolution");
    expect(create({ kind: "nsga3", divisions: 0 }, 3)).toBe("optimise.evolution");
    for (const kind of ["tpe", "cmaes", "gaussianProcess"])
      expect(create({ kind }, 2)).toBe("optimise.one-objective");
  });
});
