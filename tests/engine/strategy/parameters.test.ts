import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { EngineError } from "#engine/core/errors.ts";
import {
  boolean,
  choice,
  decimal,
  int,
  type ParameterValues,
  parseParameters,
  resolveParameters,
} from "#engine/strategy/parameters.ts";

const specs = {
  rsiLength: int(14, 5, 30),
  maxAtr: decimal(0.05, 0.01, 0.1),
  isStrict: boolean(true),
  mode: choice("fast", ["fast", "slow"]),
};

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof EngineError) return error.code;
    throw error;
  }
  return "no error";
}

describe("parameters", () => {
  it("has the defaults for everything left out, in the order of the specs", () => {
    expect(resolveParameters(specs)).toEqual({ rsiLength: 14, maxAtr: 0.05, isStrict: true, mode: "fast" });
    expect(Object.keys(resolveParameters(specs, { mode: "slow", rsiLength: 7 }))).toEqual(Object.keys(specs));
  });

  it("takes every value of the range, the ends included, and nothing outside", () => {
    fc.assert(
      fc.property(fc.integer({ min: -100, max: 100 }), (value) => {
        const code = codeOf(() => resolveParameters(specs, { rsiLength: value }));
        expect(code).toBe(value >= 5 && value <= 30 ? "no error" : "strategy.parameter-out-of-range");
      }),
    );
  });

  it.each([
    ["a fraction for a whole number", { rsiLength: 14.5 }],
    ["NaN", { maxAtr: Number.NaN }],
    ["a text for a number", { maxAtr: "0.05" }],
    ["a number for a switch", { isStrict: 1 }],
    ["an option that is not there", { mode: "slowly" }],
    ["null", { rsiLength: null }],
  ])("refuses %s", (_, given) => {
    expect(codeOf(() => resolveParameters(specs, given))).toBe("strategy.parameter-out-of-range");
  });

  it("suggests the nearest name for an unknown parameter", () => {
    expect(() => resolveParameters(specs, { rsiLenght: 14 })).toThrow(/Did you mean "rsiLength"\?/);
    expect(codeOf(() => resolveParameters(specs, { rsiLenght: 14 }))).toBe("strategy.unknown-parameter");
    expect(codeOf(() => resolveParameters(specs, { toString: 1 }))).toBe("strategy.unknown-parameter");
  });

  it("says what was given and what was expected", () => {
    expect(() => resolveParameters(specs, { rsiLength: 99 })).toThrow(
      "Parameter rsiLength: 99 was given; expected a whole number from 5 to 30.",
    );
    expect(() => resolveParameters(specs, { mode: "slwo" })).toThrow('Did you mean "slow"?');
  });

  it("reads values from text by their specs", () => {
    const text = { rsiLength: "21", maxAtr: " 0.02 ", isStrict: "false", mode: "slow" };
    expect(parseParameters(specs, text)).toEqual({
      rsiLength: 21,
      maxAtr: 0.02,
      isStrict: false,
      mode: "slow",
    });
    const wrongs: Record<string, string>[] = [
      { rsiLength: "" },
      { rsiLength: "ten" },
      { isStrict: "yes" },
      { maxAtr: "1e9" },
    ];
    for (const wrong of wrongs) {
      expect(codeOf(() => parseParameters(specs, wrong))).toBe("strategy.parameter-out-of-range");
    }
  });

  it("refuses a spec whose default is outside its own range", () => {
    expect(codeOf(() => int(4, 5, 30))).toBe("strategy.bad-parameter");
    expect(codeOf(() => int(5.5, 5, 30))).toBe("strategy.bad-parameter");
    expect(codeOf(() => decimal(Number.NaN, 0, 1))).toBe("strategy.bad-parameter");
    expect(codeOf(() => choice("a", ["a", "a"]))).toBe("strategy.bad-parameter");
    // @ts-expect-error a default that is none of the options does not compile
    expect(codeOf(() => choice("c", ["a", "b"]))).toBe("strategy.bad-parameter");
  });

  it("keeps its group, its condition and a logarithmic scale, and nothing that was left out", () => {
    const trail = decimal(0.02, 0.001, 0.1, {
      scale: "log",
      group: "trailing",
      activeWhen: { parameter: "mode", is: "fast" },
    });
    expect(trail).toMatchObject({
      scale: "log",
      group: "trailing",
      activeWhen: { parameter: "mode", is: "fast" },
    });
    expect(boolean(true, { group: "stop" })).toEqual({ kind: "boolean", default: true, group: "stop" });
    expect(Object.keys(int(14, 5, 30, { scale: "linear" }))).toEqual([
      "kind",
      "default",
      "min",
      "max",
      "step",
    ]);
  });

  it("has the default of a parameter whose condition does not hold", () => {
    const conditional = { ...specs, trail: int(3, 1, 9, { activeWhen: { parameter: "mode", is: "slow" } }) };
    expect(resolveParameters(conditional, { mode: "fast" }).trail).toBe(3);
  });

  it("refuses a scale, a group and a logarithmic range that cannot be", () => {
    expect(codeOf(() => decimal(0.5, 0, 1, { scale: "log" }))).toBe("strategy.bad-parameter");
    // @ts-expect-error no such scale
    expect(codeOf(() => decimal(0.5, 0, 1, { scale: "logarithmic" }))).toBe("strategy.bad-parameter");
    // @ts-expect-error no such group
    expect(codeOf(() => boolean(true, { group: "entries" }))).toBe("strategy.bad-parameter");
  });

  it("types the values after the specs", () => {
    expectTypeOf<ParameterValues<typeof specs>>().toEqualTypeOf<{
      readonly rsiLength: number;
      readonly maxAtr: number;
      readonly isStrict: boolean;
      readonly mode: "fast" | "slow";
    }>();
  });

  it("cannot be written to", () => {
    expect(Object.isFrozen(specs.mode.options)).toBe(true);
    expect(Object.isFrozen(resolveParameters(specs))).toBe(true);
  });
});
