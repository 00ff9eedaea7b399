import { describe, expect, it } from "vitest";
import { backtest } from "#engine/backtest/run.ts";
import { hashText } from "#engine/core/hash.ts";
import { DAY_MS, HOUR_MS } from "#engine/core/timeframe.ts";
import { momentumRank } from "#engine/strategies/index.ts";
import { defineStrategy } from "#engine/strategy/contract.ts";
import { withHash } from "#engine/strategy/module.ts";
import { trialIdentity } from "#engine/trials/identity.ts";
import { readTrial } from "#engine/trials/readTrial.ts";
import { unpackReturns } from "#engine/trials/returns.ts";
import { trialOfBacktest, trialOfEvaluation } from "#engine/trials/trialOf.ts";
import { evaluate } from "#engine/walkforward/evaluate.ts";
import { crossing } from "../backtest/randomStrategies.ts";
import { randomUniverse } from "../walkforward/randomUniverse.ts";

const universe = randomUniverse({
  ...{
    seed: 5,
    symbols: 3,
    rows: 1200,
    timeframe: "1h",
    timeframeMs: HOUR_MS,
    firstMs: Date.UTC(2024, 0, 1),
  },
});
const product = (returns: Float64Array): number =>
  returns.reduce((value, one) => value * (Number.isNaN(one) ? 1 : 1 + one), 1) - 1;
const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("a backtest as a trial", () => {
  const strategy = crossing();
  const result = backtest(strategy, universe, { timeframe: "1h" });
  const trial = trialOfBacktest(result);

  it("has the Sharpe ratio, return, drawdown, trades and hashes of the result", () => {
    expect(trial).toMatchObject({
      ...{ kind: "backtest", name: "crossing", result: result.hash, data: result.dataHash },
      ...{ strategy: result.strategy.hash, parameters: {}, simulated: result.universe.simulated },
      ...{ trades: result.trades.rows, return: result.metrics.totalReturn },
      ...{
        drawdown: result.metrics.maxDrawdown,
        startMs: result.settings.startMs,
        endMs: result.settings.endMs,
      },
    });
    expect(trial.trades).toBeGreaterThan(10);
    expect(trial.sharpe * Math.sqrt(365)).toBeCloseTo(result.metrics.sharpe, 9);
    expect(product(unpackReturns(trial.returns))).toBeCloseTo(result.metrics.totalReturn, 5);
  });

  it("comes over any border as it is", () => {
    expect(readTrial(json(trial))).toEqual(trial);
  });

  it("is the same trial run again, and another with any other parameter, span, cost, account or part of the data", () => {
    const identity = (...[given, candles, options]: Parameters<typeof backtest>): string =>
      trialIdentity(trialOfBacktest(backtest(given, candles, options)));
    const first = identity(strategy, universe, { timeframe: "1h" });
    expect(identity(crossing(), [...universe].reverse(), { timeframe: "1h", simulated: false })).toBe(first);
    expect(identity(strategy, universe, { timeframe: "1h", path: "event" })).toBe(first);
    const others = [
      identity(withHash(strategy, hashText("other text")), universe, { timeframe: "1h" }),
      identity(strategy, universe.slice(1), { timeframe: "1h" }),
      identity(strategy, universe, { timeframe: "1h", feeBps: 11 }),
      identity(strategy, universe, { timeframe: "1h", fillModel: "nextWorst" }),
      identity(strategy, universe, { timeframe: "1h", endMs: Number(result.settings.endMs) - DAY_MS }),
      identity(strategy, universe, { timeframe: "1h", startingBalance: 20_000 }),
      identity(strategy, universe, { timeframe: "1h", exits: { maxBars: 20 } }),
      identity({ strategies: [{ strategy, symbols: [universe[0].symbol] }] }, universe, { timeframe: "1h" }),
      identity({ strategies: [{ strategy, weight: 0.5 }] }, universe, { timeframe: "1h" }),
    ];
    expect(new Set([first, ...others]).size).toBe(1 + others.length);
  });

  it("is another trial under other funding rates, which no hash covers but through what was paid", () => {
    const linear = { timeframe: "1h", marketType: "linear" } as const;
    const funded = (rate: number) => {
      const time = universe[0].timestamp.filter((at) => at % (8 * HOUR_MS) === 0);
      const funding = universe.map(({ symbol }) => ({ symbol, timestamp: time, rate: time.map(() => rate) }));
      return trialIdentity(trialOfBacktest(backtest(strategy, universe, { ...linear, funding })));
    };
    expect(funded(0.0002)).not.toBe(funded(0.0001));
  });

  it("names all strategies of one account, and their parameters under their names", () => {
    const [a, b, c] = universe.map(({ symbol }) => symbol);
    const shares = (weight: number) => ({
      strategies: [
        { strategy, weight, symbols: [a] },
        { strategy: crossing({ isShort: true }), weight: 0.3, symbols: [b, c] },
        { strategy: momentumRank, weight: 0.1, symbols: [] as string[] },
      ].slice(0, 2),
    });
    const [one, two] = [0.4, 0.5].map((weight) =>
      trialOfBacktest(backtest(shares(weight), universe, { timeframe: "1h", marketType: "linear" })),
    );
    expect(one.name).toBe("crossing + crossing (2)");
    expect(one.strategy).not.toBe(two.strategy);
    expect(readTrial(json(one))).toEqual(one);
  });
});

