import { describe, expect, it } from "vitest";
import {
  assembleOptimisation,
  type FoldReport,
  type Optimisation,
  type OptimisationOptions,
  planOptimisation,
} from "#engine/selection/optimisation.ts";
import type { LossFunction } from "#engine/selection/ownLoss.ts";
import { searchHash } from "#engine/selection/searchHash.ts";
import { searching } from "#engine/selection/searching.ts";
import { TrialLedger } from "#engine/trials/ledger.ts";
import { ScoredPoints } from "#engine/trials/scored.ts";
import type { Trial } from "#engine/trials/trial.ts";
import { plantedMarket } from "../../planted/market.ts";
import { COSTS, follower } from "../../planted/workflow.ts";

const candles = plantedMarket({ seed: 5, hours: 3000, drift: 0.25 });
const NOW = Date.UTC(2024, 5, 1);
const steady: LossFunction = ({ sharpe, tradeCount }, { returns }) =>
  tradeCount < 20 ? Number.NaN : -sharpe + 0.01 * returns.length;

/** The lines of the ledger's file. */
let lines: string[] = [];

/** The ledger as it comes back from its file. */
const reread = (): TrialLedger => TrialLedger.read(lines.map((line) => `${line}\n`).join(""));

/**
 * All folds with a ledger, whose trials are counted and kept as they are told. With `stopAfter` the search is left after
 * so many trials were told in all.
 */
function search(options: OptimisationOptions, ledger: TrialLedger, stopAfter = Infinity) {
  const plan = structuredClone(planOptimisation(follower, [candles], options));
  const folds: FoldReport[] = [];
  const told: Trial[] = [];
  const tell = (trial: Trial): void => {
    told.push(trial);
    lines.push(...ledger.append([structuredClone(trial)], NOW));
  };
  for (const fold of plan.folds) {
    const key = searchHash(follower, [candles], fold, plan.settings);
    const points = ScoredPoints.from(structuredClone(ledger.scored(key)));
    const steps = searching(follower, [candles], fold, plan.settings, {
      tell,
      points,
      linkLoss: () => steady,
    });
    let step = steps.next();
    while (!step.done) {
      if (told.length >= stopAfter) return { told, result: undefined };
      step = steps.next();
    }
    folds.push(step.value);
  }
  return { told, result: assembleOptimisation(follower, plan, folds) };
}

/** All but what says how it was come by. */
function found({ folds, ...result }: Optimisation): unknown {
  return { ...result, folds: folds.map(({ reused, ...fold }) => fold) };
}

const OPTIONS: OptimisationOptions = { trials: 24, batch: 4, seed: 3, folds: { folds: 2 }, backtest: COSTS };

