import { beforeAll, describe, expect, it, test } from "vitest";
import * as engine from "#engine";
import { unhashedBacktest } from "#engine/backtest/run.ts";
import type { Candles } from "#engine/candles/candles.ts";
import {
  assembleOptimisation,
  type FoldReport,
  type Optimisation,
  type OptimisationOptions,
  optimisingStrategy,
  planOptimisation,
  reportFold,
} from "#engine/selection/optimisation.ts";
import { optimisationHash } from "#engine/selection/optimisationHash.ts";
import { verdictOf } from "#engine/selection/verdict.ts";
import { searchingFold } from "#engine/selection/walkForwardSearch.ts";
import { linkStrategyText, sealedNames } from "#engine/strategy/link.ts";
import { linkedStrategy } from "#engine/strategy/module.ts";
import { HOUR, plantedMarket } from "../../planted/market.ts";
import { COSTS, follower } from "../../planted/workflow.ts";
import {
  SAMPLE_HASH,
  sampleCandles,
  sampleModule,
  sampleOptions,
} from "../../workbench/workers/optimiseSample.ts";

const OPTIONS: OptimisationOptions = { trials: 24, batch: 4, seed: 3, backtest: COSTS };
const candles = plantedMarket({ seed: 5, hours: 4000, drift: 0.25 });