describe("an evaluation as a trial", () => {
  const result = evaluate(momentumRank, universe, {
    timeframe: "1h",
    windowMs: 8 * HOUR_MS,
    shiftMs: 4 * HOUR_MS,
  });
  const trial = trialOfEvaluation(result);

  it("has the returns of all slices as one portfolio, a day on which nothing ended among them", () => {
    expect(trial).toMatchObject({ kind: "evaluation", trades: result.trades.length, result: result.hash });
    expect(trial.trades).toBeGreaterThan(10);
    const { startMs, endMs } = result.settings;
    expect(trial.observations).toBe(Math.ceil(endMs / DAY_MS) - Math.floor(startMs / DAY_MS));
    const returns = unpackReturns(trial.returns);
    expect(returns).toHaveLength(trial.observations);
    expect(product(returns)).toBeCloseTo(result.metrics.aggregateReturn, 5);
    const mean = returns.reduce((sum, one) => sum + one, 0) / returns.length;
    const deviation = Math.sqrt(
      returns.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (returns.length - 1),
    );
    expect(trial.sharpe).toBeCloseTo(mean / deviation, 5);
  });

  it("is another trial with any other window, shift, seed or cost, and the same run again", () => {
    const options = { timeframe: "1h", windowMs: 8 * HOUR_MS, shiftMs: 4 * HOUR_MS };
    const identity = (more: object): string =>
      trialIdentity(trialOfEvaluation(evaluate(momentumRank, universe, { ...options, ...more })));
    expect(identity({})).toBe(trialIdentity(trial));
    const all = [
      {},
      { windowMs: 12 * HOUR_MS },
      { shiftMs: 2 * HOUR_MS },
      { seed: 2 },
      { feeBps: 1 },
      { parameters: { lookback: 30 } },
    ];
    expect(new Set(all.map(identity)).size).toBe(all.length);
  });

  it("that never traded has no ratio, and counts", () => {
    const idle = defineStrategy({
      ...{ name: "idle", timeframe: "1h", history: 1, parameters: {} },
      ...{ features: () => ({}), decide: () => [] },
    });
    const none = trialOfEvaluation(evaluate(idle, universe));
    expect([none.trades, none.sharpe, none.return]).toEqual([0, Number.NaN, 0]);
    expect(readTrial(json(none))).toEqual(none);
  });
});

describe("nothing is too large to be counted", () => {
  it("keeps long texts and many values as hashes, by which two that differ still do", () => {
    const result = backtest(crossing(), universe, { timeframe: "1h" });
    const tried = (parameters: Record<string, string | number>) => {
      const [only] = result.strategies;
      const trial = trialOfBacktest({
        ...result,
        strategies: [{ ...only, name: "n".repeat(900), parameters }],
      });
      expect(readTrial(json(trial))).toEqual(trial);
      return trialIdentity(trial);
    };
    const long = "x".repeat(5000);
    const many = (last: number) =>
      Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`p${i}`, i === 899 ? last : i]));
    const all = [
      { a: long },
      { a: `${long}y` },
      { [long]: 1 },
      { [`${long}y`]: 1 },
      many(1),
      many(2),
      { a: Infinity },
    ];
    expect(new Set(all.map(tried)).size).toBe(all.length);
  });
});

describe("what is no trial", () => {
  const good = json(trialOfBacktest(backtest(crossing(), universe, { timeframe: "1h" }))) as Record<
    string,
    unknown
  >;
  const returns = good.returns as Record<string, unknown>;

  it.each([
    ["kind", "guess"],
    ["name", "x".repeat(201)],
    ["strategy", "abc"],
    ["parameters", [1]],
    ["parameters", { a: { b: 1 } }],
    ["settings", Object.fromEntries(Array.from({ length: 257 }, (_, i) => [i, i]))],
    ["startMs", 1.5],
    ["simulated", "yes"],
    ["result", undefined],
    ["trades", -1],
    ["return", "1"],
    ["periodsPerYear", 0],
    ["observations", null],
    ["returns", { ...returns, days: 3 }],
    ["returns", { ...returns, firstMs: 5 }],
    ["returns", { ...returns, values: "QQ==" }],
    ["returns", { ...returns, values: "!" }],
    ["returns", { ...returns, values: "AAAA".repeat(4000) }],
  ])("is refused by its %s", (field, value) => {
    expect(() => readTrial({ ...good, [field]: value })).toThrow(
      expect.objectContaining({ code: "trials.not-a-trial" }),
    );
  });

  it.each([[null], [[]], ["trial"], [7]])("is refused whole: %j", (value) => {
    expect(() => readTrial(value)).toThrow(expect.objectContaining({ code: "trials.not-a-trial" }));
  });
});
