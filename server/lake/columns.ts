import type { CandleColumns } from "#engine/candles/candles.ts";
import { calendarOf } from "#engine/core/timeframe.ts";
import type { GapCount } from "./series.ts";

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

/** Absent candles between neighbours of an ascending column; open times off the calendar count for their candle. */
export function countGaps(timestamp: ArrayLike<number>, timeframe: string): GapCount {
  const calendar = calendarOf(timeframe);
  let count = 0;
  let missing = 0;
  let last = timestamp.length > 0 ? calendar.number(timestamp[0]) : 0;
  for (let i = 1; i < timestamp.length; i++) {
    const number = calendar.number(timestamp[i]);
    if (number > last + 1) {
      count++;
      missing += number - last - 1;
    }
    last = number;
  }
  return { count, missing };
}