function finish<T>(steps: Generator<unknown, T, void>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

const optimise = (market: Candles, options = OPTIONS): Optimisation =>
  finish(optimisingStrategy(follower, [market], options));

/** The same candles with everything from a time on multiplied, so that the future is another. */
function otherFuture(market: Candles, fromMs: number): Candles {
  const changed = (values: Float64Array): Float64Array =>
    values.map((value, i) => (market.timestamp[i] >= fromMs ? value * (1.5 + Math.sin(i)) : value));
  const close = changed(market.close);
  const open = changed(market.open);
  return {
    ...market,
    open,
    close,
    high: open.map((value, i) => Math.max(value, close[i]) * 1.01),
    low: open.map((value, i) => Math.min(value, close[i]) * 0.99),
  };
}

describe("a walk-forward optimisation", () => {
  let result: Optimisation;
  beforeAll(() => {
    result = optimise(candles);
  });

  it("chooses each fold's parameters by what lies before its test alone", () => {
    const [, second] = result.folds;
    const changed = optimise(otherFuture(candles, second.test.startMs));
    expect(changed.folds.length).toBe(4);
    for (const k of [0, 1]) {
      expect(changed.folds[k].chosen?.parameters).toEqual(result.folds[k].chosen?.parameters);
      expect(changed.folds[k].study.trials).toEqual(result.folds[k].study.trials);
    }
    expect(changed.folds[1].chosen?.outOfSample.figures).not.toEqual(
      result.folds[1].chosen?.outOfSample.figures,
    );
  });

  it("judges the choice as a backtest of its own over the test does", () => {
    for (const { chosen, test } of result.folds) {
      const { metrics } = unhashedBacktest(follower, [candles], {
        ...COSTS,
        ...test,
        parameters: chosen?.parameters,
        path: "event",
      });
      expect(metrics).toMatchObject({ ...chosen?.outOfSample.figures });
    }
  });

  it("has tests that begin when training is over and follow one another to the end", () => {
    const { folds } = result;
    for (const [k, { train, test }] of folds.entries()) {
      expect(test.startMs).toBe(train.endMs);
      expect(train.startMs).toBe(folds[0].train.startMs);
      if (k > 0) expect(test.startMs).toBe(folds[k - 1].test.endMs);
    }
    expect(folds[folds.length - 1].test.endMs).toBe(candles.timestamp[candles.timestamp.length - 1] + HOUR);
  });

  it("chains what the tests earned into one curve", () => {
    const { outOfSample, folds } = result;
    const product = folds.reduce(
      (value, { chosen }) => value * (1 + chosen!.outOfSample.figures.totalReturn),
      1,
    );
    expect(outOfSample.figures.totalReturn).toBeCloseTo(product - 1, 5);
    expect([...outOfSample.dayEnds]).toEqual([...outOfSample.dayEnds].sort((a, b) => a - b));
    expect(outOfSample.trades).toBe(
      folds.reduce((sum, { chosen }) => sum + chosen!.outOfSample.figures.tradeCount, 0),
    );
  });

  it("comes out the same whoever computes the folds, in whatever order", () => {
    const plan = structuredClone(planOptimisation(follower, [candles], OPTIONS));
    const results: FoldReport[] = [];
    for (const k of [2, 0, 3, 1]) {
      const found = finish(searchingFold(follower, [candles], plan.folds[k], plan.settings));
      results[k] = reportFold(follower, plan.settings, structuredClone(found));
    }
    expect(assembleOptimisation(follower, plan, results)).toEqual(result);
  });

  it("has a hash over what was asked and found, and none over what an earlier search had found already", () => {
    const [first] = result.folds;
    const { settings, strategy, folds } = result;
    const resumed = {
      ...settings,
      study: { ...settings.study, resume: first.study, known: first.study.trials },
    };
    expect(optimisationHash({ strategy, folds, settings: resumed })).toBe(result.hash);
    expect(optimise(candles, { ...OPTIONS, seed: 4 }).hash).not.toBe(result.hash);
    const outOfSample = { ...first.chosen!.outOfSample };
    outOfSample.dailyReturns = outOfSample.dailyReturns.map((value, i) => (i === 3 ? value + 0.01 : value));
    const chosen = { ...first.chosen!, outOfSample };
    const others = [{ ...first, chosen }, ...folds.slice(1)];
    expect(optimisationHash({ strategy, settings, folds: others })).not.toBe(result.hash);
  });

  it("takes up a fold's study again without computing a finished point twice", () => {
    const plan = planOptimisation(follower, [candles], OPTIONS);
    const [fold] = plan.folds;
    const resume = { ...result.folds[0].study, trials: result.folds[0].study.trials.slice(0, 12) };
    let computed = 0;
    const steps = searchingFold(follower, [candles], fold, {
      ...plan.settings,
      study: { ...plan.settings.study, resume },
    });
    let step = steps.next();
    while (!step.done) {
      computed++;
      step = steps.next();
    }
    expect(step.value.study.trials).toEqual(result.folds[0].study.trials);
    expect(computed).toBeLessThanOrEqual(12);
  });

  it("says which parameter mattered and whether the best one stands on a plateau", () => {
    for (const { objectives, study } of result.folds) {
      const [{ importance, sensitivity }] = objectives;
      const { band, length } = importance!.parameters;
      expect(band + length + importance!.together).toBeCloseTo(1, 9);
      const complete = study.trials.filter(({ state }) => state === "complete");
      expect(sensitivity!.best.trial.losses[0]).toBe(Math.min(...complete.map(({ losses }) => losses[0])));
    }
  });

  it.each<[string, OptimisationOptions, RegExp]>([
    ["a span too short for its folds", { folds: { folds: 4000 } }, /folds/],
    [
      "a parameter that is not there",
      { search: { parameters: { lenght: { min: 2 } } } },
      /Did you mean "length"/,
    ],
    ["no trials", { trials: 0 }, /trials is 0; expected a whole number from 1/],
    ["a sampler that is not there", { sampler: "tpee" as "tpe" }, /no sampler "tpee".*Did you mean "tpe"/],
    ["a loss that is not there", { loss: "sharp" as "sharpe" }, /no loss "sharp".*Did you mean "sharpe"/],
    [
      "an objective that is not there",
      { objectives: ["sharpe", "calmer" as "calmar"] },
      /Did you mean "calmar"/,
    ],
    ["no objectives", { objectives: [] }, /expected one like \["sharpe", "maxDrawdown"\]/],
    ["a loss beside objectives", { loss: "sharpe", objectives: ["calmar"] }, /Both a loss and objectives/],
    [
      "a sampler that follows one objective",
      { sampler: "tpe", objectives: ["sharpe", "calmar"] },
      /tpe follows one objective and was given 2.*nsga2/,
    ],
    [
      "a pruner for several objectives",
      { pruner: "median", objectives: ["sharpe", "calmar"] },
      /follows one/,
    ],
    ["a pruner that is not there", { pruner: "medium" as "median" }, /Did you mean "median"/],
    ["a choice from one loss", { choose: "knee" }, /there is one loss, and so no front to choose from/],
    ["a rule that is not there", { choose: "best" as "knee" }, /expected knee or first/],
    [
      "a loss that is no number",
      { loss: () => undefined as unknown as number },
      /gave undefined; expected a number/,
    ],
    [
      "a loss that is always NaN",
      { loss: () => Number.NaN },
      /None of the 96 points tried in 4 folds has a loss.*The loss is NaN; the loss \(own function\) gave NaN/,
    ],
    [
      "a default that is not in the range",
      { search: { parameters: { length: 3 } } },
      /length is held at 3; expected a whole number from 6 to 100/,
    ],
    [
      "a range out of the declared one",
      { search: { parameters: { length: { min: 2 } } } },
      /declared from 6 to 100/,
    ],
    ["a search of nothing", { search: { groups: ["stop"] } }, /None of the parameters .* is searched/],
    ["labels longer than a fold", { folds: { folds: 4, labelMs: 400 * 24 * HOUR } }, /label/],
  ])("says what is wrong with %s", (_, options, message) => {
    expect(() => optimise(candles, { ...OPTIONS, ...options })).toThrow(message);
  });
});

test("comes out in Node as in the browser, whose tests hold it to the same hash", () => {
  const body = new Function("walkforward", linkStrategyText(sampleModule.text, Object.keys(engine)));
  const strategy = linkedStrategy(() => body(sealedNames(engine)), sampleModule);
  const result = finish(optimisingStrategy(strategy, [sampleCandles], sampleOptions));
  expect(result.hash).toBe(SAMPLE_HASH);
});

describe("a search for several objectives", () => {
  const options: OptimisationOptions = {
    ...OPTIONS,
    trials: 30,
    objectives: ["sharpe", "maxDrawdown"],
    sampler: { kind: "nsga2", population: 10 },
  };
  const deployed = (choose: "knee" | "first") => optimise(candles, { ...options, choose }).folds;

  it("deploys a point of each fold's front by the rule, and says what mattered for each objective", () => {
    const knees = deployed("knee");
    const firsts = deployed("first");
    for (const [k, { study, chosen, objectives }] of knees.entries()) {
      expect(study.best).toBeUndefined();
      expect(study.front).toContainEqual(study.trials[chosen!.index]);
      expect(chosen!.losses).toEqual(study.trials[chosen!.index].losses);
      // Its figures in training are what it was chosen for.
      expect(-chosen!.inSample.figures.sharpe).toBe(chosen!.losses[0]);
      expect(chosen!.inSample.figures.maxDrawdown).toBe(chosen!.losses[1]);
      expect(objectives).toHaveLength(2);
      expect(objectives[1].sensitivity!.own.trial.index).toBe(chosen!.index);
      const least = Math.min(...firsts[k].study.front.map(({ losses }) => losses[0]));
      expect(firsts[k].chosen!.losses[0]).toBe(least);
    }
  });

  it("chooses by what lies before a fold's test alone", () => {
    const [, second] = deployed("knee");
    const changed = optimise(otherFuture(candles, second.test.startMs), options);
    expect(changed.folds[1].chosen?.parameters).toEqual(second.chosen?.parameters);
  });
});

describe("a verdict", () => {
  const steady = Float64Array.from({ length: 400 }, (_, i) => 0.002 + 0.01 * Math.sin(i * 12.9898));

  it("claims an edge where the returns are too good for luck, and less of one the more was looked at", () => {
    const alone = verdictOf({ dailyReturns: steady });
    expect(alone.claimsEdge).toBe(true);
    expect(alone.daysNeeded).toBeLessThan(400);
    const among = verdictOf({ dailyReturns: steady }, { looks: { trials: 200, variance: 1 / 399 } });
    expect(among.probability).toBeLessThan(alone.probability);
    expect(among.luckySharpe).toBeGreaterThan(0);
  });

  it("claims nothing without returns, or without a spread among them", () => {
    for (const dailyReturns of [new Float64Array(0), new Float64Array(30), Float64Array.of(0.01)]) {
      const verdict = verdictOf({ dailyReturns });
      expect(verdict.claimsEdge).toBe(false);
      expect(verdict.probability).toBeNaN();
      expect(verdict.text).toMatch(/Nothing can be said/);
    }
  });
});