describe("a search that was left and is taken up again from its ledger", () => {
  it.each<[string, OptimisationOptions]>([
    ["by the default loss", {}],
    [
      "by several objectives",
      { objectives: ["sharpe", "maxDrawdown"], sampler: { kind: "nsga2", population: 8 } },
    ],
    ["by a loss that uses the trades", { loss: "profitDrawdown", sampler: "random" }],
    ["by a loss of one's own, which some points have none of", { loss: steady, sampler: "quasiMonteCarlo" }],
    ["with the median pruner", { pruner: { kind: "median", startup: 3 }, sampler: "random" }],
    ["with Hyperband", { pruner: "hyperband", sampler: "tpe" }],
  ])("finds bit for bit the same, and computes no finished point twice, %s", (_, more) => {
    const options = { ...OPTIONS, ...more };
    lines = [];
    const whole = search(options, new TrialLedger());
    for (const stopAfter of [7, 31]) {
      lines = [];
      const ledger = new TrialLedger();
      const before = search(options, ledger, stopAfter);
      expect(before.result).toBeUndefined();
      const after = search(options, reread());
      expect(found(after.result!)).toEqual(found(whole.result!));
      expect(after.result?.hash).toBe(whole.result?.hash);
      // What is told is what was computed: a point of the first part is not among the second's.
      const key = ({ startMs, endMs, parameters }: Trial): string =>
        JSON.stringify([startMs, endMs, parameters]);
      const first = before.told.filter(({ scored }) => scored !== undefined).map(key);
      const second = after.told.filter(({ scored }) => scored !== undefined).map(key);
      expect(first.filter((one) => second.includes(one))).toEqual([]);
      expect(new Set([...first, ...second]).size).toBe(
        new Set(whole.told.filter(({ scored }) => scored !== undefined).map(key)).size,
      );
      expect(after.result?.folds.reduce((sum, { reused }) => sum + reused, 0)).toBe(first.length);
    }
  });

  it("computes nothing at all where all is known, and counts nothing more", () => {
    lines = [];
    const ledger = new TrialLedger();
    search(OPTIONS, ledger);
    const { count } = ledger;
    const again = search(OPTIONS, reread());
    expect(again.told.filter(({ scored }) => scored !== undefined)).toEqual([]);
    expect(ledger.count).toBe(count);
  });

  it("takes nothing from a search by another loss, over other candles or of another strategy", () => {
    const plan = planOptimisation(follower, [candles], OPTIONS);
    const [fold, second] = plan.folds;
    const other = planOptimisation(follower, [candles], { ...OPTIONS, loss: "sharpe" });
    const fees = planOptimisation(follower, [candles], { ...OPTIONS, backtest: { ...COSTS, feeBps: 3 } });
    const hashes = [
      searchHash(follower, [candles], fold, plan.settings),
      searchHash(follower, [candles], second, plan.settings),
      searchHash(follower, [candles], fold, other.settings),
      searchHash(follower, [candles], fold, fees.settings),
      searchHash({ ...follower, name: "other" }, [candles], fold, plan.settings),
      searchHash(follower, [plantedMarket({ seed: 6, hours: 3000, drift: 0.25 })], fold, plan.settings),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
    // Which points are tried is no part of what they lose.
    const wider = planOptimisation(follower, [candles], { ...OPTIONS, sampler: "random", seed: 9, batch: 2 });
    expect(searchHash(follower, [candles], fold, wider.settings)).toBe(hashes[0]);
  });
});

describe("a search that gives points up on the way", () => {
  const random: OptimisationOptions = { ...OPTIONS, trials: 40, sampler: "random", loss: "sharpe" };

  it.each([["median"], ["hyperband"]] as const)(
    "tells of each point once, over the part of the training that it came to: %s",
    (pruner) => {
      lines = [];
      const { told, result } = search({ ...random, pruner }, new TrialLedger());
      const [fold] = result!.folds;
      const { trials } = fold.study;
      const pruned = trials.filter(({ state }) => state === "pruned");
      expect(pruned.length).toBeGreaterThan(4);
      const own = told.filter(({ scored }) => scored?.search === told[0].scored?.search);
      const whole = own.filter(({ endMs }) => endMs > fold.train.endMs - 86_400_000);
      expect(own).toHaveLength(trials.filter(({ sameAs }) => sameAs === undefined).length);
      expect(own.length - whole.length).toBe(pruned.length);
      // A part is run as a backtest of its own: no more of the training is in it.
      const parts = [
        ...new Set(
          own.map(({ endMs }) => (endMs - fold.train.startMs) / (fold.train.endMs - fold.train.startMs)),
        ),
      ];
      const at = pruner === "median" ? [1 / 8, 1 / 4, 1 / 2, 1] : [1 / 9, 1 / 3, 1];
      for (const part of parts) expect(at.some((one) => Math.abs(one - part) < 1e-3)).toBe(true);
    },
  );

  it("gives the points that came through the losses that they have without a pruner, and chooses among them", () => {
    lines = [];
    const plain = search(random, new TrialLedger()).result!;
    const pruned = search({ ...random, pruner: "median" }, new TrialLedger()).result!;
    for (const [k, { study, chosen }] of pruned.folds.entries()) {
      const all = new Map(
        plain.folds[k].study.trials.map((trial) => [JSON.stringify(trial.parameters), trial]),
      );
      const complete = study.trials.filter(({ state }) => state === "complete");
      for (const { parameters, losses } of complete) {
        expect(losses).toEqual(all.get(JSON.stringify(parameters))?.losses);
      }
      expect(chosen?.losses[0]).toBe(Math.min(...complete.map(({ losses }) => losses[0])));
    }
  });
});
