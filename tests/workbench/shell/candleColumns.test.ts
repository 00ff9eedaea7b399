import { Table, TimestampMicrosecond, TimestampMillisecond, vectorFromArray } from "apache-arrow";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { CandleColumns } from "#engine/candles/candles.ts";
import { columnsOf, joinColumns } from "#workbench/data/candleColumns.ts";

function columns(timestamps: readonly number[]): CandleColumns {
  const timestamp = Float64Array.from(timestamps);
  const price = timestamp.map((time) => time / 7);
  return { timestamp, open: price, high: price, low: price, close: price, volume: price };
}

function arrow(timestamps: readonly number[]): Table {
  const numbers = vectorFromArray(Float64Array.from(timestamps, (_, i) => i + 0.5));
  const timestamp = vectorFromArray(
    timestamps.map((time) => new Date(time)),
    new TimestampMillisecond(),
  );
  return new Table({
    timestamp,
    open: numbers,
    high: numbers,
    low: numbers,
    close: numbers,
    volume: numbers,
  });
}

test("times come out exact to the millisecond, before 1970 as well", () => {
  const time = fc.integer({ min: -8_000_000_000_000, max: 8_000_000_000_000 });
  fc.assert(
    fc.property(fc.array(time, { minLength: 1 }), (times) => {
      expect([...columnsOf(arrow(times)).timestamp]).toEqual(times);
    }),
  );
});

test("a table of several batches becomes one column each", () => {
  const joined = arrow([1, 2]).concat(arrow([3]));
  expect([...columnsOf(joined).timestamp]).toEqual([1, 2, 3]);
  expect([...columnsOf(joined).close]).toEqual([0.5, 1.5, 0.5]);
});

test("a file without one of the columns, or in another unit, is refused by name", () => {
  const table = arrow([1]);
  expect(() => columnsOf(table.select(["timestamp", "open"]))).toThrow(/no column "high"/);
  const micro = new Table({
    ...Object.fromEntries(table.schema.fields.map(({ name }) => [name, table.getChild(name)!])),
    timestamp: vectorFromArray([new Date(5)], new TimestampMicrosecond()),
  });
  expect(() => columnsOf(micro)).toThrow(/milliseconds/);
});

test("joining cuts at open times: the start belongs to it, the end does not", () => {
  const joined = joinColumns([columns([1, 2, 3]), columns([5, 8])], 2, 8);
  expect([...joined.timestamp]).toEqual([2, 3, 5]);
  expect([...joined.close]).toEqual([2 / 7, 3 / 7, 5 / 7]);
});

test("joined memory is fresh, so that giving it away leaves the pieces whole", () => {
  const piece = columns([1, 2]);
  const joined = joinColumns([piece], -Infinity, Infinity);
  structuredClone(joined, { transfer: Object.values(joined).map(({ buffer }) => buffer as ArrayBuffer) });
  expect([...piece.timestamp]).toEqual([1, 2]);
});
