import { CANDLE_COLUMNS, type CandleColumns } from "#engine/candles/candles.ts";
import { calendarOf, isFixedLength, timeframeMs } from "#engine/core/timeframe.ts";
import type { GapCount } from "./series.ts";

/** Columns of a length, all zero, to be filled in. */
export function emptyColumns(length: number): CandleColumns {
  const column = (): Float64Array => new Float64Array(length);
  return {
    timestamp: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
}

/** Rows `from` (included) to `to` (excluded), sharing memory with the columns given. */
export function sliceColumns(columns: CandleColumns, from: number, to: number): CandleColumns {
  const cut = (column: Float64Array): Float64Array => column.subarray(from, to);
  return {
    timestamp: cut(columns.timestamp),
    open: cut(columns.open),
    high: cut(columns.high),
    low: cut(columns.low),
    close: cut(columns.close),
    volume: cut(columns.volume),
  };
}

/** The rows at `indices`, in that order, as new columns. */
export function takeRows(columns: CandleColumns, indices: ArrayLike<number>): CandleColumns {
  const taken = emptyColumns(indices.length);
  for (const name of CANDLE_COLUMNS) {
    const from = columns[name];
    const to = taken[name];
    for (let i = 0; i < to.length; i++) to[i] = from[indices[i]];
  }
  return taken;
}

/** The first row whose open time is at or after `timestamp`; the number of rows when there is none. */
export function firstRowFrom(timestamp: Float64Array, ms: number): number {
  let low = 0;
  let high = timestamp.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timestamp[middle] < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Absent candles between neighbours of an ascending column. */
export function countGaps(timestamp: ArrayLike<number>, timeframe: string): GapCount {
  const absentBetween = absentCounter(timeframe);
  let count = 0;
  let missing = 0;
  for (let i = 1; i < timestamp.length; i++) {
    const absent = absentBetween(timestamp[i - 1], timestamp[i]);
    if (absent === 0) continue;
    count++;
    missing += absent;
  }
  return { count, missing };
}

/** Counts the candles that would open between two open times, both excluded. */
function absentCounter(timeframe: string): (before: number, after: number) => number {
  const calendar = calendarOf(timeframe);
  if (isFixedLength(timeframe)) {
    const length = timeframeMs(timeframe);
    return (before, after) => Math.max(0, (calendar.open(after) - calendar.open(before)) / length - 1);
  }
  // Months and years differ in length, so they are counted one by one.
  return (before, after) => {
    const last = calendar.open(after);
    let absent = 0;
    for (let open = calendar.close(before); open < last; open = calendar.close(open)) absent++;
    return absent;
  };
}
