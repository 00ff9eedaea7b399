import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BacktestOptions } from "#engine/backtest/options.ts";
import { backtest, unhashedBacktest } from "#engine/backtest/run.ts";
import { crossAbove, crossBelow, plus, rsi, sma } from "#engine/catalogue/vocabulary.ts";
import type { Sizing } from "#engine/sizing/sizing.ts";
import { defineStrategy, type Strategy } from "#engine/strategy/contract.ts";
import { int } from "#engine/strategy/parameters.ts";
import { backtestPoint, type SweepPoint, sweep } from "#engine/sweep/sweep.ts";
import { walks } from "../backtest/randomStrategies.ts";
import { numbers } from "../backtest/tables.ts";

const AVERAGES = { fast: int(3, 2, 20), slow: int(9, 3, 40) };

function averages(isShort: boolean): Strategy {
  return defineStrategy({
    name: "averages",
    timeframe: "1m",
    history: 45,
    parameters: AVERAGES,
    features: ({ close, parameters }) => ({
      fast: sma(close, parameters.fast),
      slow: sma(close, parameters.slow),
    }),
    signals: ({ fast, slow }) => ({
      enterLong: crossAbove(fast, slow),
      exitLong: crossBelow(fast, slow),
      ...(isShort && { enterShort: crossBelow(fast, slow), exitShort: crossAbove(fast, slow) }),
    }),
  });
}

/** Enters and leaves at levels, so that signals stay set for many candles on end. */
const bands = defineStrategy({
  name: "bands",
  timeframe: "1m",
  history: 45,
  parameters: { length: int(5, 2, 20) },
  features: ({ close, parameters }) => ({ rsi: rsi(close, parameters.length) }),
  signals: ({ rsi: value }) => ({
    enterLong: crossAbove(plus(value, 20), 50),
    exitLong: crossAbove(value, 70),
  }),
});

const points = (count: number) =>
  Array.from({ length: count }, (_, k) => ({ fast: 2 + (k % 5), slow: 8 + 3 * k }));

function expectSingle(
  strategy: Strategy,
  universe: ReturnType<typeof walks>,
  swept: SweepPoint,
  options: BacktestOptions,
) {
  const { parameters } = swept;
  const single = unhashedBacktest(strategy, universe, { ...options, parameters, path: "event" });
  expect(single.metrics).toMatchObject(swept.figures);
  // Compounded, the days come to the whole.
  const whole = swept.dailyReturns.reduce((product, change) => product * (1 + change), 1);
  const equity = numbers(single.equity, "equity");
  expect(whole).toBeCloseTo(equity[equity.length - 1] / single.metrics.startingBalance, 5);
}

describe("a sweep", () => {
  it("has at each point the figures of the single run on the event path, to the bit", () => {
    const seeds = fc.integer({ min: 1, max: 1_000_000 });
    const sizing: fc.Arbitrary<Sizing> = fc.constantFrom(
      { kind: "fixedFraction", fraction: 0.5 },
      { kind: "fixedFraction", fraction: 1 },
      { kind: "fixedAmount", amountQuote: 2000 },
      { kind: "volatilityTarget", targetVolatility: 0.3 },
      { kind: "kelly", fraction: 0.5, minTrades: 3 },
    );
    const options = fc.record({
      sizing,
      feeBps: fc.constantFrom(0, 10),
      slippageBps: fc.constantFrom(0, 5),
      leverage: fc.constantFrom(1, 2),
    });
    fc.assert(
      fc.property(seeds, options, fc.boolean(), (seed, given, isShort) => {
        const universe = walks(seed, 1, 4000);
        const all: BacktestOptions = isShort
          ? { ...given, marketType: "linear" }
          : { ...given, leverage: 1, markets: { "*": { amountStep: 0.001 } } };
        const strategy = averages(isShort);
        for (const point of sweep(strategy, universe, points(3), all)) {
          expectSingle(strategy, universe, point, all);
        }
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    ["over several markets", walks(5, 3, 400), {}],
    ["with stops", walks(6, 1, 900), { exits: { stopLoss: { kind: "fixed", fraction: 0.01 } } }],
    ["where a position is liquidated", walks(7, 1, 900), { marketType: "linear", leverage: 50 }],
    ["where orders are refused", walks(8, 1, 900), { markets: { "*": { minNotional: 9000 } } }],
  ] as const)("does what the lean loop cannot by single runs: %s", (_, universe, options) => {
    const strategy = averages("marketType" in options);
    for (const point of sweep(strategy, universe, points(3), options)) {
      expectSingle(strategy, universe, point, options);
    }
  });

  it("takes signals that stay set for many candles", () => {
    const universe = walks(11, 1, 3000);
    for (const point of sweep(bands, universe, [{ length: 3 }, { length: 5 }, { length: 14 }])) {
      expectSingle(bands, universe, point, {});
      expect(point.figures.tradeCount).toBeGreaterThan(3);
    }
  });

  it("names in each point the run that its own backtest is: the same figures, and that run's hash", () => {
    const universe = walks(12, 1, 2000);
    const strategy = averages(false);
    const options: BacktestOptions = { feeBps: 10 };
    const hashes = sweep(strategy, universe, points(4), options).map((point) => {
      const single = backtestPoint(strategy, universe, point, options);
      expect(single.hash).toBe(
        backtest(strategy, universe, { ...options, parameters: point.parameters }).hash,
      );
      expect(single.metrics).toMatchObject(point.figures);
      return single.hash;
    });
    expect(new Set(hashes).size).toBe(4);
  });

  it("refuses an empty list of points, and parameters beside the points", () => {
    const universe = walks(1, 1, 300);
    expect(() => sweep(bands, universe, [])).toThrow(/expected from 1 to 1000000 sets of parameters/);
    expect(() => sweep(bands, universe, [{ length: 3 }], { parameters: { length: 3 } })).toThrow(
      /expected them as its points/,
    );
    expect(() => sweep(bands, universe, [{ length: 300 }])).toThrow(/length/);
  });
});
