import { describe, expect, it } from "vitest";
import { EngineError } from "#engine/core/errors.ts";
import { type Objective, runTrial } from "#engine/optimise/runTrial.ts";
import { SAMPLERS, type SamplerKind, type SamplerSpec } from "#engine/optimise/samplers.ts";
import { searchSpace } from "#engine/optimise/searchSpace.ts";
import type { Point } from "#engine/optimise/space.ts";
import {
  optimise,
  optimising,
  type Study,
  type StudyOptions,
  studySettingsHash,
} from "#engine/optimise/study.ts";
import type { Outcome } from "#engine/optimise/trial.ts";
import { boolean, int } from "#engine/strategy/parameters.ts";
import { codeOf, cube, everyKind, numbers } from "./spaces.ts";

const KINDS = Object.keys(SAMPLERS) as SamplerKind[];

/** Good at a length of 20, slow, with a delay of 4; a threshold above 0.9 has no loss. */
function loss(point: Point): number {
  if (Number(point.threshold) > 0.9) return Number.NaN;
  const delay = point.mode === "slow" ? Math.abs(Number(point.delay) - 4) / 4 : 2;
  return (
    Math.abs(Number(point.length) - 20) / 20 +
    Number(point.threshold) +
    delay +
    (point.isStrict === true ? 0 : 0.5)
  );
}

/** Counts what is computed, point by point. */
function counted(objective: (point: Point) => number): { objective: Objective; computed: Point[] } {
  const computed: Point[] = [];
  return {
    computed,
    objective: (point) => {
      computed.push(point);
      return objective(point);
    },
  };
}

/** Drives a study with several workers that finish in any order: each takes the next ask when it is free. */
async function inParallel(workers: number, options: StudyOptions): Promise<Study> {
  const steps = optimising(everyKind, options);
  let step = steps.next();
  while (!step.done) {
    const { asks } = step.value;
    const outcomes: Outcome[] = [];
    let next = 0;
    await Promise.all(
      Array.from({ length: workers }, async (_, worker) => {
        while (next < asks.length) {
          const mine = next++;
          // Some take longer than others.
          for (let turn = 0; turn < ((worker + 1) * (mine + 3)) % 7; turn++) await Promise.resolve();
          outcomes[mine] = runTrial(loss, asks[mine]);
        }
      }),
    );
    step = steps.next(outcomes);
  }
  return step.value;
}

describe.each(KINDS)("a study by %s", (kind) => {
  // A Gaussian process thinks long about each point: fewer of them show the same.
  const count = kind === "gaussianProcess" ? 30 : 60;
  const options: StudyOptions = { trials: count, sampler: { kind } as SamplerSpec, seed: 5, batch: 6 };

  it("is the same with one worker and with several", async () => {
    const alone = optimise(everyKind, loss, options);
    expect(await inParallel(3, options)).toEqual(alone);
    expect(await inParallel(8, options)).toEqual(alone);
  });

  it("ends the same when it was stopped anywhere and resumed, and computes nothing twice", () => {
    const whole = optimise(everyKind, loss, options);
    for (const finished of [0, 1, 6, 20, count - 1, count]) {
      const { objective, computed } = counted(loss);
      const resume = { settingsHash: whole.settingsHash, trials: whole.trials.slice(0, finished) };
      expect(optimise(everyKind, objective, { ...options, resume })).toEqual(whole);
      const known = new Set(resume.trials.map(({ parameters }) => everyKind.key(parameters)));
      const keys = computed.map((point) => everyKind.key(point));
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.some((key) => known.has(key))).toBe(false);
    }
  });

  it("goes on as a longer one would have when it is resumed with more trials", () => {
    const trials = count + 16;
    const longer = optimise(everyKind, loss, { ...options, trials });
    const resume = optimise(everyKind, loss, options);
    expect(optimise(everyKind, loss, { ...options, trials, resume })).toEqual(longer);
  });

  it("fails trials whose loss is NaN, with a reason, and has the best of the others", () => {
    const { trials, best } = optimise(everyKind, loss, { ...options, trials: count + 20 });
    for (const trial of trials) {
      const isFailed = Number(trial.parameters.threshold) > 0.9;
      expect(trial.state).toBe(isFailed ? "failed" : "complete");
      if (isFailed) expect(trial.reason).toBe("The loss is NaN; expected a finite number.");
      else expect(trial.losses[0]).toBeGreaterThanOrEqual(best!.losses[0]);
    }
  });
});

