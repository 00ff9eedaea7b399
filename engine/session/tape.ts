import type { CandleColumns } from "../candles/candles.ts";
import { calendarOf, isFixedLength, timeframeMs } from "../core/timeframe.ts";
import { historyColumn } from "../strategy/market.ts";

/**
 * One market's candles with a strategy's features on them, and how many of them have closed by now. Whoever reads it
 * reads rows 0 … `closed`; what may lie behind that row is the future, and no view shows it.
 */
export class Tape {
  readonly symbol: string;
  /** Names of the features, in the order of their columns. */
  readonly names: readonly string[];
  candles: CandleColumns;
  features: readonly Float64Array[];
  /** Rows that are there, closed or not. */
  rows: number;
  /** The row of the latest closed candle; −1 before the first. */
  closed = -1;
  /** When the next candle closes, UTC milliseconds; Infinity where none is there. */
  nextClose = Infinity;
  /** The time at which a candle was last found closed. */
  lastMove = Number.NaN;
  readonly #lengthMs: number;
  readonly #closeOf: (openMs: number) => number;

  constructor(
    symbol: string,
    timeframe: string,
    candles: CandleColumns,
    features: Readonly<Record<string, Float64Array>>,
    rows: number = candles.timestamp.length,
  ) {
    this.symbol = symbol;
    this.candles = candles;
    this.names = Object.keys(features);
    this.features = Object.values(features);
    this.rows = rows;
    // Counted from the candle's own open time, so that daily candles stamped with the opening of a session are not
    // used before they are over; months and years end where the calendar says.
    this.#lengthMs = isFixedLength(timeframe) ? timeframeMs(timeframe) : Number.NaN;
    this.#closeOf = calendarOf(timeframe).close;
    this.#seek();
  }

  /** Moves on to `time`, which must not be before the last one; true where a candle has closed since. */
  advance(time: number): boolean {
    if (this.nextClose > time) return false;
    do {
      this.closed++;
      this.#seek();
    } while (this.nextClose <= time);
    this.lastMove = time;
    return true;
  }

  /** Goes to a row that closes at `time`, over all before it. */
  goTo(row: number, time: number): void {
    this.closed = row;
    this.lastMove = time;
    this.#seek();
  }

  /** Tells the tape that more rows are there; columns may have moved to larger memory. */
  extend(candles: CandleColumns, features: readonly Float64Array[], rows: number): void {
    this.candles = candles;
    this.features = features;
    this.rows = rows;
    this.#seek();
  }

  /** A copy of the last closed values of a candle column or a feature, oldest first. */
  history(column: string, length: number): Float64Array {
    const end = this.closed + 1;
    const values = historyColumn(this.symbol, this.candles, this.names, this.features, column);
    return values.slice(Math.max(0, end - Math.max(0, Math.trunc(length))), end);
  }

  #seek(): void {
    const next = this.closed + 1;
    if (next >= this.rows) {
      this.nextClose = Infinity;
      return;
    }
    const open = this.candles.timestamp[next];
    this.nextClose = Number.isNaN(this.#lengthMs) ? this.#closeOf(open) : open + this.#lengthMs;
  }
}
