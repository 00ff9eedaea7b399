import { EngineError } from "../core/errors.ts";
import { isoTime } from "../core/isoTime.ts";
import { parseTimeframe } from "../core/timeframe.ts";
import { CANDLE_COLUMNS, type Candle, type CandleColumns, type Candles } from "./candles.ts";

/** What names a series of candles. */
export type CandleSource = { symbol: string; timeframe: string; exchange: string };

/** Open time in UTC milliseconds, open, high, low, close, volume: ccxt's row. */
export type CandleRow = readonly [number, number, number, number, number, number];

/** Candles from ccxt's rows, in their order; look at them with `validateCandles` before believing them. */
export function candlesFromRows(source: CandleSource, rows: readonly CandleRow[]): Candles {
  const columns = newColumns(rows.length);
  for (let i = 0; i < rows.length; i++) {
    CANDLE_COLUMNS.forEach((name, k) => {
      columns[name][i] = rows[i][k];
    });
  }
  return candlesFromColumns(source, columns);
}

/** Candles of columns that are there already; they are kept, not copied. All must have one length. */
export function candlesFromColumns(source: CandleSource, columns: CandleColumns): Candles {
  parseTimeframe(source.timeframe);
  const length = columns.timestamp.length;
  for (const name of CANDLE_COLUMNS) {
    if (columns[name].length !== length) {
      throw new EngineError(
        "candles.unequal-columns",
        `candles: column ${name} has ${columns[name].length} rows, timestamp has ${length}; expected one length.`,
        { column: name, given: columns[name].length, expected: length },
      );
    }
  }
  return { ...source, ...pickColumns((name) => columns[name]) };
}

/** Rows `start` to `end` (not included) as a view on the same memory. */
export function sliceCandles(
  candles: Candles,
  start: number,
  end: number = candles.timestamp.length,
): Candles {
  return { ...sourceOf(candles), ...pickColumns((name) => candles[name].subarray(start, end)) };
}

/** The candles with open time in [startMs, endMs), as a view on the same memory. */
export function candlesBetween(candles: Candles, startMs: number, endMs: number): Candles {
  if (!(startMs <= endMs)) {
    throw new EngineError(
      "candles.range",
      `candles: the range starts at ${isoTime(startMs)} and ends at ${isoTime(endMs)}; expected start ≤ end.`,
      { startMs, endMs },
    );
  }
  return sliceCandles(candles, lowerBound(candles.timestamp, startMs), lowerBound(candles.timestamp, endMs));
}

/** The candles in order of open time; candles of the same time keep their order. */
export function sortCandles(candles: Candles): Candles {
  const order = Uint32Array.from(candles.timestamp, (_, i) => i);
  order.sort((a, b) => candles.timestamp[a] - candles.timestamp[b] || a - b);
  return takeCandles(candles, order);
}

/**
 * The candles without repetitions of an open time, of which the last one given is kept by default: feeds send a
 * corrected candle after the first one. They must be sorted.
 */
export function dropDuplicates(
  candles: Candles,
  { keep = "last" }: { keep?: "first" | "last" } = {},
): Candles {
  const { timestamp } = candles;
  const order: number[] = [];
  for (let i = 0; i < timestamp.length; i++) {
    if (i > 0 && timestamp[i] < timestamp[i - 1]) throw notAscending(timestamp, i, "dropDuplicates");
    const isRepeated = i > 0 && timestamp[i] === timestamp[i - 1];
    if (!isRepeated) order.push(i);
    else if (keep === "last") order[order.length - 1] = i;
  }
  return takeCandles(candles, order);
}

/** The candles at these rows, copied, in this order. */
export function takeCandles(candles: Candles, rows: ArrayLike<number>): Candles {
  const columns = newColumns(rows.length);
  for (const name of CANDLE_COLUMNS) {
    const from = candles[name];
    const to = columns[name];
    for (let i = 0; i < rows.length; i++) to[i] = from[rows[i]];
  }
  return { ...sourceOf(candles), ...columns };
}

/** One row as a record. */
export function candleAt(candles: CandleColumns, row: number): Candle {
  return {
    timestamp: candles.timestamp[row],
    open: candles.open[row],
    high: candles.high[row],
    low: candles.low[row],
    close: candles.close[row],
    volume: candles.volume[row],
  };
}

/** The first row whose time is at or after `time`; the number of rows when there is none. Times ascend. */
export function lowerBound(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Throws `candles.not-ascending` at the first open time that does not come after the one before it. */
export function requireAscending(timestamp: Float64Array, where: string): void {
  let sound = 1;
  // Four at a time take two thirds of the time of one at a time.
  for (let i = 1; i + 4 <= timestamp.length; i += 4) {
    const b = timestamp[i];
    const c = timestamp[i + 1];
    const d = timestamp[i + 2];
    const e = timestamp[i + 3];
    if (!(b > timestamp[i - 1] && c > b && d > c && e > d)) break;
    sound = i + 4;
  }
  for (let i = sound; i < timestamp.length; i++) {
    if (!(timestamp[i] > timestamp[i - 1])) throw notAscending(timestamp, i, where);
  }
}

/** Empty columns of this many rows. */
export function newColumns(length: number): { -readonly [Name in keyof CandleColumns]: Float64Array } {
  return pickColumns(() => new Float64Array(length));
}

/** What names these candles, without their columns. */
export function sourceOf({ symbol, timeframe, exchange }: Candles): CandleSource {
  return { symbol, timeframe, exchange };
}

function pickColumns(pick: (name: keyof CandleColumns) => Float64Array): CandleColumns {
  return {
    timestamp: pick("timestamp"),
    open: pick("open"),
    high: pick("high"),
    low: pick("low"),
    close: pick("close"),
    volume: pick("volume"),
  };
}

function notAscending(timestamp: Float64Array, i: number, where: string): EngineError {
  const [previous, given] = [timestamp[i - 1], timestamp[i]];
  return new EngineError(
    "candles.not-ascending",
    `${where}: open time ${isoTime(given)} at index ${i} is not after ${isoTime(previous)}; expected strictly ascending ` +
      `open times. Use sortCandles(candles), then dropDuplicates(candles) if the feed repeats candles.`,
    { index: i, given, previous },
  );
}
