import { type CellValue, isMissing, type TableColumn } from "./columns.ts";
import {
  decimalsFor,
  formatNumber,
  formatTime,
  MISSING,
  type TimePrecision,
  timePrecision,
} from "./format.ts";

/** At most this many rows are looked at, evenly spread; the header says so when it is not all of them. */
export const STATS_SAMPLE = 20_000;
const FORMAT_SAMPLE = 500;
const BINS = 24;

export type ColumnStats = {
  /** Rows looked at and, of them, without a value. */
  readonly looked: number;
  readonly missing: number;
  readonly isSampled: boolean;
  /** Of numbers and times. */
  readonly min: number;
  readonly max: number;
  /** Counts in equal bins from min to max; empty for text. */
  readonly bins: readonly number[];
  /** Of text and switches, among the rows looked at. */
  readonly distinct: number;
};

/** Rows looked at between two pauses: about a millisecond of texts in an Arrow table. */
const STRETCH = 500;

/** In stretches, since a table shows them while somebody may already scroll it; yields the share that is done. */
export function* columnStats(column: TableColumn, rows: number): Generator<number, ColumnStats> {
  const sample = evenRows(rows, STATS_SAMPLE);
  const numbers: number[] = [];
  const distinct = new Set<CellValue>();
  const isNumeric = column.kind === "number" || column.kind === "time";
  let missing = 0;
  for (const [i, row] of sample.entries()) {
    if (i % STRETCH === STRETCH - 1) yield i / sample.length;
    const value = column.at(row);
    if (isMissing(value)) missing++;
    else if (isNumeric) {
      if (Number.isFinite(Number(value))) numbers.push(Number(value));
    } else distinct.add(value);
  }
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of numbers) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const hasSpan = numbers.length > 0 && max > min;
  const bins = hasSpan ? new Array<number>(BINS).fill(0) : [];
  if (hasSpan)
    for (const value of numbers) bins[Math.min(BINS - 1, Math.floor(((value - min) / (max - min)) * BINS))]++;
  return {
    looked: sample.length,
    missing,
    isSampled: sample.length < rows,
    min: numbers.length === 0 ? Number.NaN : min,
    max: numbers.length === 0 ? Number.NaN : max,
    bins,
    distinct: distinct.size,
  };
}

/** How a column writes its values: decimals or precision found from rows spread over the whole. */
export function columnFormat(column: TableColumn, rows: number): (value: CellValue) => string {
  if (column.kind === "text" || column.kind === "boolean") {
    return (value) => (isMissing(value) ? MISSING : String(value));
  }
  const values = evenRows(rows, FORMAT_SAMPLE).map((row) => Number(column.at(row) ?? Number.NaN));
  if (column.kind === "time") {
    const precision: TimePrecision = timePrecision(values);
    return (value) => (isMissing(value) ? MISSING : formatTime(Number(value), precision));
  }
  const decimals = decimalsFor(values);
  return (value) => (isMissing(value) ? MISSING : formatNumber(Number(value), decimals));
}

/** Up to `count` rows, evenly spread, the first and the last among them. */
export function evenRows(rows: number, count: number): number[] {
  if (rows <= count) return Array.from({ length: rows }, (_, row) => row);
  return Array.from({ length: count }, (_, i) => Math.round((i * (rows - 1)) / (count - 1)));
}
