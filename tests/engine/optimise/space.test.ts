import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cell, decode, encode, levelAt, levelCount } from "#engine/optimise/dimension.ts";
import { searchSpace } from "#engine/optimise/searchSpace.ts";
import { Space } from "#engine/optimise/space.ts";
import { boolean, choice, decimal, int } from "#engine/strategy/parameters.ts";
import { anySpace, codeOf, everyKind } from "./spaces.ts";

const specs = {
  length: int(14, 5, 30, { group: "entry" }),
  level: decimal(0.5, 0.1, 0.9, { group: "entry" }),
  exit: choice("fixed", ["fixed", "trailing"], { group: "exit" }),
  distance: decimal(0.02, 0.01, 0.1, {
    group: "trailing",
    activeWhen: { parameter: "exit", is: "trailing" },
  }),
  isStrict: boolean(false),
};

describe("a search space", () => {
  it("has the declared parameters, each with its range, its group and its condition", () => {
    expect(searchSpace(specs).dimensions).toEqual([
      { name: "length", kind: "int", min: 5, max: 30, step: 1, scale: "linear", group: "entry" },
      { name: "level", kind: "decimal", min: 0.1, max: 0.9, step: 0, scale: "linear", group: "entry" },
      { name: "exit", kind: "choice", values: ["fixed", "trailing"], group: "exit" },
      {
        name: "distance",
        kind: "decimal",
        min: 0.01,
        max: 0.1,
        step: 0,
        scale: "linear",
        group: "trailing",
        activeWhen: { parameter: "exit", values: ["trailing"] },
      },
      { name: "isStrict", kind: "boolean", values: [false, true] },
    ]);
  });

  it("is narrowed to groups, to parts of ranges, and to held values", () => {
    const names = (space: Space): string[] => space.dimensions.map(({ name }) => name);
    expect(names(searchSpace(specs, { groups: ["entry"] }))).toEqual(["length", "level"]);
    expect(names(searchSpace(specs, { groups: ["exit"], parameters: { isStrict: {} } }))).toEqual([
      "exit",
      "isStrict",
    ]);
    const narrow = searchSpace(specs, {
      groups: [],
      parameters: { length: { min: 10, max: 20, step: 5 }, level: 0.3, exit: { options: ["trailing"] } },
    });
    expect(narrow.size).toBe(3);
    expect([0, 1, 2].map((rank) => narrow.pointAt(rank))).toEqual([
      { length: 10, level: 0.3, exit: "trailing" },
      { length: 15, level: 0.3, exit: "trailing" },
      { length: 20, level: 0.3, exit: "trailing" },
    ]);
  });

  it("takes a whole number's slider step as its step, and tries decimals anywhere unless a step is given", () => {
    const space = searchSpace({ a: int(10, 0, 20, { step: 5 }), b: decimal(0.5, 0, 1) });
    expect(space.dimensions.map(levelCount)).toEqual([5, Infinity]);
    const stepped = searchSpace({ b: decimal(0.3, 0, 0.3) }, { parameters: { b: { step: 0.1 } } });
    expect([0, 1, 2, 3].map((level) => levelAt(stepped.dimensions[0], level))).toEqual([0, 0.1, 0.2, 0.3]);
  });

  it("leaves out what is inactive at a point, and puts parents before their children", () => {
    const { distance, exit } = specs;
    const space = searchSpace({ distance, exit });
    expect(space.dimensions.map(({ name }) => name)).toEqual(["exit", "distance"]);
    expect(space.decode([0.2, 0.5])).toEqual({ exit: "fixed" });
    expect(space.decode([0.8, 0.5])).toEqual({ exit: "trailing", distance: 0.055 });
    expect(space.require({ exit: "fixed", distance: 0.05 })).toEqual({ exit: "fixed" });
    expect(space.key({ exit: "fixed" })).not.toBe(space.key({ exit: "trailing", distance: 0.01 }));
  });

  it("decides a condition by the default of a parent that is not searched", () => {
    const groups = { groups: ["trailing", "entry"] } as const;
    expect(searchSpace(specs, groups).dimensions).toHaveLength(2);
    const trailing = { ...specs, exit: choice("trailing", ["fixed", "trailing"], { group: "exit" }) };
    expect(searchSpace(trailing, groups).dimensions.map(({ name }) => name)).toEqual([
      "length",
      "level",
      "distance",
    ]);
    // What a parent that is left out waits for, its child waits for.
    const chain = {
      a: boolean(true, { group: "entry" }),
      b: boolean(true, { group: "exit", activeWhen: { parameter: "a", is: true } }),
      c: int(1, 1, 3, { group: "entry", activeWhen: { parameter: "b", is: true } }),
    };
    expect(searchSpace(chain, { groups: ["entry"] }).dimensions[1].activeWhen).toEqual({
      parameter: "a",
      values: [true],
    });
  });

  it("takes back every point that it gives out, and has a key for each", () => {
    fc.assert(
      fc.property(
        anySpace({ isCountable: false }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }),
        (space, units) => {
          const point = space.decode(units);
          expect(space.decode(space.encode(point))).toEqual(point);
          expect(space.require(point)).toEqual(point);
          expect(space.key(space.require(JSON.parse(JSON.stringify(point))))).toBe(space.key(point));
        },
      ),
    );
  });

  it("counts its points and lists each once, in rows", () => {
    fc.assert(
      fc.property(anySpace({ isCountable: true }), (space) => {
        fc.pre(space.size <= 20_000);
        const keys = new Set<string>();
        for (let rank = 0; rank < space.size; rank++) {
          const point = space.pointAt(rank);
          expect(space.require(point)).toEqual(point);
          keys.add(space.key(point));
        }
        expect(keys.size).toBe(space.size);
        // Nothing is left out: whatever is drawn is in the list.
        for (let i = 0; i < 20; i++) {
          const units = space.dimensions.map((_, k) => ((i * 7 + k * 3) % 20) / 20);
          expect(keys.has(space.key(space.decode(units)))).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("gives equal parts of a side to levels, and parts by the logarithm on a logarithmic scale", () => {
    const [linear, log] = searchSpace({ a: int(1, 1, 4), b: int(1, 1, 4, { scale: "log" }) }).dimensions;
    expect([0, 1, 2, 3].map((level) => cell(linear, level))).toEqual([
      [0, 0.25],
      [0.25, 0.5],
      [0.5, 0.75],
      [0.75, 1],
    ]);
    // 0.5 … 1.5 … 2.5 … 3.5 … 4.5: what is rounded to 1, 2, 3 and 4.
    for (const level of [0, 1, 2, 3]) {
      const [low, high] = cell(log, level);
      expect(low).toBeCloseTo(Math.log((level + 0.5) / 0.5) / Math.log(9), 12);
      expect(high).toBeCloseTo(Math.log((level + 1.5) / 0.5) / Math.log(9), 12);
      expect(decode(log, low + 1e-9)).toBe(level + 1);
      expect(decode(log, high - 1e-9)).toBe(level + 1);
    }
  });

  it("gives the whole side to a parameter that is held, on any scale", () => {
    const held = searchSpace({ a: decimal(0.1, 0.01, 1, { scale: "log" }) }, { parameters: { a: 0.1 } });
    expect(cell(held.dimensions[0], 0)).toEqual([0, 1]);
    expect([0, 0.5, 1].map((unit) => decode(held.dimensions[0], unit))).toEqual([0.1, 0.1, 0.1]);
  });

  it("spreads a continuous logarithmic range by its logarithm", () => {
    const [dimension] = searchSpace({ a: decimal(1, 0.01, 100, { scale: "log" }) }).dimensions;
    expect([0, 0.25, 0.5, 1].map((unit) => decode(dimension, unit))).toEqual([0.01, 0.1, 1, 100]);
    expect(encode(dimension, 10)).toBeCloseTo(0.75, 12);
  });
});

describe("a search space that cannot be", () => {
  it.each([
    ["no parameters", "optimise.empty-space", () => searchSpace({})],
    ["none of the groups", "optimise.empty-space", () => searchSpace(specs, { groups: ["roi"] })],
    ["no dimensions", "optimise.empty-space", () => new Space([])],
    [
      "a narrowed name that is not declared",
      "optimise.unknown-parameter",
      () => searchSpace(specs, { parameters: { lenght: 7 } }),
    ],
    [
      "a range without a number",
      "optimise.bad-range",
      () => searchSpace(specs, { parameters: { length: { min: 20, max: 10 } } }),
    ],
    [
      "a range beyond the declared one",
      "optimise.bad-range",
      () => searchSpace(specs, { parameters: { length: { max: 40 } } }),
    ],
    [
      "a fraction as an end of whole numbers",
      "optimise.bad-range",
      () => searchSpace(specs, { parameters: { length: { min: 5.5 } } }),
    ],
    [
      "a step of zero for whole numbers",
      "optimise.bad-range",
      () => searchSpace(specs, { parameters: { length: { step: 0 } } }),
    ],
    [
      "a logarithmic scale from zero",
      "optimise.bad-range",
      () => searchSpace({ a: decimal(0, 0, 1) }, { parameters: { a: { scale: "log" } } }),
    ],
    [
      "options that are not declared",
      "optimise.bad-range",
      () => searchSpace(specs, { parameters: { exit: { options: ["none"] } } }),
    ],
    ["no options", "optimise.bad-range", () => searchSpace(specs, { parameters: { exit: { options: [] } } })],
    [
      "a range for a choice",
      "optimise.bad-range",
      () => searchSpace(specs, { parameters: { exit: { min: 1 } } }),
    ],
    [
      "a held value out of range",
      "optimise.bad-range",
      () => searchSpace(specs, { parameters: { length: 99 } }),
    ],
    [
      "a condition upon nobody",
      "optimise.unknown-parameter",
      () => searchSpace({ a: int(1, 1, 2, { activeWhen: { parameter: "b", is: 1 } }) }),
    ],
    [
      "a condition that never holds",
      "optimise.bad-condition",
      () => searchSpace({ a: boolean(true), b: int(1, 1, 2, { activeWhen: { parameter: "a", is: "yes" } }) }),
    ],
    [
      "conditions in a circle",
      "optimise.bad-condition",
      () =>
        searchSpace({
          a: int(1, 1, 2, { activeWhen: { parameter: "b", is: 1 } }),
          b: int(1, 1, 2, { activeWhen: { parameter: "a", is: 1 } }),
        }),
    ],
  ])("with %s is an error of its own", (_, code, make) => {
    expect(codeOf(make)).toBe(code);
  });

  it.each([
    ["a value out of range", { length: 4 }],
    ["a value between two steps", { length: 14.5 }],
    ["an unknown name", { lenght: 14 }],
    ["nothing for a parameter", {}],
  ])("refuses %s in a point, and says which", (_, values) => {
    const space = searchSpace(specs, { groups: [], parameters: { length: {} } });
    expect(codeOf(() => space.require(values))).toBe("optimise.not-in-space");
    expect(() => space.require({ lenght: 14 })).toThrow('Did you mean "length"?');
  });

  it("tells the size of a space with a continuous parameter as infinite", () => {
    expect(everyKind.size).toBe(Infinity);
  });
});
