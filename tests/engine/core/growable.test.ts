import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GrowingNumbers, GrowingTable, TextCodes } from "#engine/core/growable.ts";

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

  it("code each different text once, in order of appearance, and none as −1", () => {
    const text = fc.option(fc.constantFrom("a", "b", "", "c", "d", "long text"), { nil: undefined });
    fc.assert(
      fc.property(fc.array(text), (given) => {
        const texts = new TextCodes();
        const codes = given.map((each) => texts.code(each));
        expect(codes.map((code) => texts.values[code])).toEqual(given);
        expect(texts.values).toEqual([...new Set(given.filter((each) => each !== undefined))]);
      }),
    );
  });
});

describe("a growing table", () => {
  const value = fc.oneof(fc.double(), fc.constantFrom(0, -0, 1, Number.NaN));
  const text = fc.option(fc.constantFrom("a", "b", "c"), { nil: undefined });
  const tables = fc
    .tuple(fc.nat(3000), fc.array(fc.tuple(value, text), { minLength: 1, maxLength: 30 }))
    .map(([rows, some]) => Array.from({ length: rows }, (_, i) => some[i % some.length]));
  const filled = (rows: readonly (readonly [number, string | undefined])[]) => {
    const table = new GrowingTable({ id: "count", value: "number", name: "text" });
    for (const [number, name] of rows) {
      const at = table.add();
      table.block[at + 1] = number;
      table.block[at + 2] = table.texts(2).code(name);
    }
    return table;
  };

  it("has the rows that were written as columns, to the sign of zero", () => {
    fc.assert(
      fc.property(tables, (rows) => {
        const made = filled(rows).toTable();
        const { id, value: numbers, name } = made.columns;
        if (!(numbers instanceof Float64Array) || name instanceof Float64Array) throw new Error("columns");
        expect(made.rows).toBe(rows.length);
        expect(id).toEqual(Float64Array.from(rows, (_, i) => i + 1));
        expect(rows.findIndex(([number], i) => !Object.is(number, numbers[i]))).toBe(-1);
        expect(rows.findIndex(([, each], i) => name.values[name.codes[i]] !== each)).toBe(-1);
      }),
    );
  });

  it("is the same table when it is read from a snapshot, and finds its rows again", () => {
    fc.assert(
      fc.property(tables, fc.nat(3000), (rows, one) => {
        const table = filled(rows);
        const restored = new GrowingTable({ id: "count", value: "number", name: "text" });
        restored.load(table.snapshot());
        expect(restored.toTable()).toEqual(table.toTable());
        if (one >= rows.length) return;
        const written = restored.blockOf(one)[restored.placeOf(one) + 1];
        expect(Object.is(written, rows[one][0])).toBe(true);
      }),
    );
  });

  it("refuses a snapshot of other columns", () => {
    const table = new GrowingTable({ value: "number" });
    expect(() => table.load({ price: [1] })).toThrow("other columns than value");
  });
});
