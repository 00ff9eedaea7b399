import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GrowingNumbers, GrowingTexts } from "#engine/core/growable.ts";

describe("growing columns", () => {
  it("hold the numbers that were pushed and set", () => {
    fc.assert(
      fc.property(fc.array(fc.double()), fc.integer({ min: 0, max: 8 }), (values, capacity) => {
        const column = new GrowingNumbers(capacity);
        for (const value of values) column.push(value);
        expect([...column.toColumn()]).toEqual(values);
        expect(column.length).toBe(values.length);
        if (values.length > 0) {
          column.set(0, 7);
          expect(column.at(0)).toBe(7);
        }
        expect(column.at(values.length)).toBeNaN();
      }),
    );
  });

  it("hold the same values by blocks as by the list, however late the first that differs comes", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40_000 }),
        fc.constantFrom(0, -0, 1, Number.NaN),
        fc.array(fc.tuple(fc.nat(40_000), fc.double()), { maxLength: 20 }),
        fc.array(fc.double(), { maxLength: 20 }),
        (count, same, changes, more) => {
          const column = new GrowingNumbers(3);
          const expected = new Array<number>(count).fill(same);
          for (let i = 0; i < count; i++) column.push(same);
          for (const [row, value] of changes) {
            column.set(row, value);
            if (row < count) expected[row] = value;
          }
          for (const value of more) column.push(value);
          expected.push(...more);
          const values = column.toColumn();
          expect(values.length).toBe(expected.length);
          expect(expected.findIndex((value, i) => !Object.is(value, values[i]))).toBe(-1);
          expect(expected.findIndex((value, i) => !Object.is(value, column.at(i)))).toBe(-1);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("hold each different text once, and none as −1", () => {
    const text = fc.option(fc.constantFrom("a", "b", "", "long text"), { nil: undefined });
    fc.assert(
      fc.property(fc.array(text), (values) => {
        const column = new GrowingTexts(1);
        for (const value of values) column.push(value);
        const { codes, values: dictionary } = column.toColumn();
        expect(Array.from(codes, (code) => (code < 0 ? undefined : dictionary[code]))).toEqual(values);
        expect(new Set(dictionary).size).toBe(dictionary.length);
        if (values.length > 1) {
          column.set(0, "b");
          expect(column.at(0)).toBe("b");
          expect(column.at(1)).toBe(values[1]);
        }
      }),
    );
  });
});
