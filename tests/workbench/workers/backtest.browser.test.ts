import { afterEach, describe, expect, test } from "vitest";
import type { Backtest } from "#engine/backtest/result.ts";
import { backtest } from "#engine/backtest/run.ts";
import { EngineError } from "#engine/core/errors.ts";
import * as engine from "#engine/index.ts";
import { linkStrategyText, sealedNames } from "#engine/strategy/link.ts";
import { linkedStrategy, strategyModule } from "#engine/strategy/module.ts";
import { numbersOf } from "#workbench/outputs/engineTable.ts";
import { ComputeClient } from "#workbench/workers/client.ts";
import { ComputePool } from "#workbench/workers/pool.ts";
import type { BacktestTask } from "#workbench/workers/protocol.ts";
import { spawnInPage } from "#workbench/workers/spawn.ts";
import { wanderingUniverse } from "./universe.ts";

const universe = wanderingUniverse(3, 1500);
const module = strategyModule(
  [
    'import { defineStrategy, sma } from "walkforward";',
    "export default defineStrategy({",
    '  name: "above-average",',
    '  timeframe: "5m",',
    "  history: 20,",
    "  state: { seen: 0 },",
    "  features: ({ close }) => ({ average: sma(close, 10) }),",
    "  decide: ({ market, state }) => ({",
    "    signals: market.rows.map(({ symbol, candle, features }) => ({",
    '      symbol, direction: candle.close > features.average ? "long" : "flat",',
    "    })),",
    "    state: { seen: state.seen + 1 },",
    "  }),",
    '  exits: { stopLoss: { kind: "fixed", fraction: 0.01 } },',
    "});",
    "",
  ].join("\n"),
);
const options = { maxOpenPositions: 3, risk: { dailyLoss: { fraction: 0.02 } } } as const;
const task: BacktestTask = {
  strategies: [{ strategy: { kind: "module", ...module } }],
  candles: universe,
  options,
};

/** The same strategy, linked here. */
function strategyHere(): engine.Strategy {
  const body = new Function("walkforward", linkStrategyText(module.text, Object.keys(engine)));
  return linkedStrategy(() => body(sealedNames(engine)), module);
}

let client: ComputeClient | undefined;
const started = (): ComputeClient => {
  client = new ComputeClient(spawnInPage, { allowModules: true });
  return client;
};
afterEach(() => client?.dispose());

describe("a backtest in a worker", () => {
  test("answers with the hash and the tables that a direct call of the engine gives", async () => {
    const direct = backtest(strategyHere(), universe, options);
    const there = await started().backtest(task);
    expect(there.hash).toBe(direct.hash);
    expect(there.trades).toEqual(direct.trades);
    expect(there.equity).toEqual(direct.equity);
    expect(there.trades.rows).toBeGreaterThan(20);
  });

  test("several strategies share an account, each with its symbols", async () => {
    const names = universe.map(({ symbol }) => symbol);
    const shares = [
      {
        strategy: { kind: "module" as const, ...module },
        share: { weight: 0.5, symbols: names.slice(0, 1) },
      },
      {
        strategy: { kind: "builtIn" as const, name: "momentum-rank" },
        share: { weight: 0.5, symbols: names.slice(1) },
      },
    ];
    const result = await started().backtest({ ...task, strategies: shares });
    expect(result.strategies.map(({ name, symbols }) => [name, symbols])).toEqual([
      ["above-average", names.slice(0, 1)],
      ["momentum-rank", names.slice(1)],
    ]);
  });

  test("a rule that divides their capital goes along as text, and the result is that of a direct call", async () => {
    const names = universe.map(({ symbol }) => symbol);
    const capital = strategyModule(
      [
        'import { defineCapital, sma } from "walkforward";',
        "export default defineCapital({",
        '  every: "1h",',
        "  features: ({ close }) => ({ close, average: sma(close, 30) }),",
        "  weights: ({ features }) => (features.close > features.average ? [0.9, 0.1] : [0.2, 0.8]),",
        "});",
        "",
      ].join("\n"),
    );
    const body = new Function("walkforward", linkStrategyText(capital.text, Object.keys(engine)));
    const rule = engine.linkedCapital(() => body(sealedNames(engine)), capital);
    const parts = [names.slice(0, 1), names.slice(1)].map((symbols) => ({ symbols }));
    const direct = backtest(
      { strategies: parts.map((share) => ({ ...share, strategy: strategyHere() })), capital: rule },
      universe,
      options,
    );
    const strategies = parts.map((share) => ({
      strategy: { kind: "module" as const, ...module },
      share,
    }));
    const there = await started().backtest({ ...task, strategies, capital });
    expect(there.hash).toBe(direct.hash);
    expect(there.assumptions.record.capitalRule).toBe(capital.hash);
    const fixed = await started().backtest({ ...task, strategies });
    expect(fixed.trades).not.toEqual(there.trades);
  });

  test("candles that say what happened inside travel beside the universe", async () => {
    const hourly = universe.map((candles) => engine.resample(candles, "1h"));
    const given = { ...options, timeframe: "1h", detail: universe };
    const direct = backtest(strategyHere(), hourly, given);
    const there = await started().backtest({ ...task, candles: hourly, options: given });
    expect(there.hash).toBe(direct.hash);
  });

  test("a mistake in the options comes back with its code, code among them is refused before it starts", async () => {
    const failure = async (wrong: object): Promise<unknown> =>
      started()
        .backtest({ ...task, options: wrong })
        .catch((error: unknown) => error);
    const unknown = await failure({ startingBalnce: 5 });
    expect(unknown).toBeInstanceOf(EngineError);
    expect(unknown).toMatchObject({
      code: "backtest.unknown-option",
      details: { nearest: "startingBalance" },
    });
    expect(await failure({ fees: () => 0 })).toMatchObject({ code: "backtest.options-not-plain" });
  });

  test("is canceled at once, and its worker serves the next", async () => {
    const pool = new ComputePool(spawnInPage, { size: 1, allowModules: true });
    const abort = new AbortController();
    const call = pool.backtest(task, { signal: abort.signal }).catch((error: unknown) => error);
    abort.abort();
    expect(await call).toMatchObject({ code: "canceled" });
    expect((await pool.backtest(task)).trades.rows).toBeGreaterThan(20);
    pool.dispose();
  });
});

