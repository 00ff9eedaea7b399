import { expect, test } from "vitest";
import { prepare } from "#engine/backtest/prepare.ts";
import type { Candles } from "#engine/candles/candles.ts";
import type { EngineError } from "#engine/core/errors.ts";
import { Feed } from "#engine/session/feed.ts";
import { Session } from "#engine/session/session.ts";
import { defineStrategy } from "#engine/strategy/contract.ts";
import { finish } from "./run.ts";
import { HOUR, hour } from "./situation.ts";

const still = (symbol: string, count: number): Candles & { readonly timestamp: Float64Array } => {
  const column = (value: number): Float64Array => new Float64Array(count).fill(value);
  return {
    symbol,
    exchange: "sim",
    timeframe: "1h",
    timestamp: Float64Array.from({ length: count }, (_, i) => hour(i)),
    open: column(100),
    high: column(100),
    low: column(100),
    close: column(100),
    volume: column(1),
  };
};

test("a candle that is told after the clock has passed its close is an error, and the past stays as it was", () => {
  const strategy = defineStrategy({
    name: "idle",
    timeframe: "1h",
    history: 1,
    features: () => ({}),
    decide: () => ({ orders: [] }),
  });
  const { settings } = finish(prepare(strategy, [still("A", 4), still("B", 4)], {}));
  const session = new Session(
    settings,
    ["A", "B"].map((symbol) => new Feed(symbol, still(symbol, 0))),
  );
  const tell = (market: string, n: number): void =>
    session.apply({
      kind: "candle",
      market,
      timestamp: hour(n),
      open: 100,
      high: 100,
      low: 100,
      close: 100,
      volume: 1,
    });
  tell("A", 0);
  session.apply({ kind: "clock", time: hour(1) });
  tell("A", 1);
  session.apply({ kind: "clock", time: hour(2) });
  let code = "";
  try {
    tell("B", 0);
  } catch (error) {
    code = (error as EngineError).code;
  }
  expect(code).toBe("session.candle-too-late");
  tell("B", 2);
  session.apply({ kind: "clock", time: hour(3) });
  expect(session.time).toBe(hour(3));
  expect([...(session.recorder.tables().equity.columns.time as Float64Array)]).toEqual(
    [1, 2, 3].map((n) => hour(0) + n * HOUR),
  );
});
