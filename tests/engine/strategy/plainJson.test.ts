import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainJson } from "#engine/strategy/plainJson.ts";

describe("a strategy's state", () => {
  it("is a frozen copy that equals what JSON makes of it", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const copy = plainJson(value, "state");
        expect(copy).toEqual(value);
        expect(copy === null || typeof copy !== "object" || (Object.isFrozen(copy) && copy !== value)).toBe(
          true,
        );
      }),
    );
  });

  it.each([
    ["NaN", { a: [Number.NaN] }, "state.a[0]"],
    ["undefined", { a: undefined }, "state.a"],
    ["a date", { when: new Date(0) }, "state.when"],
    ["a map", [new Map()], "state[0]"],
    ["a function", { f: () => 1 }, "state.f"],
    ["a big number", 1n, "state"],
  ])("refuses %s and says where it is", (_, value, path) => {
    expect(() => plainJson(value, "state")).toThrow(
      expect.objectContaining({ code: "strategy.state-not-plain" }),
    );
    expect(() => plainJson(value, "state")).toThrow(path);
  });

  it("refuses a record that holds itself, and takes one that is there twice", () => {
    const loop: Record<string, unknown> = {};
    loop.again = { loop };
    expect(() => plainJson(loop, "state")).toThrow("a reference to itself");
    const shared = { one: 1 };
    expect(plainJson([shared, shared], "state")).toEqual([{ one: 1 }, { one: 1 }]);
  });
});
