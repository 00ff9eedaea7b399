import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hyperbandBrackets } from "#engine/optimise/hyperband.ts";
import { isPruned, type PrunerSpec, pruneRule } from "#engine/optimise/pruning.ts";
import { runTrial } from "#engine/optimise/runTrial.ts";
import { optimise } from "#engine/optimise/study.ts";
import { compareTrials, type LossReport, type Told, type Trial } from "#engine/optimise/trial.ts";
import { codeOf, cube } from "./spaces.ts";

const curve = (...losses: number[]): LossReport[] => losses.map((loss, i) => ({ step: i + 1, loss }));
const trial = (index: number, losses: number[], state: Trial["state"] = "complete"): Trial => ({
  index,
  parameters: {},
  state,
  losses: state === "complete" ? [losses[losses.length - 1]] : [],
  reports: curve(...losses),
});

describe("the median rule", () => {
  const finished = [
    trial(0, [5, 4, 3]),
    trial(1, [6, 5, 1]),
    trial(2, [9, 9, 9]),
    trial(3, [1, 1], "pruned"),
  ];
  const spec: PrunerSpec = { kind: "median", startup: 3 };

  it("gives up what is worse than the median of the complete trials at the same step, by its best so far", () => {
    const rule = pruneRule(spec, 4, finished);
    // Medians 6, 5, 3; what was pruned does not count.
    expect(rule.limits).toEqual(curve(6, 5, 3));
    expect(isPruned(rule, curve(6))).toBe(false);
    expect(isPruned(rule, curve(6.1))).toBe(true);
    expect(isPruned(rule, curve(4, 8))).toBe(false);
    expect(isPruned(rule, curve(6, 5.5))).toBe(true);
  });

  it("waits for enough complete trials, and for its warm-up to be over", () => {
    expect(pruneRule({ kind: "median", startup: 4 }, 4, finished).limits).toEqual([]);
    expect(pruneRule({ kind: "median", startup: 3, warmUpSteps: 2 }, 4, finished).limits).toEqual([
      { step: 3, loss: 3 },
    ]);
  });

  it("is the naive median for any curves", () => {
    const curves = fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 6 }), {
      minLength: 1,
      maxLength: 9,
    });
    fc.assert(
      fc.property(curves, (lists) => {
        const rule = pruneRule(
          { kind: "median", startup: 1 },
          99,
          lists.map((losses, i) => trial(i, losses)),
        );
        for (const { step, loss } of rule.limits) {
          const there = lists
            .filter((losses) => losses.length >= step)
            .map((losses) => losses[step - 1])
            .sort((a, b) => a - b);
          const [low, high] = [there[(there.length - 1) >> 1], there[there.length >> 1]];
          expect(loss).toBe((low + high) / 2);
        }
      }),
    );
  });
});

describe("Hyperband", () => {
  it("has the brackets of its paper: R = 81, η = 3", () => {
    // n = ⌈(s_max + 1)/(s + 1) ηˢ⌉ (algorithm 1 of Li et al. 2017), rungs at R η⁻ˢ … R/η.
    expect(hyperbandBrackets({ maximumSteps: 81 })).toEqual([
      { trials: 81, rungs: [1, 3, 9, 27] },
      { trials: 34, rungs: [3, 9, 27] },
      { trials: 15, rungs: [9, 27] },
      { trials: 8, rungs: [27] },
      { trials: 5, rungs: [] },
    ]);
    expect(
      hyperbandBrackets({ maximumSteps: 10, minimumSteps: 2, reduction: 2 }).map(({ rungs }) => rungs),
    ).toEqual([[2.5, 5], [5], []]);
  });

  it("lets a trial go on that is among the best third of its bracket at a rung", () => {
    const spec: PrunerSpec = { kind: "hyperband", maximumSteps: 9 };
    // The first bracket has nine trials with rungs at 1 and 3.
    const finished = [4, 2, 6, 1, 5].map((loss, i) => trial(i, [loss], "pruned"));
    const rule = pruneRule(spec, 5, finished);
    // With itself they are six: the best two go on, so it must not be worse than the second of those before.
    expect(rule.limits[0]).toEqual({ step: 1, loss: 2 });
    expect(isPruned(rule, curve(2))).toBe(false);
    expect(isPruned(rule, curve(2.1))).toBe(true);
    // Nobody has come to the second rung: who gets there goes on.
    expect(rule.limits[1]).toEqual({ step: 3, loss: Infinity });
    expect(pruneRule(spec, 0, []).limits.map(({ loss }) => loss)).toEqual([Infinity, Infinity]);
  });

  it("compares trials of one bracket with each other alone, and ends none in the last", () => {
    const spec: PrunerSpec = { kind: "hyperband", maximumSteps: 9 };
    const brackets = hyperbandBrackets(spec);
    expect(brackets.map(({ trials }) => trials)).toEqual([9, 5, 3]);
    const finished = Array.from({ length: 9 }, (_, i) => trial(i, [0], "pruned"));
    expect(pruneRule(spec, 9, finished).limits).toEqual([{ step: 3, loss: Infinity }]);
    expect(pruneRule(spec, 14, finished).limits).toEqual([]);
    // After all brackets the first one comes again.
    expect(pruneRule(spec, 17, finished).limits[0]).toEqual({ step: 1, loss: 0 });
  });

  it("minds a rung that is passed between two reports, by the first report beyond it", () => {
    const rule = { measure: "latest", limits: [{ step: 3, loss: 5 }] } as const;
    expect(isPruned(rule, [{ step: 2, loss: 9 }])).toBe(false);
    expect(
      isPruned(rule, [
        { step: 2, loss: 9 },
        { step: 4, loss: 6 },
      ]),
    ).toBe(true);
    expect(
      isPruned(rule, [
        { step: 4, loss: 5 },
        { step: 6, loss: 9 },
      ]),
    ).toBe(false);
  });
});

