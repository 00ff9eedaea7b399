import { describe, expect, it } from "vitest";
import type { BacktestOptions } from "#engine/backtest/options.ts";
import { backtest } from "#engine/backtest/run.ts";
import { crossAbove, crossBelow, sma } from "#engine/catalogue/vocabulary.ts";
import { accountReturns } from "#engine/montecarlo/accountReturns.ts";
import { simulateTrades } from "#engine/montecarlo/tradePaths.ts";
import { assess } from "#engine/significance/assess.ts";
import { defineStrategy } from "#engine/strategy/contract.ts";
import { int } from "#engine/strategy/parameters.ts";
import { candlePathPart, candlePaths } from "#engine/stress/candlePaths.ts";
import { unpackReturns } from "#engine/trials/returns.ts";
import { ONE_TRIAL, summariseTrials } from "#engine/trials/summary.ts";
import { trialOfBacktest } from "#engine/trials/trialOf.ts";
import { Jobs } from "#workbench/frame/jobs.ts";
import { type MonteCarloHost, monteCarloRunner } from "#workbench/frame/monteCarlo.ts";
import { significanceRunner } from "#workbench/frame/significance.ts";
import { settledTrials } from "#workbench/outputs/deflated.ts";
import { numbersOf } from "#workbench/outputs/engineTable.ts";
import { headlineStatistics, type StudyAnswers, type StudyWork, studying } from "#workbench/workers/study.ts";
import { hours, walk } from "../../engine/stress/made.ts";

const cross = defineStrategy({
  name: "cross",
  timeframe: "1h",
  history: 40,
  parameters: { fast: int(5, 2, 20) },
  features: ({ close, parameters }) => ({ fast: sma(close, parameters.fast), slow: sma(close, 30) }),
  signals: ({ fast, slow }) => ({ enterLong: crossAbove(fast, slow), exitLong: crossBelow(fast, slow) }),
});
const universe = [walk("A/USDT", hours(900)), walk("B/USDT", hours(900))];
const options: BacktestOptions = { feeBps: 5 };
const result = backtest(cross, universe, options);
const run = {
  id: 1,
  run: 1,
  signal: new AbortController().signal,
  invalidation: new Promise<void>(() => undefined),
};

const finished = <T>(steps: Generator<unknown, T, void>): T => {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
};
const study = async <W extends StudyWork>(work: W): Promise<StudyAnswers[W["kind"]]> =>
  finished(studying(structuredClone(work))) as StudyAnswers[W["kind"]];

const asked: { from?: number; count?: number }[] = [];
const host: MonteCarloHost = {
  jobs: new Jobs(() => undefined),
  workers: 3,
  backtests: {
    candlesOf: () => (symbol) => universe.find((one) => one.symbol === symbol) ?? universe[0],
    taskOf: () => ({ task: { strategies: [], candles: universe, options }, cell: 1 }),
  },
  study,
  candlePaths: async (_, paths) => {
    asked.push(paths);
    return finished(candlePathPart(cross, universe, { ...paths, options }));
  },
};
const monteCarlo = (given?: Parameters<ReturnType<typeof monteCarloRunner>>[1]) =>
  monteCarloRunner(host)(result, given, run);

