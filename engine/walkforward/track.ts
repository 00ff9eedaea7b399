import { candleAt } from "../candles/build.ts";
import type { Candles } from "../candles/candles.ts";
import { closeOf } from "../candles/cut.ts";
import { historyColumn, type Row } from "../strategy/market.ts";

/** A strategy's features on one symbol's candles. */
export type FeatureColumns = {
  readonly names: readonly string[];
  /** In the order of the names; read while the track is made, and not kept. */
  readonly columns: readonly Float64Array[];
  /** The same columns made again, for a strategy that asks for their history. */
  readonly again: () => readonly Float64Array[];
};

/**
 * One symbol as the slices walk over it: three places in its candles that only ever move forward, so that all
 * slices together cost one pass. Of the features it keeps what the slices see and lets the columns go: slices lie many
 * rows apart, and the columns of all symbols together are far more than a processor's cache holds.
 */
export class SymbolTrack {
  readonly symbol: string;
  readonly #times: Float64Array;
  readonly #names: readonly string[];
  readonly #again: () => readonly Float64Array[];
  #columns: readonly Float64Array[] | undefined;
  /** The features at one slice after another. */
  readonly #features: Float64Array;
  readonly #closeOf: (openMs: number) => number;
  #slice = -1;
  #closed = -1;
  #entry = 0;
  #exit = 0;

  /** `times` are those of all slices, ascending. */
  constructor(
    readonly candles: Candles,
    times: Float64Array,
    { names, columns, again }: FeatureColumns,
  ) {
    this.symbol = candles.symbol;
    this.#times = times;
    this.#names = names;
    this.#again = again;
    this.#closeOf = closeOf(candles.timeframe);
    this.#features = new Float64Array(times.length * names.length);
    let row = -1;
    for (let k = 0; k < times.length; k++) {
      row = this.#lastClosed(row, times[k]);
      // Before the first candle has closed nobody asks.
      if (row >= 0)
        for (let j = 0; j < columns.length; j++) this.#features[k * columns.length + j] = columns[j][row];
    }
  }

  /** Moves on to the next slice. */
  advance(windowMs: number): void {
    const { timestamp } = this.candles;
    const rows = timestamp.length;
    const time = this.#times[++this.#slice];
    this.#closed = this.#lastClosed(this.#closed, time);
    while (this.#entry < rows && timestamp[this.#entry] < time) this.#entry++;
    while (this.#exit < rows && timestamp[this.#exit] < time + windowMs) this.#exit++;
  }

  /** The last candle that has closed by `time`, counted on from `row`, an earlier one. */
  #lastClosed(row: number, time: number): number {
    const { timestamp } = this.candles;
    let last = row;
    while (last + 1 < timestamp.length && this.#closeOf(timestamp[last + 1]) <= time) last++;
    return last;
  }

  /** Whether a candle has closed by now. */
  get isInView(): boolean {
    return this.#closed >= 0;
  }

  /** What is known now. Made afresh at each call, so nobody can write into what others see. */
  row(): Row {
    return {
      symbol: this.symbol,
      candle: candleAt(this.candles, this.#closed),
      features: this.featureValues(),
    };
  }

  /** A copy of the last closed values of a candle column or a feature, oldest first; see `Market.history`. */
  history(column: string, length: number): Float64Array {
    const end = this.#closed + 1;
    if (this.#names.includes(column)) this.#columns ??= this.#again();
    const values = historyColumn(this.symbol, this.candles, this.#names, this.#columns ?? [], column);
    return values.slice(Math.max(0, end - length), end);
  }

  /** The features on the latest closed candle. */
  featureValues(): Record<string, number> {
    const values: Record<string, number> = {};
    const from = this.#slice * this.#names.length;
    for (let k = 0; k < this.#names.length; k++) values[this.#names[k]] = this.#features[from + k];
    return values;
  }

  /** The row to enter at: the first that opens at `time` or later, at most `withinMs` later, else undefined. */
  entryRow(time: number, withinMs: number): number | undefined {
    return this.#within(this.#entry, time + withinMs);
  }

  /** The row to leave at: the first that opens at the window's end or later, at most `withinMs` later. */
  exitRow(windowEndMs: number, withinMs: number): number | undefined {
    return this.#within(this.#exit, windowEndMs + withinMs);
  }

  #within(row: number, lastMs: number): number | undefined {
    return row < this.candles.timestamp.length && this.candles.timestamp[row] <= lastMs ? row : undefined;
  }
}
