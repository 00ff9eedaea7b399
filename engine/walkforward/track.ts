import { candleAt } from "../candles/build.ts";
import type { Candles } from "../candles/candles.ts";
import { closeOf } from "../candles/cut.ts";
import { historyColumn, type Row } from "../strategy/market.ts";

/** A strategy's feature columns on one symbol's candles, by name. */
export type FeatureColumns = Readonly<Record<string, Float64Array>>;

/**
 * One symbol as the slices walk over it: three places in its candles that only ever move forward, so that all
 * slices together cost one pass.
 */
export class SymbolTrack {
  readonly symbol: string;
  readonly #names: readonly string[];
  readonly #columns: readonly Float64Array[];
  readonly #closeOf: (openMs: number) => number;
  #closed = -1;
  #entry = 0;
  #exit = 0;

  constructor(
    readonly candles: Candles,
    features: FeatureColumns,
  ) {
    this.symbol = candles.symbol;
    this.#names = Object.keys(features);
    this.#columns = Object.values(features);
    this.#closeOf = closeOf(candles.timeframe);
  }

  /** Moves on to the slice at `time`, which must not be before the last one. */
  advance(time: number, windowMs: number): void {
    const { timestamp } = this.candles;
    const rows = timestamp.length;
    while (this.#closed + 1 < rows && this.#closeOf(timestamp[this.#closed + 1]) <= time) this.#closed++;
    while (this.#entry < rows && timestamp[this.#entry] < time) this.#entry++;
    while (this.#exit < rows && timestamp[this.#exit] < time + windowMs) this.#exit++;
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
    const values = historyColumn(this.symbol, this.candles, this.#names, this.#columns, column);
    return values.slice(Math.max(0, end - length), end);
  }

  /** The features on the latest closed candle. */
  featureValues(): Record<string, number> {
    const values: Record<string, number> = {};
    for (let k = 0; k < this.#names.length; k++) values[this.#names[k]] = this.#columns[k][this.#closed];
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
