import { CANDLE_COLUMNS, type Candles } from "#engine/candles/candles.ts";
import { EngineError } from "#engine/core/errors.ts";
import { arrowSource, isArrowTable } from "./arrowColumns.ts";
import { isEngineTable } from "./engineTable.ts";

export type ColumnKind = "number" | "time" | "text" | "boolean";
/** What a cell holds: times are UTC milliseconds; null where nothing is known. NaN counts as missing too. */
export type CellValue = number | string | boolean | null;

/** One column of a table, read where it lies: nothing is copied until somebody looks at a row. */
export type TableColumn = {
  readonly name: string;
  readonly kind: ColumnKind;
  at(row: number): CellValue;
};

export type TableSource = { readonly rows: number; readonly columns: readonly TableColumn[] };

/** Rows at which a column's kind is found out, and keys of records collected. */
const KIND_SAMPLE = 1000;

/** Whether `tableSource` knows what to do with a value. */
export function isTabular(value: unknown): boolean {
  if (isArrowTable(value) || isCandles(value) || isEngineTable(value)) return true;
  if (Array.isArray(value)) return value.length > 0 && value.slice(0, 20).every(isRecord);
  return isColumns(value);
}

/** An Arrow table, a table of the engine, candles, an object of columns, an array of records or of plain values, as columns. */
export function tableSource(value: unknown): TableSource {
  if (isTableSource(value)) return value;
  if (isArrowTable(value)) return arrowSource(value);
  if (isEngineTable(value)) {
    return {
      rows: value.rows,
      columns: Object.entries(value.columns).map(([name, column]) =>
        column instanceof Float64Array
          ? arrayColumn(name, column)
          : { name, kind: "text", at: (row) => column.values[column.codes[row]] ?? null },
      ),
    };
  }
  if (isCandles(value)) {
    return {
      rows: value.timestamp.length,
      columns: CANDLE_COLUMNS.map((name) =>
        arrayColumn(name, value[name], name === "timestamp" ? "time" : undefined),
      ),
    };
  }
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return rowsSource(value as ArrayLike<unknown>);
  if (isColumns(value)) {
    const entries = Object.entries(value);
    return {
      rows: entries[0][1].length,
      columns: entries.map(([name, column]) => arrayColumn(name, column)),
    };
  }
  throw new EngineError(
    "table.not-tabular",
    `table: got ${describe(value)}; expected an Arrow table (the result of a SQL cell), a table of a result, candles, ` +
      "an array of records, or an object of columns of one length.",
  );
}

/** The open interval of what is a plausible time in milliseconds: 1973 to 2286. */
const isTimeLike = (value: number): boolean => value > 1e11 && value < 1e13 && Number.isInteger(value);

function arrayColumn(name: string, values: ArrayLike<unknown>, known?: ColumnKind): TableColumn {
  return {
    name,
    kind: known ?? kindOf(name, values.length, (row) => values[row]),
    at: (row) => cellValue(values[row]),
  };
}

function rowsSource(rows: ArrayLike<unknown>): TableSource {
  const names = new Set<string>();
  for (let row = 0; row < Math.min(rows.length, KIND_SAMPLE); row++) {
    const record = rows[row];
    if (isRecord(record)) for (const name of Object.keys(record)) names.add(name);
  }
  if (names.size === 0) return { rows: rows.length, columns: [arrayColumn("value", rows)] };
  const columns = [...names].map((name): TableColumn => {
    const read = (row: number): unknown => (rows[row] as Record<string, unknown> | null)?.[name];
    return { name, kind: kindOf(name, rows.length, read), at: (row) => cellValue(read(row)) };
  });
  return { rows: rows.length, columns };
}

function kindOf(name: string, rows: number, read: (row: number) => unknown): ColumnKind {
  const seen = new Set<ColumnKind>();
  const stride = Math.max(1, Math.floor(rows / KIND_SAMPLE));
  let isTimes = /time|timestamp|date|ms$/i.test(name);
  for (let row = 0; row < rows; row += stride) {
    const value = read(row);
    if (value === null || value === undefined) continue;
    if (value instanceof Date) seen.add("time");
    else if (typeof value === "number" || typeof value === "bigint") {
      seen.add("number");
      if (!Number.isNaN(value) && !isTimeLike(Number(value))) isTimes = false;
    } else seen.add(typeof value === "boolean" ? "boolean" : "text");
  }
  if (seen.size !== 1) return seen.size === 0 ? "number" : "text";
  const [kind] = seen;
  return kind === "number" && isTimes ? "time" : kind;
}

/** Anything as a cell's value: dates as milliseconds, records as their JSON. */
export function cellValue(value: unknown): CellValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "number" || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Date) return value.getTime();
  if (typeof value === "function" || typeof value === "symbol") return String(value);
  try {
    return JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? Number(inner) : inner));
  } catch {
    // A record that refers to itself has no JSON; its type is still worth a word.
    return Object.prototype.toString.call(value);
  }
}

/** True for what is shown as "–" and sorted to the end. */
export function isMissing(value: CellValue): value is null {
  return value === null || Number.isNaN(value);
}

export function isCandles(value: unknown): value is Candles {
  return (
    typeof value === "object" &&
    value !== null &&
    CANDLE_COLUMNS.every((name) => (value as Record<string, unknown>)[name] instanceof Float64Array)
  );
}

function isTableSource(value: unknown): value is TableSource {
  const source = value as Partial<TableSource> | null;
  if (typeof source?.rows !== "number" || !Array.isArray(source.columns)) return false;
  return source.columns.every((column) => typeof column?.at === "function");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return !(value instanceof Date) && !ArrayBuffer.isView(value);
}

function isColumns(value: unknown): value is Record<string, ArrayLike<unknown>> {
  if (!isRecord(value) || value instanceof Map || value instanceof Set) return false;
  const columns = Object.values(value);
  const isColumn = (column: unknown): column is ArrayLike<unknown> =>
    Array.isArray(column) || (ArrayBuffer.isView(column) && !(column instanceof DataView));
  return (
    columns.length > 0 &&
    columns.every((column) => isColumn(column) && column.length === (columns[0] as unknown[]).length)
  );
}

function describe(value: unknown): string {
  if (value === null || typeof value !== "object") return String(value);
  return `a ${value.constructor?.name ?? "record"} with ${Object.keys(value).slice(0, 5).join(", ") || "no fields"}`;
}
