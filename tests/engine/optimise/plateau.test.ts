import { describe, expect, it } from "vitest";
import { neighboursOf, sensitivity } from "#engine/optimise/plateau.ts";
import { searchSpace } from "#engine/optimise/searchSpace.ts";
import type { Point } from "#engine/optimise/space.ts";
import { optimise } from "#engine/optimise/study.ts";
import { choice, decimal, int } from "#engine/strategy/parameters.ts";
import { codeOf, cube, everyKind } from "./spaces.ts";

describe("plateau and peak", () => {
  const space = searchSpace({ a: int(10, 1, 20), b: int(10, 1, 20) });
  /** A needle at (3, 3) beside a wide bowl around (14, 14). */
  const f = ({ a, b }: Point): number => {
    const [x, y] = [Number(a), Number(b)];
    return x === 3 && y === 3 ? -5 : Math.max(0, ((x - 14) ** 2 + (y - 14) ** 2) / 10 - 1);
  };
  const { trials } = optimise(space, f, { trials: 400, sampler: { kind: "grid" } });

  it("tells a peak by how far its neighbours fall, and finds the best plateau", () => {
    const { best, plateau } = sensitivity(space, trials, { radius: 0.05 });
    expect(best.trial.parameters).toEqual({ a: 3, b: 3 });
    expect(best.neighbours).toHaveLength(8);
    const around = [2, 3, 4].flatMap((a) => [2, 3, 4].map((b) => f({ a, b }))).filter((loss) => loss !== -5);
    expect(best.mean).toBeCloseTo(around.reduce((sum, x) => sum + x, 0) / 8, 12);
    expect(best.worst).toBe(Math.max(...around));
    const mean = trials.reduce((sum, { losses }) => sum + losses[0], 0) / 400;
    const deviation = Math.sqrt(trials.reduce((sum, { losses }) => sum + (losses[0] - mean) ** 2, 0) / 400);
    expect(best.fall).toBeCloseTo((best.mean + 5) / deviation, 12);
    expect(best.fall).toBeGreaterThan(1);
    expect(plateau!.mean).toBe(0);
    expect(plateau!.fall).toBe(0);
    expect(f(plateau!.trial.parameters)).toBe(0);
  });

  it("tells of the trial that is asked about, wherever it stands, and of the best where none is", () => {
    const asked = trials.find(({ parameters: { a, b } }) => a === 14 && b === 14)!;
    const { own, best } = sensitivity(space, trials, { radius: 0.05, trial: asked.index });
    expect(own.trial).toBe(asked);
    expect(own.mean).toBe(0);
    expect(best.trial.parameters).toEqual({ a: 3, b: 3 });
    expect(sensitivity(space, trials).own).toEqual(sensitivity(space, trials).best);
  });

  it("says nothing where there are too few neighbours", () => {
    const few = optimise(cube(5, 0, 1), () => 1, { trials: 5, sampler: { kind: "random" } });
    const { best, plateau } = sensitivity(cube(5, 0, 1), few.trials);
    expect(best.mean).toBeNaN();
    expect(best.fall).toBeNaN();
    expect(plateau).toBeUndefined();
  });

  it("takes for neighbours only points with the same categories and the same active parameters", () => {
    const space = searchSpace({
      mode: choice("x", ["x", "y"]),
      a: decimal(0.5, 0, 1),
      n: int(1, 1, 3, { activeWhen: { parameter: "mode", is: "y" } }),
    });
    const { trials } = optimise(space, ({ a }) => Number(a), {
      trials: 120,
      sampler: { kind: "quasiMonteCarlo" },
    });
    const { best } = sensitivity(space, trials, { radius: 0.2, fewest: 1 });
    expect(best.neighbours.length).toBeGreaterThan(1);
    for (const { parameters } of best.neighbours) {
      expect(parameters.mode).toBe(best.trial.parameters.mode);
      expect(Math.abs(Number(parameters.a) - Number(best.trial.parameters.a))).toBeLessThanOrEqual(0.2);
    }
  });

  it("has the points one step away along each parameter with an order", () => {
    expect(neighboursOf(space, { a: 1, b: 5 })).toEqual([
      { a: 2, b: 5 },
      { a: 1, b: 4 },
      { a: 1, b: 6 },
    ]);
    const point = { length: 30, threshold: 1, mode: "slow", delay: 9, isStrict: true };
    const around = neighboursOf(everyKind, point);
    expect(around.map(({ length, threshold, delay }) => [length, threshold, delay])).toEqual([
      [29, 1, 9],
      [31, 1, 9],
      [30, 0.707945784384, 9],
      [30, 1, 8],
    ]);
  });

  it("needs a complete trial", () => {
    const failing = optimise(space, () => Number.NaN, { trials: 4 });
    expect(codeOf(() => sensitivity(space, failing.trials))).toBe("optimise.too-few-trials");
  });
});