describe("monteCarlo of a cell", () => {
  const { metrics, trades } = result;
  const profit = numbersOf(trades, "profit");

  it("draws what the trades made of the account", async () => {
    const found = await monteCarlo({ paths: 50, seed: 3 });
    const direct = simulateTrades(accountReturns(profit, metrics.startingBalance), { paths: 50, seed: 3 });
    expect(found.finalEquity).toEqual(direct.finalEquity);
    expect(found.original.finalEquity).toBeCloseTo(metrics.finalEquity / metrics.startingBalance, 10);
    expect(found).toMatchObject({ method: "trades", of: "cross", backtest: result.hash, seed: 3 });
    expect(found.words).toContain(`${trades.rows} trades drawn again`);
  });

  it("charges, misses and delays them", async () => {
    const plain = await monteCarlo({ order: "kept", paths: 20 });
    const dearer = await monteCarlo({ order: "kept", paths: 20, maxExtraBps: 20 });
    expect(Math.max(...dearer.finalEquity)).toBeLessThan(plain.finalEquity[0]);
    const late = await monteCarlo({ order: "kept", paths: 20, maxDelayBars: 3 });
    expect(new Set(late.finalEquity).size).toBeGreaterThan(15);
    const fixed = await monteCarlo({ order: "kept", paths: 2, stake: "fixed", skip: 0.5 });
    expect(fixed.words).toMatch(/50.% of them missed, none compounded/);
  });

  it("runs the backtest on changed candles in parts that come to the whole", async () => {
    asked.length = 0;
    const found = await monteCarlo({ candles: "bootstrap", blockBars: 20, paths: 14, seed: 2 });
    const direct = candlePaths(cross, universe, {
      options,
      perturbation: { kind: "bootstrap", blockBars: 20 },
      paths: 14,
      seed: 2,
    });
    expect(found.finalEquity).toEqual(direct.finalEquity);
    expect(found.bands).toEqual(direct.bands);
    expect(asked).toHaveLength(12);
    expect(asked.reduce((sum, { count = 0 }) => sum + count, 0)).toBe(14);
    expect(found.original.finalEquity).toBe(metrics.finalEquity / metrics.startingBalance);
    expect(found.original.equity.at(-1)).toBe(found.original.finalEquity);
  });

  it.each([
    [{ ordr: "shuffled" }, "monteCarlo.unknown-option", /Did you mean "order"/],
    [{ blockBars: 5 }, "monteCarlo.options", /candles: "bootstrap"/],
    [{ candles: "noise", skip: 0.1 }, "monteCarlo.options", /skip/],
    [{ candles: "noise", blockBars: 4 }, "monteCarlo.options", /blockBars/],
    [{ candles: "wind" }, "monteCarlo.candles", /"bootstrap" or "noise"/],
    [{ paths: 0 }, "montecarlo.setting", /paths/],
  ])("refuses %j", async (wrong, code, words) => {
    const error = await monteCarlo(wrong as never).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, message: expect.stringMatching(words) });
  });

  it("refuses what is no backtest, and one without trades", async () => {
    const runner = monteCarloRunner(host);
    await expect(runner({ trades: [] } as never, undefined, run)).rejects.toMatchObject({
      code: "monteCarlo.not-a-backtest",
    });
    const idle = backtest(cross, [walk("A/USDT", hours(60))], { startMs: universe[0].timestamp[55] });
    expect(idle.trades.rows).toBe(0);
    await expect(runner(idle, undefined, run)).rejects.toMatchObject({
      code: "monteCarlo.no-trades",
    });
  });
});

describe("significance of a cell", () => {
  const others = [7, 9, 12].map((fast) => backtest(cross, universe, { ...options, parameters: { fast } }));
  const all = [result, ...others].map((one) => trialOfBacktest(one));
  const none = settledTrials(ONE_TRIAL);
  const significance = (ledger = none) => significanceRunner({ jobs: host.jobs, trials: ledger, study });

  it("assesses the result among the trials that are given, itself once", async () => {
    const found = await significance()(result, { trials: [...others, result], resamples: 50 }, run);
    const summary = summariseTrials(all);
    expect(found.trials).toBe(4);
    expect(found.luck).toEqual(summary);
    expect(found.annualSharpe).toBeCloseTo(result.metrics.sharpe, 4);
    expect(found.overfitting).toMatchObject({ trials: 4 });
    expect(found.counted).toMatch(/^4 trials.* given$/);
    expect(found).toMatchObject({ of: "cross", result: result.hash, leftOut: 0 });
  });

  it("counts the notebook's trials where they say that luck shows more", async () => {
    const ledger = { trials: 500, cleared: 0, independent: 80, expectedMaximum: 0.3 };
    const found = await significance(settledTrials(ledger))(result, { resamples: 20 }, run);
    expect(found.luck).toEqual(ledger);
    expect(found.counted).toContain("in this notebook");
    expect(found.deflated).toBeLessThan(found.probabilistic);
    expect(found.overfitting).toEqual({ missing: expect.stringContaining("two trials") });
  });

  it("is what the engine says of the same returns", async () => {
    const found = await significance()(result, { resamples: 60, seed: 4 }, run);
    const direct = assess(
      {
        returns: unpackReturns(all[0].returns),
        periodsPerYear: 365,
        luck: ONE_TRIAL,
        statistics: headlineStatistics(365),
      },
      { resamples: 60, seed: 4 },
    );
    expect(found).toMatchObject(direct);
    expect(found.intervals.intervals.maxDrawdown.value).toBeGreaterThan(0);
    expect(found.intervals.intervals.sharpe.value).toBeCloseTo(result.metrics.sharpe, 4);
  });

  it("refuses what is no result, and an option that there is none of", async () => {
    await expect(significance()({} as never, undefined, run)).rejects.toMatchObject({
      code: "significance.not-a-result",
    });
    await expect(significance()(result, { trial: [] } as never, run)).rejects.toMatchObject({
      code: "significance.unknown-option",
      message: expect.stringContaining('Did you mean "trials"'),
    });
  });
});
