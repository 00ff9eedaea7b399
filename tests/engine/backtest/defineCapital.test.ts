import { describe, expect, it } from "vitest";
import { defineCapital, linkedCapital } from "#engine/backtest/defineCapital.ts";
import type { CapitalRule } from "#engine/backtest/options.ts";
import { backtest } from "#engine/backtest/run.ts";
import { step } from "#engine/catalogue/vocabulary.ts";
import { EngineError } from "#engine/core/errors.ts";
import { strategyModule } from "#engine/strategy/module.ts";
import { crossing, FIRST, walks } from "./randomStrategies.ts";

const universe = walks(31, 4, 300)
  .filter(({ timestamp }) => timestamp[0] === FIRST)
  .slice(0, 2);
const half: CapitalRule = { every: "1h", weights: () => [0.5, 0.5] };

const run = (capital: CapitalRule) =>
  backtest(
    { strategies: universe.map(({ symbol }) => ({ strategy: crossing(), symbols: [symbol] })), capital },
    universe,
  );

describe("a rule that divides capital", () => {
  it("is checked where it is defined, and says what is wrong with it", () => {
    const wrong: [unknown, RegExp][] = [
      [null, /is null/],
      [() => [1], /is a function/],
      [{ weights: () => [1] }, /nothing of every/],
      [{ every: "1h" }, /has no weights/],
      [{ ...half, wieghts: half.weights }, /Did you mean weights\?/],
      [{ ...half, features: 5 }, /features that are no function/],
      [{ ...half, symbol: 5 }, /a symbol that is no text/],
    ];
    for (const [rule, message] of wrong) {
      expect(() => defineCapital(rule as CapitalRule)).toThrow(message);
      expect(() => defineCapital(rule as CapitalRule)).toThrow(EngineError);
    }
    expect(() => defineCapital({ ...half, every: "soon" })).toThrow(EngineError);
  });

  it("is itself once defined, and can no longer be changed", () => {
    const rule = defineCapital(half);
    expect(rule).toEqual(half);
    expect(Object.isFrozen(rule)).toBe(true);
    expect(run(rule).hash).toBe(run(half).hash);
  });

  it("is in the hash of the result, though the money went the same way", () => {
    const other = run({ every: "1h", weights: () => [1 / 2, 1 / 2] });
    const result = run(half);
    expect(other.trades).toEqual(result.trades);
    expect(other.hash).not.toBe(result.hash);
  });

  it("of a module has the module's hash, and weights that know nothing of what its features' steps left behind", () => {
    const module = strategyModule("the text");
    const seen: number[] = [];
    const evaluateModule = (): CapitalRule => {
      let last = Number.NaN;
      return {
        every: "1h",
        features: ({ close }) => ({ kept: step([close], () => (value: number) => (last = value)) }),
        weights: () => {
          seen.push(last);
          return [0.5, 0.5];
        },
      };
    };
    const { assumptions } = run(linkedCapital(evaluateModule, module));
    expect(assumptions.record.capitalRule).toBe(module.hash);
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.every((value) => Number.isNaN(value))).toBe(true);
  });
});