describe("stepping through a backtest", () => {
  const stepAt = (
    worker: ComputeClient,
    result: Backtest,
    index: number,
    back = 10,
  ): ReturnType<ComputeClient["step"]> => {
    const time = numbersOf(result.equity, "time");
    const times = time.slice(Math.max(0, index - back), index + 1);
    return worker.step(task, { index, times, isLast: index === time.length - 1 });
  };

  test("shows the account of the result at every step, forwards, backwards and at random", async () => {
    const worker = started();
    const result = await worker.backtest(task);
    const equity = numbersOf(result.equity, "equity");
    const cash = numbersOf(result.equity, "cash");
    const last = equity.length - 1;
    for (const index of [0, 1, 2, 300, 301, 299, 295, 280, 40, last, last - 1, 700, 0]) {
      const view = await stepAt(worker, result, index);
      expect([index, view.index, view.time]).toEqual([index, index, numbersOf(result.equity, "time")[index]]);
      expect([index, view.account.equity, view.account.cash]).toEqual([index, equity[index], cash[index]]);
    }
  });

  test("tells each fill once, at its own step, and the strategy's memory counts its decisions", async () => {
    const worker = started();
    const result = await worker.backtest(task);
    const time = numbersOf(result.equity, "time");
    const fills = numbersOf(result.fills, "time");
    for (let index = 0; index < 200; index++) {
      const view = await stepAt(worker, result, index);
      const told = view.events.filter(({ kind }) => kind === "fill").length;
      const step = time[1] - time[0];
      // A fill at the open bears the candle's open time, one inside its last millisecond: both before its close.
      const expected = fills.filter((at) => at >= time[index] - step && at < time[index]).length;
      expect([index, told]).toEqual([index, expected]);
      expect(JSON.parse(view.strategies[0].state)).toEqual({ seen: index + 1 });
    }
  });

  test("shows no candle and no feature that had not closed, and the orders and positions of that time", async () => {
    const worker = started();
    const result = await worker.backtest(task);
    const view = await stepAt(worker, result, 250);
    expect(view.markets.map(({ symbol }) => symbol)).toEqual(universe.map(({ symbol }) => symbol));
    for (const { symbol, timestamp, close, features } of view.markets) {
      const candles = universe.find((one) => one.symbol === symbol)!;
      const row = candles.timestamp.findLastIndex((open) => open + 300_000 <= view.time);
      const mean = candles.close.subarray(row - 9, row + 1).reduce((sum, value) => sum + value, 0) / 10;
      expect([timestamp, close]).toEqual([candles.timestamp[row], candles.close[row]]);
      expect(features.average / mean).toBeCloseTo(1, 10);
    }
    expect(view.strategies[0].kind).toBe("signals");
    for (const { symbol, amount, stopPrice } of view.positions) {
      expect(amount).toBeGreaterThan(0);
      expect(view.orders.some((order) => order.symbol === symbol && order.triggerPrice === stopPrice)).toBe(
        true,
      );
    }
  });
});
