import { describe, expect, it } from "vitest";
import { Random } from "#engine/core/random.ts";
import { parameterImportance } from "#engine/optimise/importance.ts";
import { growTree } from "#engine/optimise/regressionTree.ts";
import { searchSpace } from "#engine/optimise/searchSpace.ts";
import type { Point, Space } from "#engine/optimise/space.ts";
import { optimise } from "#engine/optimise/study.ts";
import type { Trial } from "#engine/optimise/trial.ts";
import { boolean, choice, int } from "#engine/strategy/parameters.ts";
import { codeOf, cube, numbers } from "./spaces.ts";

function trialsOf(space: Space, f: (point: Point) => number, count: number): readonly Trial[] {
  return optimise(space, f, { trials: count, sampler: { kind: "quasiMonteCarlo" } }).trials;
}

describe("the importance of parameters", () => {
  it("is each one's share of the variance, where they do not work together", () => {
    // Over the unit cube 3x + y has the variance 9/12 + 1/12, and z none.
    const space = cube(3, 0, 1);
    const trials = trialsOf(
      space,
      (point) => {
        const [x, y] = numbers(point);
        return 3 * x + y;
      },
      512,
    );
    const { parameters, together } = parameterImportance(space, trials);
    expect(Math.abs(parameters.x0 - 0.9)).toBeLessThan(0.04);
    expect(Math.abs(parameters.x1 - 0.1)).toBeLessThan(0.04);
    expect(parameters.x2).toBeLessThan(0.01);
    expect(together).toBeLessThan(0.04);
  });

  it("is nobody's own where two matter only together", () => {
    // (x − ½)(y − ½) averages to nothing along either.
    const space = cube(2, 0, 1);
    const trials = trialsOf(
      space,
      (point) => {
        const [x, y] = numbers(point);
        return (x - 0.5) * (y - 0.5);
      },
      512,
    );
    const { parameters, together } = parameterImportance(space, trials);
    expect(together).toBeGreaterThan(0.85);
    expect(parameters.x0 + parameters.x1).toBeLessThan(0.15);
  });

  it("weighs levels and categories by how many there are", () => {
    // Three choices 0, 0, 1: variance 2/9. A switch 0, 1: 1/4. Together 17/36.
    const space = searchSpace({ mode: choice("a", ["a", "b", "c"]), on: boolean(true), n: int(1, 1, 4) });
    const trials = optimise(space, (point) => (point.mode === "c" ? 1 : 0) + (point.on === true ? 1 : 0), {
      trials: 24,
      sampler: { kind: "grid" },
    }).trials;
    const { parameters } = parameterImportance(space, trials, { trees: 200 });
    expect(Math.abs(parameters.mode - 2 / 9 / (17 / 36))).toBeLessThan(0.06);
    expect(Math.abs(parameters.on - 1 / 4 / (17 / 36))).toBeLessThan(0.06);
    expect(parameters.n).toBeLessThan(0.03);
  });

  it("is NaN where nothing varies, and the same for the same seed", () => {
    const space = cube(2, 0, 1);
    const { parameters } = parameterImportance(
      space,
      trialsOf(space, () => 7, 30),
    );
    expect(parameters).toEqual({ x0: Number.NaN, x1: Number.NaN });
    const trials = trialsOf(space, (point) => numbers(point)[0] ** 2, 60);
    expect(parameterImportance(space, trials)).toEqual(parameterImportance(space, trials));
    expect(parameterImportance(space, trials)).not.toEqual(parameterImportance(space, trials, { seed: 1 }));
  });

  it("needs a few complete trials", () => {
    const space = cube(2, 0, 1);
    expect(
      codeOf(() =>
        parameterImportance(
          space,
          trialsOf(space, () => 7, 3),
        ),
      ),
    ).toBe("optimise.too-few-trials");
  });
});

describe("a regression tree", () => {
  it("parts the cube into boxes that fill it and hold the mean of what lies in each", () => {
    const random = Random.seeded(3);
    const places = Array.from({ length: 40 }, () => [random.uniform(), random.uniform()]);
    const values = places.map(([x, y]) => (x > 0.5 ? 10 : 0) + y);
    const rows = Int32Array.from(places, (_, i) => i);
    const leaves = growTree(places, values, rows, (_, below, above) => (below + above) / 2, random);
    const volume = leaves.reduce((sum, { low, high }) => sum + (high[0] - low[0]) * (high[1] - low[1]), 0);
    expect(volume).toBeCloseTo(1, 12);
    let held = 0;
    for (const { low, high, value } of leaves) {
      const inside = places
        .map((place, i) => ({ place, value: values[i] }))
        .filter(({ place }) => place.every((x, d) => x >= low[d] && x < high[d]));
      held += inside.length;
      expect(inside.reduce((sum, one) => sum + one.value, 0) / inside.length).toBeCloseTo(value, 12);
    }
    expect(held).toBe(40);
  });
});
