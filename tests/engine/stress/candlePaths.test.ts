import { describe, expect, it } from "vitest";
import { unhashedBacktest } from "#engine/backtest/run.ts";
import { crossAbove, crossBelow, sma } from "#engine/catalogue/vocabulary.ts";
import { defineStrategy } from "#engine/strategy/contract.ts";
import { candlePathPart, candlePaths, joinCandlePaths, ownCurve } from "#engine/stress/candlePaths.ts";
import { perturbCandles } from "#engine/stress/perturbCandles.ts";
import { hours, walk } from "./made.ts";

const cross = defineStrategy({
  name: "cross",
  timeframe: "1h",
  history: 30,
  features: ({ close }) => ({ fast: sma(close, 5), slow: sma(close, 20) }),
  signals: ({ fast, slow }) => ({ enterLong: crossAbove(fast, slow), exitLong: crossBelow(fast, slow) }),
});
const universe = [walk("A/USDT", hours(500)), walk("B/USDT", hours(500))];

const finished = <T>(steps: Generator<unknown, T, void>): T => {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
};

describe("a backtest on changed candles", () => {
  const task = {
    perturbation: { kind: "bootstrap" as const, blockBars: 10 },
    seed: 3,
    paths: 7,
    mostSteps: 20,
  };

  it("is, path for path, the backtest of that changed universe", () => {
    const found = candlePaths(cross, universe, task);
    for (const path of [0, 6]) {
      const changed = perturbCandles(universe, task.perturbation, { seed: 3, path });
      const { metrics, equity } = unhashedBacktest(cross, changed);
      expect(found.finalEquity[path]).toBe(metrics.finalEquity / metrics.startingBalance);
      expect(found.maxDrawdown[path]).toBe(metrics.maxDrawdown);
      expect(found.sharpe[path]).toBe(metrics.sharpe);
      expect(found.trades[path]).toBe(metrics.tradeCount);
      const lowest = Math.min(...(equity.columns.equity as Float64Array));
      expect(found.lowestEquity[path]).toBe(Math.min(lowest, 10_000) / 10_000);
    }
    expect(new Set(found.finalEquity).size).toBe(7);
  });

  it("is the same in whatever parts it is done, in whatever order they come", () => {
    const whole = candlePaths(cross, universe, task);
    const parts = [
      [5, 2],
      [0, 3],
      [3, 2],
    ].map(([from, count]) => finished(candlePathPart(cross, universe, { ...task, from, count })));
    expect(joinCandlePaths(parts, task)).toEqual(whole);
  });

  it("is the backtest itself where the noise is none", () => {
    const found = candlePaths(cross, universe, {
      perturbation: { kind: "noise", noise: 0 },
      paths: 3,
      quantiles: [0, 0.5, 1],
    });
    const own = unhashedBacktest(cross, universe);
    const curve = ownCurve(own, found.times);
    for (const band of found.bands) expect(band).toEqual(curve);
    expect(curve[0]).toBe(1);
    expect(curve[curve.length - 1]).toBe(own.metrics.finalEquity / own.metrics.startingBalance);
    expect(found.maxDrawdown[1]).toBe(own.metrics.maxDrawdown);
  });

  it("tells how far it is, path by path", () => {
    const steps = candlePathPart(cross, universe, { ...task, count: 2 });
    expect(steps.next().value).toEqual({ done: 1, total: 2 });
    expect(steps.next().value).toEqual({ done: 2, total: 2 });
    expect(steps.next().done).toBe(true);
  });

  it("is refused with columns that belong to the candles as they were", () => {
    const [a] = universe;
    expect(() => candlePaths(cross, [a], { ...task, options: { detail: [a] } })).toThrowError(
      expect.objectContaining({ code: "stress.other-columns", details: { option: "detail" } }),
    );
  });
});
