import { CANDLE_COLUMNS, type CandleColumns, type Candles } from "../candles/candles.ts";
import { EngineError } from "../core/errors.ts";
import { isoTime } from "../core/isoTime.ts";
import { calendarOf, isFixedLength, type TimeframeCalendar, timeframeMs } from "../core/timeframe.ts";

type Columns = { -readonly [Name in keyof CandleColumns]: Float64Array };

/**
 * The candles of one market that are folded, and which of them is next. A backtest gives all of them beforehand; a
 * session that lives appends each as it is told. Nobody but the fold reads rows from `next` on.
 */
export class Feed {
  readonly timeframe: string;
  candles: CandleColumns;
  rows: number;
  /** The row to be folded next, and when its candle closes; Infinity where it is not there yet. */
  next = 0;
  nextClose = Infinity;
  readonly #closes: Float64Array | undefined;
  /** Length of each candle in milliseconds; NaN for months and years. */
  readonly lengthMs: number;
  readonly #calendar: TimeframeCalendar;

  constructor(
    readonly market: string,
    candles: Pick<Candles, "timeframe"> & CandleColumns,
    /** When each row closes, where they are not all of the timeframe's length. */
    closes?: Float64Array,
  ) {
    this.#closes = closes;
    this.timeframe = candles.timeframe;
    this.candles = candles;
    this.rows = candles.timestamp.length;
    this.lengthMs = isFixedLength(candles.timeframe) ? timeframeMs(candles.timeframe) : Number.NaN;
    this.#calendar = calendarOf(candles.timeframe);
    this.#seek();
  }

  /** Whether every row closes one and the same time after its open. */
  get hasOneLength(): boolean {
    return this.#closes === undefined && !Number.isNaN(this.lengthMs);
  }

  /** The candle that was next has been folded. */
  step(): void {
    this.next++;
    this.#seek();
  }

  /** Goes to a row; for sessions that go on from a snapshot. */
  goTo(row: number): void {
    this.next = row;
    this.#seek();
  }

  /** How many rows close by a time, those before the next one included. */
  rowsUntil(time: number): number {
    let low = this.next;
    let high = this.rows;
    if (low < high && this.closeAt(high - 1) <= time) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.closeAt(middle) <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** When the candle of a row closes. */
  closeAt(row: number): number {
    return this.#closes?.[row] ?? this.closeOf(this.candles.timestamp[row]);
  }

  /** When the candle that opens at this time closes. */
  closeOf(openMs: number): number {
    return Number.isNaN(this.lengthMs) ? this.#calendar.close(openMs) : openMs + this.lengthMs;
  }

  /** When the candle that holds a time opens, there or not: in step with the last one that has been folded. */
  openOf(time: number): number {
    if (Number.isNaN(this.lengthMs) || this.next === 0) return this.#calendar.open(time);
    const last = this.candles.timestamp[this.next - 1];
    return last + Math.floor((time - last) / this.lengthMs) * this.lengthMs;
  }

  /** Adds a complete candle behind the others. Memory doubles when it is full; what was there may move. */
  append(candle: Readonly<Record<keyof CandleColumns, number>>): void {
    const last = this.rows === 0 ? -Infinity : this.candles.timestamp[this.rows - 1];
    if (!(candle.timestamp > last)) {
      throw new EngineError(
        "session.candle-not-ascending",
        `${this.market}: a candle of ${isoTime(candle.timestamp)} came after that of ${isoTime(last)}; expected ` +
          "candles in order of their open times, each once. Leave out what has been told already.",
        { market: this.market, given: candle.timestamp, previous: last },
      );
    }
    requireCandle(this.market, candle);
    if (this.rows === this.candles.timestamp.length) this.candles = larger(this.candles);
    const columns = this.candles as Columns;
    for (const name of CANDLE_COLUMNS) columns[name][this.rows] = candle[name];
    this.rows++;
    if (this.nextClose === Infinity) this.#seek();
  }

  #seek(): void {
    const { next } = this;
    if (next >= this.rows) this.nextClose = Infinity;
    else this.nextClose = this.closeAt(next);
  }
}

function larger(candles: CandleColumns): CandleColumns {
  const capacity = Math.max(64, 2 * candles.timestamp.length);
  const grown = (values: Float64Array): Float64Array => {
    const room = new Float64Array(capacity);
    room.set(values);
    return room;
  };
  return {
    timestamp: grown(candles.timestamp),
    open: grown(candles.open),
    high: grown(candles.high),
    low: grown(candles.low),
    close: grown(candles.close),
    volume: grown(candles.volume),
  };
}

function requireCandle(market: string, candle: Readonly<Record<keyof CandleColumns, number>>): void {
  const { timestamp, open, high, low, close, volume } = candle;
  // Comparisons with NaN are false, so each of these also refuses one.
  const isUsable =
    low > 0 && open >= low && close >= low && high >= open && high >= close && high < Infinity && volume >= 0;
  if (isUsable && volume < Infinity) return;
  throw new EngineError(
    "session.bad-candle",
    `${market} at ${isoTime(timestamp)}: open ${open}, high ${high}, low ${low}, close ${close}, volume ${volume}; ` +
      "expected finite prices above 0 with low ≤ open, close ≤ high and a volume from 0.",
    { market, timestamp },
  );
}
