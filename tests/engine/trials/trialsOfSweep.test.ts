import { expect, it } from "vitest";
import { backtest } from "#engine/backtest/run.ts";
import { crossAbove, crossBelow, sma } from "#engine/catalogue/vocabulary.ts";
import { HOUR_MS } from "#engine/core/timeframe.ts";
import { defineStrategy } from "#engine/strategy/contract.ts";
import { int } from "#engine/strategy/parameters.ts";
import { sweep } from "#engine/sweep/sweep.ts";
import { trialIdentity } from "#engine/trials/identity.ts";
import { readTrial } from "#engine/trials/readTrial.ts";
import { unpackReturns } from "#engine/trials/returns.ts";
import { trialOfBacktest } from "#engine/trials/trialOf.ts";
import { trialsOfSweep } from "#engine/trials/trialsOfSweep.ts";
import { randomUniverse } from "../walkforward/randomUniverse.ts";

const averages = defineStrategy({
  name: "averages",
  timeframe: "1h",
  history: 30,
  parameters: { fast: int(3, 2, 10), slow: int(9, 3, 30) },
  features: ({ close, parameters }) => ({
    fast: sma(close, parameters.fast),
    slow: sma(close, parameters.slow),
  }),
  signals: ({ fast, slow }) => ({ enterLong: crossAbove(fast, slow), exitLong: crossBelow(fast, slow) }),
});

it.each([1, 3])("points of a sweep over %i markets are the trials that their single runs are", (symbols) => {
  const universe = randomUniverse({
    ...{ seed: 8, symbols, rows: 900, timeframe: "1h", timeframeMs: HOUR_MS, firstMs: Date.UTC(2024, 0, 1) },
  });
  const points = [
    { fast: 3, slow: 9 },
    { fast: 2, slow: 20 },
    { fast: 8, slow: 30 },
  ];
  const options = { feeBps: 5 };
  const single = backtest(averages, universe, { ...options, parameters: { fast: 5, slow: 25 } });
  const trials = trialsOfSweep(single, sweep(averages, universe, points, options));
  expect(trials).toHaveLength(3);
  for (const [i, trial] of trials.entries()) {
    const own = trialOfBacktest(backtest(averages, universe, { ...options, parameters: points[i] }));
    expect(trialIdentity(trial)).toBe(trialIdentity(own));
    expect(trial).toMatchObject({ kind: "sweep", result: null, trades: own.trades, return: own.return });
    expect(trial.sharpe).toBeCloseTo(own.sharpe, 12);
    expect(trial.skew).toBeCloseTo(own.skew, 4);
    expect(trial.observations).toBe(own.observations);
    const [kept, expected] = [trial, own].map(({ returns }) => unpackReturns(returns));
    expect(kept).toHaveLength(expected.length);
    for (const [t, value] of kept.entries()) expect(value).toBeCloseTo(expected[t], 6);
    expect(readTrial(JSON.parse(JSON.stringify(trial)))).toEqual(trial);
  }
  expect(new Set(trials.map(trialIdentity)).size).toBe(3);
});
