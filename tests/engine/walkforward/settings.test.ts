import { describe, expect, it } from "vitest";
import type { Candles } from "#engine/candles/candles.ts";
import { EngineError } from "#engine/core/errors.ts";
import { momentumRank } from "#engine/strategies/index.ts";
import { defineStrategy } from "#engine/strategy/contract.ts";
import { evaluate } from "#engine/walkforward/evaluate.ts";
import type { EvaluateOptions } from "#engine/walkforward/settings.ts";
import { selectSymbols } from "#engine/walkforward/universe.ts";
import { candlesOf } from "./handMade.ts";

const rows = Array.from({ length: 400 }, (_, i) => [100 + (i % 7), 108, 99, 100 + ((i + 1) % 7), 5]);
const [a, b] = ["A", "B"].map((symbol) => candlesOf(symbol, rows));
const at = (row: number) => a.timestamp[row];
const hourly = defineStrategy({
  name: "hourly",
  timeframe: "15m",
  informative: ["1h"],
  history: 5,
  features: () => ({}),
  decide: () => [],
});

function errorOf(work: () => unknown): EngineError {
  try {
    work();
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error("expected an EngineError");
}

describe("settings that cannot be meant", () => {
  it.each([
    ["walkforward.end-before-start", { startMs: at(350), endMs: at(340) }],
    ["walkforward.end-before-start", { startMs: at(350), endMs: at(350) }],
    ["walkforward.too-little-history", { endMs: at(200) }],
    ["walkforward.window-shorter-than-timeframe", { windowMs: 299_999 }],
    ["walkforward.shift-not-positive", { shiftMs: 0 }],
    ["walkforward.shift-not-positive", { shiftMs: -1 }],
    ["walkforward.not-milliseconds", { shiftMs: 0.5 }],
    ["walkforward.not-milliseconds", { windowMs: Number.NaN }],
    ["walkforward.not-milliseconds", { startMs: Number.POSITIVE_INFINITY }],
    ["walkforward.cost-out-of-range", { feeBps: -1 }],
    ["walkforward.cost-out-of-range", { feeBps: Number.NaN }],
    ["walkforward.cost-out-of-range", { feeBps: 6000, slippageBps: 4000 }],
    ["walkforward.seed-not-finite", { seed: Number.NaN }],
    ["walkforward.timeframe-finer-than-data", { timeframe: "1m" }],
    ["walkforward.timeframe-finer-than-data", { timeframe: "7m" }],
    ["walkforward.too-many-slices", { startMs: at(310), shiftMs: 1 }],
    ["walkforward.no-candles", { startMs: 86_400_000, endMs: 172_800_000 }],
    ["walkforward.unknown-option", { window: 1 }],
    ["timeframe.unknown", { timeframe: "5 min" }],
  ])("are answered with %s for %j", (code, options) => {
    expect(errorOf(() => evaluate(momentumRank, [a, b], options as EvaluateOptions)).code).toBe(code);
  });

  it("say what was given, what was expected and the nearest name", () => {
    expect(errorOf(() => evaluate(momentumRank, [a], { startMs: at(350), endMs: at(340) })).message).toBe(
      "endMs, 2024-02-02 04:20 UTC, is not after startMs, 2024-02-02 05:10 UTC. " +
        "The candles reach from 2024-02-01 00:00 UTC to 2024-02-02 09:20 UTC.",
    );
    const misspelt = { windowsMs: 1 } as Record<string, number>;
    expect(errorOf(() => evaluate(momentumRank, [a], misspelt)).message).toContain(
      'Did you mean "windowMs"?',
    );
    expect(errorOf(() => evaluate(momentumRank, [a], { timeframe: "1m" })).message).toContain(
      'timeframe: "5m"',
    );
  });

  it("name the informative timeframe that another timeframe would not reach", () => {
    expect(evaluate(hourly, [a], { windowMs: 3_600_000 }).settings.timeframe).toBe("15m");
    const error = errorOf(() => evaluate(hourly, [a], { timeframe: "1h" }));
    expect(error.code).toBe("walkforward.informative-not-higher");
  });
});

describe("a universe that cannot be evaluated", () => {
  const broken = (
    change: Partial<Record<"open" | "high" | "low" | "close" | "volume" | "timestamp", number>>,
  ): Candles => {
    const copy = { ...a };
    for (const [name, value] of Object.entries(change)) {
      Object.assign(copy, { [name]: a[name as "open"].map((old, i) => (i === 250 ? value : old)) });
    }
    return copy;
  };

  it.each<[string, Candles[]]>([
    ["universe.empty", []],
    ["universe.empty", [candlesOf("A", [])]],
    ["universe.duplicate-symbol", [a, a]],
    ["universe.mixed", [a, { ...b, exchange: "other" }]],
    ["universe.mixed", [a, { ...b, timeframe: "15m" }]],
    ["universe.unusable-candles", [broken({ close: Number.NaN })]],
    ["universe.unusable-candles", [broken({ open: 0, low: 0 })]],
    ["universe.unusable-candles", [broken({ high: Number.POSITIVE_INFINITY })]],
    ["universe.unusable-candles", [broken({ high: 90 })]],
    ["universe.unusable-candles", [broken({ volume: -1 })]],
    ["universe.unusable-candles", [broken({ timestamp: at(249) })]],
  ])("is answered with %s", (code, universe) => {
    expect(errorOf(() => evaluate(momentumRank, universe, { startMs: at(310) })).code).toBe(code);
  });

  it("names the symbol and the first fault, and leaves alone what lies outside the span", () => {
    const universe = [b, broken({ close: Number.NaN })];
    const error = errorOf(() => evaluate(momentumRank, universe, { startMs: at(310) }));
    expect(error.message).toContain("A at 2024-02-01 20:50 UTC: close is NaN");
    const early = evaluate(momentumRank, universe, { startMs: at(150), endMs: at(240) });
    expect(early.slices.total).toBeGreaterThan(0);
  });

  it("suggests the nearest symbol for an unknown one", () => {
    const universe = [candlesOf("BTC/USDT", rows), candlesOf("ETH/USDT", rows)];
    expect(selectSymbols(universe, ["ETH/USDT"])).toEqual([universe[1]]);
    const error = errorOf(() => selectSymbols(universe, ["BTC/USD"]));
    expect(error.code).toBe("universe.unknown-symbol");
    expect(error.message).toContain('Did you mean "BTC/USDT"?');
  });
});