describe("a study with a pruner", () => {
  const space = cube(2, 0, 1);
  let steps = 0;
  function* learning({ x0, x1 }: Readonly<Record<string, unknown>>) {
    const loss = (Number(x0) - 0.4) ** 2 + (Number(x1) - 0.7) ** 2;
    for (let step = 1; step <= 27; step++) {
      steps++;
      yield { step, loss: loss + 1 / step };
    }
    return loss;
  }

  it.each([{ kind: "median" }, { kind: "hyperband", maximumSteps: 27 }] as const)(
    "spends fewer steps than one without and finds the same best, where curves do not cross: $kind",
    (pruner) => {
      const options = { trials: 120, sampler: { kind: "random" }, seed: 3 } as const;
      const whole = optimise(space, learning, options);
      steps = 0;
      const study = optimise(space, learning, { ...options, pruner });
      const pruned = study.trials.filter(({ state }) => state === "pruned");
      expect(steps).toBeLessThan(0.6 * 120 * 27);
      expect(pruned.length).toBeGreaterThan(40);
      expect(pruned[0].reason).toMatch(/^Given up at step \d+ with a loss of/);
      expect(study.best).toEqual(whole.best);
      expect(study.trials.map(({ parameters }) => parameters)).toEqual(
        whole.trials.map(({ parameters }) => parameters),
      );
    },
  );

  it("refuses settings that cannot be", () => {
    const run = (pruner: object) =>
      codeOf(() => optimise(space, () => 0, { trials: 1, pruner: pruner as PrunerSpec }));
    expect(run({ kind: "mean" })).toBe("optimise.pruner");
    expect(run({ kind: "median", startup: 0 })).toBe("optimise.pruner");
    expect(run({ kind: "hyperband" })).toBe("optimise.pruner");
    expect(run({ kind: "hyperband", maximumSteps: 9, reduction: 1 })).toBe("optimise.pruner");
    expect(
      codeOf(() => optimise(space, () => [0, 0], { trials: 1, objectives: 2, pruner: { kind: "median" } })),
    ).toBe("optimise.one-objective");
  });

  it("refuses reports that go back or are no numbers, as a trial that failed with a reason", () => {
    const report = (reports: LossReport[]) =>
      runTrial(
        function* () {
          yield* reports;
          return 0;
        },
        { index: 0, parameters: {} },
      );
    expect(
      report([
        { step: 2, loss: 1 },
        { step: 2, loss: 1 },
      ]),
    ).toMatchObject({ state: "failed" });
    expect(report([{ step: 1, loss: Number.NaN }])).toMatchObject({
      state: "failed",
      reason: "The loss at step 1 is NaN.",
    });
    expect(report(curve(1, 2))).toEqual({ state: "complete", losses: [0], reports: curve(1, 2) });
  });
});

describe("the order of trials", () => {
  it("puts complete before pruned before failed, and pruned ones by how far they came", () => {
    const told: Told[] = [
      trial(0, [], "failed"),
      trial(1, [1], "pruned"),
      trial(2, [9, 8], "pruned"),
      trial(3, [7]),
      trial(4, [3]),
      trial(5, [0.5], "pruned"),
    ];
    const order = told.map((_, i) => i).sort((i, j) => compareTrials(told[i], told[j]));
    expect(order).toEqual([4, 3, 2, 5, 1, 0]);
  });
});
