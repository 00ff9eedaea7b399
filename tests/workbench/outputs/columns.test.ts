import {
  Table,
  Timestamp,
  TimeUnit,
  tableFromArrays,
  tableFromIPC,
  tableToIPC,
  vectorFromArray,
} from "apache-arrow";
import { describe, expect, test } from "vitest";
import { EngineError } from "#engine/core/errors.ts";
import { type ColumnStats, columnFormat, columnStats, evenRows } from "#workbench/outputs/columnStats.ts";
import { isTabular, type TableColumn, type TableSource, tableSource } from "#workbench/outputs/columns.ts";
import { toCsv } from "#workbench/outputs/csv.ts";

const kinds = (source: TableSource): Record<string, string> =>
  Object.fromEntries(source.columns.map(({ name, kind }) => [name, kind]));
const row = (source: TableSource, at: number): unknown[] => source.columns.map((column) => column.at(at));
function statsOf(column: TableColumn, rows: number): ColumnStats {
  const work = columnStats(column, rows);
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}
const noon = Date.UTC(2024, 2, 1, 12);

describe("a table's source", () => {
  test("records: the union of their fields, missing ones empty", () => {
    const source = tableSource([
      { a: 1, at: new Date(noon) },
      { a: 2.5, b: "x" },
      { b: "y", ok: true },
    ]);
    expect(kinds(source)).toEqual({ a: "number", at: "time", b: "text", ok: "boolean" });
    expect(row(source, 0)).toEqual([1, noon, null, null]);
    expect(row(source, 2)).toEqual([null, null, "y", true]);
  });

  test("a number is a time only where both its name and its size say so", () => {
    const source = tableSource([{ openMs: noon, shiftMs: 7_200_000, price: noon }]);
    expect(kinds(source)).toEqual({ openMs: "time", shiftMs: "number", price: "number" });
  });

  test("an object of columns, and plain values", () => {
    expect(row(tableSource({ x: Float64Array.of(1, 2), y: ["a", "b"] }), 1)).toEqual([2, "b"]);
    expect(row(tableSource([10, 20]), 1)).toEqual([20]);
  });

  test("an Arrow table that came over the wire, several batches of it", () => {
    const batch = (from: number): Table =>
      new Table({
        time: vectorFromArray([noon + from, null], new Timestamp(TimeUnit.MILLISECOND)),
        price: vectorFromArray([from + 0.5, null]),
        name: vectorFromArray(["a", "b"]),
        big: vectorFromArray([BigInt(from), 2n]),
      });
    const table = tableFromIPC(tableToIPC(batch(0).concat(batch(1))));
    const source = tableSource(table);
    expect(source.rows).toBe(4);
    expect(kinds(source)).toEqual({ time: "time", price: "number", name: "text", big: "number" });
    expect(row(source, 2)).toEqual([noon + 1, 1.5, "a", 1]);
    expect(row(source, 3)).toEqual([null, null, "b", 2]);
  });

  test("a column of doubles in one piece is read where it lies", () => {
    const source = tableSource(tableFromArrays({ x: Float64Array.of(1, 2, 3) }));
    expect(row(source, 2)).toEqual([3]);
  });

  test("anything else is an error that says what would do", () => {
    expect(isTabular(5)).toBe(false);
    expect(() => tableSource(new Map())).toThrow(EngineError);
    expect(() => tableSource(new Map())).toThrow(/expected an Arrow table/);
  });
});

describe("a column's head", () => {
  test("spans what there is and counts what is missing", () => {
    const { columns, rows } = tableSource({ x: [3, Number.NaN, 1, null, 2] });
    const stats = statsOf(columns[0], rows);
    expect(stats).toMatchObject({ looked: 5, missing: 2, isSampled: false, min: 1, max: 3 });
    expect(stats.bins.reduce((sum, count) => sum + count, 0)).toBe(3);
  });

  test("says when it looked at some of the rows only", () => {
    const { columns, rows } = tableSource({ x: Float64Array.from({ length: 100_000 }, (_, i) => i) });
    expect(statsOf(columns[0], rows)).toMatchObject({
      looked: 20_000,
      isSampled: true,
      min: 0,
      max: 99_999,
    });
    expect(evenRows(rows, 3)).toEqual([0, 50_000, 99_999]);
  });

  test("values of a column stand on one decimal point", () => {
    const { columns, rows } = tableSource({ x: [1, 2.5, 0.25] });
    expect([0, 1, 2].map((at) => columnFormat(columns[0], rows)(columns[0].at(at)))).toEqual([
      "1.00",
      "2.50",
      "0.25",
    ]);
  });
});

describe("a copy as CSV", () => {
  test("quotes what needs it, leaves what is missing empty and writes times in ISO 8601", () => {
    const { columns } = tableSource([
      { 'na"me': 'say "x", y', price: 0.1 + 0.2, time: new Date(noon) },
      { 'na"me': null, price: Number.NaN, time: null },
    ]);
    expect(toCsv(columns, [0, 1])).toEqual({
      rows: 2,
      text: '"na""me",price,time\r\n"say ""x"", y",0.30000000000000004,2024-03-01T12:00:00.000Z\r\n,,\r\n',
    });
  });

  test("stops at a hundred thousand rows and says how many it holds", () => {
    const { columns, rows } = tableSource({ x: new Float64Array(100_001) });
    expect(
      toCsv(
        columns,
        Array.from({ length: rows }, (_, i) => i),
      ).rows,
    ).toBe(100_000);
  });
});