describe("a study", () => {
  it("takes what was stored out of order, with gaps in the middle of a batch", () => {
    const options: StudyOptions = { trials: 40, seed: 1 };
    const whole = optimise(everyKind, loss, options);
    const stored = whole.trials.filter(({ index }) => index % 5 !== 2).reverse();
    const { objective, computed } = counted(loss);
    const resume = { settingsHash: whole.settingsHash, trials: JSON.parse(JSON.stringify(stored)) };
    expect(optimise(everyKind, objective, { ...options, resume })).toEqual(whole);
    expect(computed).toHaveLength(8);
  });

  it("refuses to resume one with other settings", () => {
    const study = optimise(everyKind, loss, { trials: 8 });
    for (const other of [
      { seed: 1 },
      { batch: 4 },
      { sampler: { kind: "random" } as const },
      { pruner: { kind: "median" } as const },
    ]) {
      expect(codeOf(() => optimise(everyKind, loss, { trials: 16, ...other, resume: study }))).toBe(
        "optimise.other-study",
      );
    }
    const narrower = searchSpace({ length: int(14, 5, 30) });
    expect(codeOf(() => optimise(narrower, loss, { trials: 16, resume: study }))).toBe(
      "optimise.other-study",
    );
    expect(studySettingsHash(everyKind, { trials: 99 })).toBe(study.settingsHash);
  });

  it("does not compute what is known from elsewhere, but what was pruned there", () => {
    const space = searchSpace({ a: int(1, 1, 6), b: boolean(true) });
    const { objective, computed } = counted(({ a }) => Number(a));
    const known = [
      { parameters: { a: 1, b: true }, state: "complete", losses: [-5], reports: [] },
      {
        parameters: { a: 2, b: true },
        state: "failed",
        losses: [],
        reports: [],
        reason: "no trade was made",
      },
      { parameters: { a: 3, b: true }, state: "pruned", losses: [], reports: [{ step: 1, loss: 9 }] },
    ] as const;
    const study = optimise(space, objective, { trials: 12, sampler: { kind: "grid" }, known });
    expect(computed).toHaveLength(10);
    expect(study.best).toMatchObject({ parameters: { a: 1, b: true }, losses: [-5] });
    expect(study.trials.find(({ state }) => state === "failed")).toMatchObject({
      reason: "no trade was made",
    });
    expect(
      codeOf(() =>
        optimise(space, objective, { trials: 1, known: [{ ...known[0], parameters: { a: 7, b: true } }] }),
      ),
    ).toBe("optimise.not-in-space");
  });

  it("recognises a point that comes up again, and gives it the first one's outcome", () => {
    const space = searchSpace({ a: int(1, 1, 100), b: int(1, 1, 100) });
    const { objective, computed } = counted(({ a, b }) => (Number(a) - 30) ** 2 + (Number(b) - 60) ** 2);
    const { trials } = optimise(space, objective, { trials: 300, sampler: { kind: "cmaes" } });
    const again = trials.filter(({ sameAs }) => sameAs !== undefined);
    expect(again.length).toBeGreaterThan(10);
    expect(computed).toHaveLength(300 - again.length);
    for (const trial of again) {
      const { index, sameAs, ...outcome } = trial;
      const { index: first, ...original } = trials[sameAs!];
      expect(outcome).toEqual(original);
      expect(first).toBeLessThan(index);
      expect(trials[sameAs!].sameAs).toBeUndefined();
    }
  });

  it("ends when every point of the space is known", () => {
    const space = searchSpace({ a: int(1, 1, 5), b: boolean(true) });
    for (const kind of ["random", "tpe", "gaussianProcess", "grid"] as const) {
      expect(optimise(space, () => 1, { trials: 500, sampler: { kind } }).trials).toHaveLength(10);
    }
  });

  it("tells its progress and the best so far with every batch", () => {
    const seen: [number, number, number | undefined][] = [];
    const steps = optimising(cube(2, 0, 1), { trials: 20, batch: 8, sampler: { kind: "random" } });
    let step = steps.next();
    while (!step.done) {
      const { asks, trials, total, best } = step.value;
      seen.push([trials.length, total, best?.losses[0]]);
      step = steps.next(asks.map(({ index }) => ({ state: "complete", losses: [-index], reports: [] })));
    }
    expect(seen).toEqual([
      [0, 20, undefined],
      [8, 20, -7],
      [16, 20, -15],
    ]);
    expect(step.value.best?.index).toBe(19);
  });

  it("keeps what the objective wants kept", () => {
    const { trials } = optimise(cube(1, 0, 1), () => ({ losses: 3, detail: { inSample: 1.5 } }), {
      trials: 2,
    });
    expect(trials[0]).toMatchObject({ losses: [3], detail: { inSample: 1.5 } });
    const failing = optimise(
      cube(1, 0, 1),
      () => ({ losses: Number.NaN, reason: "no trade.", detail: [1] }),
      { trials: 1 },
    );
    expect(failing.trials[0]).toMatchObject({
      state: "failed",
      reason: "The loss is NaN; no trade.",
      detail: [1],
    });
    expect(failing.best).toBeUndefined();
    expect(failing.front).toEqual([]);
  });

  it("fails a trial whose point is refused by the engine, and passes on any other error and a cancellation", () => {
    const throwing =
      (error: Error): Objective =>
      () => {
        throw error;
      };
    const { trials } = optimise(
      cube(1, 0, 1),
      throwing(new EngineError("walkforward.no-candles", "Too short.")),
      { trials: 1 },
    );
    expect(trials[0]).toMatchObject({ state: "failed", reason: "Too short. (walkforward.no-candles)" });
    const run = (error: Error) => () => optimise(cube(1, 0, 1), throwing(error), { trials: 1 });
    expect(codeOf(run(new EngineError("canceled", "Canceled.")))).toBe("canceled");
    expect(run(new TypeError("x is undefined"))).toThrow(TypeError);
  });

  it("follows several objectives and gives their front, and no best", () => {
    const study = optimise(
      cube(3, 0, 1),
      (point) => {
        const [x, y, z] = numbers(point);
        return [x + y + z, (1 - x) ** 2 + y + z];
      },
      { trials: 200, objectives: 2, seed: 2 },
    );
    expect(study.sampler).toEqual({ kind: "nsga2" });
    expect(study.best).toBeUndefined();
    expect(study.front.length).toBeGreaterThan(3);
    const sorted = [...study.front].sort((a, b) => a.losses[0] - b.losses[0]);
    for (let i = 1; i < sorted.length; i++) expect(sorted[i].losses[1]).toBeLessThan(sorted[i - 1].losses[1]);
  });

  it("refuses settings and answers that cannot be", () => {
    const run = (options: Partial<StudyOptions>) =>
      codeOf(() => optimise(everyKind, loss, { trials: 8, ...options }));
    expect(run({ trials: 0 })).toBe("optimise.study");
    expect(run({ batch: 1.5 })).toBe("optimise.study");
    expect(run({ objectives: 0 })).toBe("optimise.study");
    expect(run({ seed: Number.NaN })).toBe("random.seed");
    expect(run({ objectives: 2 })).toBe("optimise.outcomes");
    const steps = optimising(everyKind, { trials: 8 });
    steps.next();
    expect(codeOf(() => steps.next([]))).toBe("optimise.outcomes");
  });
});
