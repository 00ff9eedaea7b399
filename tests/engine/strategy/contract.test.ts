import { describe, expect, expectTypeOf, it } from "vitest";
import { EngineError } from "#engine/core/errors.ts";
import { defineStrategy, type StrategyDefinition } from "#engine/strategy/contract.ts";
import { boolean, choice, int } from "#engine/strategy/parameters.ts";

const least = { name: "least", timeframe: "5m", history: 1, features: () => ({}), decide: () => [] };

function errorOf(definition: unknown): EngineError {
  try {
    defineStrategy(definition as StrategyDefinition);
  } catch (error) {
    if (error instanceof EngineError) return error;
  }
  throw new Error("expected an EngineError");
}

describe("defineStrategy", () => {
  it("fills in every optional part and freezes what it made", () => {
    const strategy = defineStrategy(least);
    expect(strategy).toMatchObject({ description: "", informative: [], parameters: {}, state: null });
    for (const part of [strategy, strategy.informative, strategy.parameters])
      expect(Object.isFrozen(part)).toBe(true);
  });

  it.each([
    ["no name", { ...least, name: undefined }],
    ["a name with spaces", { ...least, name: "My strategy" }],
    ["a history of zero", { ...least, history: 0 }],
    ["a history of half a candle", { ...least, history: 1.5 }],
    ["features that are no function", { ...least, features: {} }],
    ["no decide", { ...least, decide: undefined }],
    ["an informative timeframe that is lower", { ...least, informative: ["1m"] }],
    ["an informative timeframe that is its own", { ...least, informative: ["5m"] }],
    ["an informative timeframe that does not divide", { ...least, informative: ["7m"] }],
    ["nothing", undefined],
  ])("refuses %s", (_, definition) => {
    expect(errorOf(definition).code).toBe("strategy.invalid");
  });

  it("refuses a timeframe that is none, and a state that is not plain", () => {
    expect(errorOf({ ...least, timeframe: "5 minutes" }).code).toBe("timeframe.unknown");
    expect(errorOf({ ...least, state: { seen: new Set() } }).code).toBe("strategy.state-not-plain");
  });

  it("suggests the nearest part for one that it does not know", () => {
    expect(errorOf({ ...least, paramters: {} }).message).toContain('Did you mean "parameters"?');
  });

  it("types what decide sees after the parameters, features and state of the definition", () => {
    defineStrategy({
      ...least,
      parameters: { length: int(14, 2, 50), isStrict: boolean(false), mode: choice("a", ["a", "b"]) },
      state: { seen: 0 },
      features: ({ close, parameters }) => {
        expectTypeOf(parameters.length).toEqualTypeOf<number>();
        return { last: close };
      },
      decide: ({ market, parameters, state }) => {
        expectTypeOf(parameters.mode).toEqualTypeOf<"a" | "b">();
        expectTypeOf(parameters.isStrict).toEqualTypeOf<boolean>();
        expectTypeOf(state.seen).toEqualTypeOf<number>();
        expectTypeOf(market.rows[0].features.last).toEqualTypeOf<number>();
        // @ts-expect-error a feature that was not defined does not compile
        market.rows[0].features.lost;
        return { targets: [], state: { seen: state.seen + 1 } };
      },
    });
  });
});
