import { EngineError } from "../core/errors.ts";
import { calendarOf } from "../core/timeframe.ts";

/** The open times of some candles and what they are candles of. */
export type Timeline = { readonly timestamp: Float64Array; readonly timeframe: string };

/**
 * For each base candle, the row of the latest other candle that has closed by the base candle's own close, −1 before
 * the first. At that moment both may be used, so the row never shows what was not yet known: an hour that ends at 11:00
 * appears at the 5-minute candle that opens at 10:55, not before. Through a gap of the other candles the last one
 * stands.
 */
export function visibleRows(base: Timeline, other: Timeline): Int32Array {
  const baseCalendar = calendarOf(base.timeframe);
  const otherCalendar = calendarOf(other.timeframe);
  const rows = new Int32Array(base.timestamp.length);
  const times = other.timestamp;
  let row = -1;
  let nextClose = times.length > 0 ? otherCalendar.close(times[0]) : Number.POSITIVE_INFINITY;
  for (let i = 0; i < rows.length; i++) {
    const close = baseCalendar.close(base.timestamp[i]);
    while (nextClose <= close) {
      row++;
      nextClose = row + 1 < times.length ? otherCalendar.close(times[row + 1]) : Number.POSITIVE_INFINITY;
    }
    rows[i] = row;
  }
  return rows;
}

/**
 * A column of a higher timeframe (or of another market) on the base candles, visible from the close of its own candle:
 * see `visibleRows`. NaN before the first close.
 */
export function alignColumn(
  base: Timeline,
  other: Timeline,
  values: Float64Array,
  out: Float64Array = new Float64Array(base.timestamp.length),
): Float64Array {
  if (values.length !== other.timestamp.length) {
    throw new EngineError(
      "candles.unequal-columns",
      `alignColumn: the column has ${values.length} rows, its candles have ${other.timestamp.length}; expected one length.`,
      { given: values.length, expected: other.timestamp.length },
    );
  }
  return takeVisible(values, visibleRows(base, other), out);
}

/** The values at these rows, NaN for row −1. */
export function takeVisible(
  values: Float64Array,
  rows: Int32Array,
  out: Float64Array = new Float64Array(rows.length),
): Float64Array {
  for (let i = 0; i < rows.length; i++) out[i] = rows[i] < 0 ? Number.NaN : values[rows[i]];
  return out;
}
