import { describe, expect, it } from "vitest";
import { EngineError } from "#engine/core/errors.ts";
import { normaliseDecision } from "#engine/strategy/decision.ts";

const universe = ["ADA/USDT", "BTC/USDT", "ETH/USDT"];
const time = Date.UTC(2024, 2, 1, 12, 5);

function normal(decision: unknown) {
  const isInView = (symbol: string) => symbol === "ADA/USDT" || symbol === "BTC/USDT";
  return normaliseDecision(decision, { strategy: "test", time, universe, isInView });
}

function errorOf(decision: unknown): EngineError {
  try {
    normal(decision);
  } catch (error) {
    if (error instanceof EngineError) return error;
  }
  throw new Error("expected an EngineError");
}

describe("decision", () => {
  it("keeps a list's order as the rank", () => {
    const { targets } = normal([
      { symbol: "BTC/USDT", weight: 0.25, score: 1 },
      { symbol: "ADA/USDT", weight: 0.75, score: 9 },
    ]);
    expect(targets.map(({ symbol }) => symbol)).toEqual(["BTC/USDT", "ADA/USDT"]);
  });

  it("ranks a record by weight from high to low, ties by symbol", () => {
    expect(normal({ "BTC/USDT": 0.5, "ADA/USDT": 0.5 }).targets.map(({ symbol }) => symbol)).toEqual([
      "ADA/USDT",
      "BTC/USDT",
    ]);
    expect(normal({ "ADA/USDT": -0.5, "BTC/USDT": 0.1 }).targets).toEqual([
      { symbol: "BTC/USDT", weight: 0.1, score: Number.NaN },
      { symbol: "ADA/USDT", weight: -0.5, score: Number.NaN },
    ]);
  });

  it("takes a weight of zero as no position", () => {
    expect(normal({ "BTC/USDT": 0, "ADA/USDT": -0 }).targets).toEqual([]);
    expect(normal([]).targets).toEqual([]);
  });

  it("divides weights by their absolute sum when that is above one, and only then", () => {
    const weights = (decision: unknown) => normal(decision).targets.map(({ weight }) => weight);
    expect(weights({ "BTC/USDT": 1, "ADA/USDT": -1 })).toEqual([0.5, -0.5]);
    expect(weights({ "BTC/USDT": 0.3, "ADA/USDT": 0.2 })).toEqual([0.3, 0.2]);
  });

  it("passes on the state that came with the targets", () => {
    expect(normal({ targets: { "BTC/USDT": 1 }, state: { seen: 2 } }).state).toEqual({ seen: 2 });
    expect(normal({ targets: [] }).state).toBeUndefined();
  });

  it.each([
    ["strategy.weight-not-finite", { "BTC/USDT": Number.NaN }],
    ["strategy.weight-not-finite", [{ symbol: "BTC/USDT", weight: Number.POSITIVE_INFINITY }]],
    ["strategy.weight-not-finite", [{ symbol: "BTC/USDT" }]],
    ["strategy.weight-not-finite", { "BTC/USDT": "1" }],
    ["strategy.weight-out-of-range", { "BTC/USDT": 1.01 }],
    ["strategy.unknown-symbol", { "BTC/USD": 1 }],
    ["strategy.unknown-symbol", { "ETH/USDT": 1 }],
    ["strategy.unknown-symbol", [{ symbol: "constructor", weight: 1 }]],
    ["strategy.duplicate-symbol", [1, 2].map(() => ({ symbol: "BTC/USDT", weight: 0.1 }))],
    ["strategy.no-decision", undefined],
    ["strategy.no-decision", null],
    ["strategy.no-decision", "BTC/USDT"],
    ["strategy.no-decision", ["BTC/USDT"]],
    ["strategy.no-decision", [{ weight: 1 }]],
    ["strategy.no-decision", { targets: null }],
    ["strategy.no-decision", [{ symbol: "BTC/USDT", weight: 1, score: "high" }]],
  ])("answers with %s to %j", (code, decision) => {
    const error = errorOf(decision);
    expect(error.code).toBe(code);
    expect(error.details).toMatchObject({ time, strategy: "test" });
    expect(error.message).toContain("2024-03-01 12:05 UTC");
  });

  it("suggests the nearest symbol, and says when a known one is not yet in view", () => {
    expect(errorOf({ "BTC/USD": 1 }).message).toContain('Did you mean "BTC/USDT"?');
    expect(errorOf({ "ETH/USDT": 1 }).message).toContain("has no closed candle yet");
  });
});
