/**
 * The server's one door to parquet-wasm: reads the lake's own files. DuckDB decodes them as fast, but hands rows out in
 * vectors of 2,048 that JavaScript must fetch one by one, which costs more than the decoding (measured); here a file is
 * one batch in WebAssembly's memory, and each of its columns is copied once.
 */
import { promises as fs } from "node:fs";
import { newColumns } from "#engine/candles/build.ts";
import { CANDLE_COLUMNS, type CandleColumns } from "#engine/candles/candles.ts";

type Parquet = typeof import("parquet-wasm/node");

/** Files in memory at a time: while one is decoded the next ones come from the disk. */
const READERS = 3;
/** Rows of one batch; a month of minutes is less. */
const BATCH_ROWS = 65_536;

let loading: Promise<Parquet> | undefined;

/** A file of the lake and the number of rows that the manifest says it has. */
export type CandleFile = { file: string; rows: number };

/** Reads files written by `writeCandleFile`, one after the other, into one set of columns. */
export async function readCandleFiles(files: readonly CandleFile[]): Promise<CandleColumns> {
  const starts: number[] = [];
  let total = 0;
  for (const { rows } of files) {
    starts.push(total);
    total += rows;
  }
  const columns = newColumns(total);
  // Loaded when the first file is read: compiling it takes 40 ms, and not every command reads candles.
  loading ??= import("parquet-wasm/node");
  const parquet = await loading;
  let next = 0;
  const readSome = async (): Promise<void> => {
    for (let k = next++; k < files.length; k = next++)
      decode(parquet, await fs.readFile(files[k].file), files[k].rows, columns, starts[k]);
  };
  await Promise.all(Array.from({ length: Math.min(READERS, files.length) }, readSome));
  return columns;
}

/** Copies a file's rows into the columns from row `start` on; it must hold exactly `rows` rows. */
function decode(parquet: Parquet, bytes: Uint8Array, rows: number, into: CandleColumns, start: number): void {
  const table = parquet.readParquet(bytes, { batchSize: BATCH_ROWS }).intoFFI();
  try {
    // Looked up after decoding: memory that had to grow has another buffer.
    const memory = new DataView(parquet.wasmMemory().buffer);
    requireCandleSchema(memory, table.schemaAddr());
    let row = 0;
    for (const batch of table.arrayAddrs()) {
      const count = integer(memory, batch + ARRAY.length);
      if (row + count > rows) throw new Error(`expected ${rows} rows, there are more`);
      CANDLE_COLUMNS.forEach((name, k) => {
        const values = valuesOf(memory, child(memory, batch + ARRAY.children, k), count);
        const target = into[name].subarray(start + row, start + row + count);
        if (name === "timestamp") copyIntegers(values, target);
        else target.set(values);
      });
      row += count;
    }
    if (row !== rows) throw new Error(`expected ${rows} rows, there are ${row}`);
  } finally {
    table.free();
  }
}

/*
 * Arrow's C data interface (https://arrow.apache.org/docs/format/CDataInterface.html) as WebAssembly lays it out:
 * pointers of four bytes, integers of eight, little-endian. Offsets of the fields in bytes.
 */
const ARRAY = { length: 0, nullCount: 8, offset: 16, buffers: 40, children: 44 };
const SCHEMA = { format: 0, childCount: 24, children: 32 };
/** Format strings of a TIMESTAMP in milliseconds without a zone, and of a DOUBLE. */
const TIMESTAMP_MS = "tsm:";
const DOUBLE = "g";

function requireCandleSchema(memory: DataView, schema: number): void {
  const formats = Array.from({ length: integer(memory, schema + SCHEMA.childCount) }, (_, k) =>
    text(memory, memory.getUint32(child(memory, schema + SCHEMA.children, k) + SCHEMA.format, true)),
  );
  const expected = CANDLE_COLUMNS.map((name) => (name === "timestamp" ? TIMESTAMP_MS : DOUBLE));
  if (formats.join() !== expected.join())
    throw new Error(`expected columns of the formats ${expected.join(" ")}, there are ${formats.join(" ")}`);
}

/** The 64-bit values of a column in WebAssembly's memory. */
function valuesOf(memory: DataView, column: number, count: number): Float64Array<ArrayBuffer> {
  if (integer(memory, column + ARRAY.nullCount) !== 0) throw new Error("there are empty values");
  // The first buffer tells empty values from others, the second holds the values.
  const values = memory.getUint32(memory.getUint32(column + ARRAY.buffers, true) + 4, true);
  const offset = integer(memory, column + ARRAY.offset);
  return new Float64Array(memory.buffer as ArrayBuffer, values + 8 * offset, count);
}

/** 64-bit integers as numbers, by their halves: a BigInt for each would take ten times as long. */
function copyIntegers(values: Float64Array<ArrayBuffer>, into: Float64Array): void {
  const halves = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  for (let i = 0; i < into.length; i++) into[i] = halves[2 * i + 1] * 2 ** 32 + (halves[2 * i] >>> 0);
}

function integer(memory: DataView, address: number): number {
  return Number(memory.getBigInt64(address, true));
}

/** The address of the `index`th child of an array or a schema. */
function child(memory: DataView, children: number, index: number): number {
  return memory.getUint32(memory.getUint32(children, true) + 4 * index, true);
}

function text(memory: DataView, address: number): string {
  let end = address;
  while (memory.getUint8(end) !== 0) end++;
  return new TextDecoder().decode(new Uint8Array(memory.buffer, address, end - address));
}
