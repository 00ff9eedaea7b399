import {
  Bool,
  type Data,
  type DataType,
  Dictionary,
  Field,
  Float64,
  Int32,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  type Table,
  TimestampMicrosecond,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import type { Table as EngineTable } from "#engine/core/table.ts";
import { isArrowTable } from "./arrowColumns.ts";
import { type TableColumn, tableSource } from "./columns.ts";
import { isEngineTable } from "./engineTable.ts";

/** Rows of one record batch: what is made between two chances to pause. */
const BATCH_ROWS = 1 << 16;

/** One column as Arrow has it: its type, and the values of a stretch of rows. */
type ArrowColumn = { name: string; type: DataType; data(from: number, to: number): Data };

/**
 * A table's rows as an Arrow IPC stream, in batches with a chance to pause after each: an Arrow table, a table of the
 * engine, candles, columns or records. Times become timestamps in UTC, repeating texts a dictionary, and a NaN, which
 * stands for no value throughout, becomes NULL; what is an Arrow table already stays as it is.
 */
export function* arrowIpc(value: unknown): Generator<void, Uint8Array<ArrayBuffer>> {
  const writer = new RecordBatchStreamWriter();
  if (isArrowTable(value)) {
    const table = value as unknown as Table;
    for (const batch of table.batches.length > 0 ? table.batches : [emptyBatch(table.schema)]) {
      writer.write(batch);
      yield;
    }
  } else {
    const { rows, columns } = columnsOf(value);
    const schema = new Schema(columns.map(({ name, type }) => new Field(name, type, true)));
    // One batch even of no rows: a stream without any leaves the reader without a table.
    for (let from = 0; from < Math.max(rows, 1); from += BATCH_ROWS) {
      const to = Math.min(rows, from + BATCH_ROWS);
      const children: Data[] = [];
      for (const column of columns) {
        children.push(column.data(from, to));
        yield;
      }
      const type = new Struct(schema.fields);
      writer.write(new RecordBatch(schema, makeData({ type, length: to - from, nullCount: 0, children })));
    }
  }
  writer.finish();
  const bytes = writer.toUint8Array(true) as Uint8Array<ArrayBuffer>;
  // Memory of its own, which may be given away: never a part of the table's.
  return bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice();
}

function emptyBatch(schema: Schema): RecordBatch {
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: 0, nullCount: 0 }));
}

function columnsOf(value: unknown): { rows: number; columns: ArrowColumn[] } {
  const source = tableSource(value);
  const columns = source.columns.map((column) => arrowColumn(column, source.rows, rawColumn(value, column)));
  return { rows: source.rows, columns };
}

/** The column itself where it lies as an array, so that no row of it need be read one by one. */
function rawColumn(value: unknown, { name }: TableColumn): EngineTable["columns"][string] | undefined {
  if (isEngineTable(value)) return value.columns[name];
  const column = (value as Record<string, unknown>)[name];
  return column instanceof Float64Array ? column : undefined;
}

function arrowColumn(
  column: TableColumn,
  rows: number,
  raw: EngineTable["columns"][string] | undefined,
): ArrowColumn {
  const { name, kind } = column;
  if (raw !== undefined && !(raw instanceof Float64Array)) {
    return dictionaryColumn(name, raw.codes, vectorFromArray([...raw.values], new Utf8()));
  }
  if (kind === "number" || kind === "time") {
    const values =
      raw ?? Float64Array.from({ length: rows }, (_, row) => Number(column.at(row) ?? Number.NaN));
    return kind === "time" ? timeColumn(name, values) : numberColumn(name, values);
  }
  if (kind === "boolean") return booleanColumn(column);
  const codes = new Int32Array(rows);
  const known = new Map<string, number>();
  for (let row = 0; row < rows; row++) {
    const text = column.at(row);
    if (text === null) {
      codes[row] = -1;
      continue;
    }
    const code = known.get(String(text)) ?? known.size;
    known.set(String(text), code);
    codes[row] = code;
  }
  return dictionaryColumn(name, codes, vectorFromArray([...known.keys()], new Utf8()));
}

function numberColumn(name: string, values: Float64Array): ArrowColumn {
  const type = new Float64();
  return {
    name,
    type,
    data(from, to) {
      const length = to - from;
      const data = values.subarray(from, to);
      return makeData({ type, length, data, ...nulls(length, (row) => Number.isNaN(data[row])) });
    },
  };
}

/** Halves of 32 bits instead of one BigInt a row: exact for every time, and ten times as fast. */
function timeColumn(name: string, values: Float64Array): ArrowColumn {
  const type = new TimestampMicrosecond();
  return {
    name,
    type,
    data(from, to) {
      const length = to - from;
      const halves = new Int32Array(2 * length);
      for (let row = 0; row < length; row++) {
        const microseconds = Math.round(values[from + row] * 1000);
        const high = Math.floor(microseconds / 4294967296);
        halves[2 * row] = microseconds - high * 4294967296;
        halves[2 * row + 1] = high;
      }
      const data = new BigInt64Array(halves.buffer);
      return makeData({ type, length, data, ...nulls(length, (row) => Number.isNaN(values[from + row])) });
    },
  };
}

function booleanColumn(column: TableColumn): ArrowColumn {
  const type = new Bool();
  return {
    name: column.name,
    type,
    data(from, to) {
      const length = to - from;
      const data = bits(length, (row) => column.at(from + row) === true);
      return makeData({ type, length, data, ...nulls(length, (row) => column.at(from + row) === null) });
    },
  };
}

let dictionaries = 0;

function dictionaryColumn(name: string, codes: Int32Array, dictionary: Vector<Utf8>): ArrowColumn {
  const type = new Dictionary(new Utf8(), new Int32(), ++dictionaries);
  return {
    name,
    type,
    data(from, to) {
      const length = to - from;
      const data = codes.subarray(from, to);
      return makeData({ type, length, data, dictionary, ...nulls(length, (row) => data[row] < 0) });
    },
  };
}

/** Which rows have a value, or nothing where all have. */
function nulls(
  length: number,
  isNull: (row: number) => boolean,
): { nullCount: number; nullBitmap?: Uint8Array } {
  let nullCount = 0;
  for (let row = 0; row < length; row++) if (isNull(row)) nullCount++;
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap: bits(length, (row) => !isNull(row)) };
}

function bits(length: number, isSet: (row: number) => boolean): Uint8Array {
  // Arrow pads buffers to eight bytes.
  const bitmap = new Uint8Array(Math.ceil(length / 64) * 8);
  for (let row = 0; row < length; row++) if (isSet(row)) bitmap[row >> 3] |= 1 << (row & 7);
  return bitmap;
}
