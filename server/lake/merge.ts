import { candleAt, newColumns, requireAscending } from "#engine/candles/build.ts";
import { CANDLE_COLUMNS, type Candle, type CandleColumns } from "#engine/candles/candles.ts";
import { EngineError } from "#engine/core/errors.ts";

/** What to do with a candle that differs from the stored one of the same open time. */
export type OnConflict = "keep" | "replace";

/** A candle that was stored with other values than the ones now given. */
export type Conflict = { timestamp: number; stored: Candle; given: Candle };

/** Conflicts that are spelled out; the rest is only counted. */
export const REPORTED_CONFLICTS = 100;

export type Merged = {
  columns: CandleColumns;
  /** Candles that were not stored before. */
  added: number;
  /** Candles given again with the values that are stored. */
  identical: number;
  conflictCount: number;
  /** The first conflicts in order of time, at most `REPORTED_CONFLICTS`. */
  conflicts: Conflict[];
};

/**
 * The union of stored and given candles in order of time. The same candle twice is one candle; a changed candle
 * is a conflict, in which the stored one stands unless `onConflict` is `"replace"`.
 */
export function mergeColumns(stored: CandleColumns, given: CandleColumns, onConflict: OnConflict): Merged {
  requireOpenTimes(given.timestamp);
  const room = newColumns(stored.timestamp.length + given.timestamp.length);
  const conflicts: Conflict[] = [];
  let conflictCount = 0;
  let identical = 0;
  let rows = 0;
  const copy = (from: CandleColumns, row: number): void => {
    for (const name of CANDLE_COLUMNS) room[name][rows] = from[name][row];
    rows++;
  };
  let s = 0;
  let g = 0;
  while (s < stored.timestamp.length || g < given.timestamp.length) {
    const storedMs = s < stored.timestamp.length ? stored.timestamp[s] : Number.POSITIVE_INFINITY;
    const givenMs = g < given.timestamp.length ? given.timestamp[g] : Number.POSITIVE_INFINITY;
    if (storedMs < givenMs) copy(stored, s++);
    else if (givenMs < storedMs) copy(given, g++);
    else {
      const isSame = sameCandle(stored, s, given, g);
      if (isSame) identical++;
      else {
        conflictCount++;
        if (conflicts.length < REPORTED_CONFLICTS) {
          conflicts.push({ timestamp: storedMs, stored: candleAt(stored, s), given: candleAt(given, g) });
        }
      }
      if (isSame || onConflict === "keep") copy(stored, s);
      else copy(given, g);
      s++;
      g++;
    }
  }
  const columns = newColumns(rows);
  for (const name of CANDLE_COLUMNS) columns[name].set(room[name].subarray(0, rows));
  const added = rows - stored.timestamp.length;
  return { columns, added, identical, conflictCount, conflicts };
}

/** Refuses open times that cannot be stored: not whole milliseconds, or not strictly ascending. */
export function requireOpenTimes(timestamp: Float64Array): void {
  requireAscending(timestamp, "lake");
  const index = timestamp.findIndex((time) => !Number.isSafeInteger(time));
  if (index < 0) return;
  throw new EngineError(
    "lake.bad-timestamp",
    `candles: timestamp ${timestamp[index]} at index ${index} is not a whole number of milliseconds since 1970.`,
    { index, given: timestamp[index] },
  );
}

/** Equal to the last bit; a NaN equals a NaN. */
export function sameCandle(a: CandleColumns, i: number, b: CandleColumns, j: number): boolean {
  for (const name of CANDLE_COLUMNS) {
    const x = a[name][i];
    const y = b[name][j];
    if (x !== y && !(Number.isNaN(x) && Number.isNaN(y))) return false;
  }
  return true;
}
