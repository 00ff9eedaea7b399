import { LONGEST, requireParameter } from "../core/requireParameter.ts";

/** What `atr` reads of candles. */
export type HighLowClose = {
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
};

/**
 * Average true range in the unit of the price: Wilder's average of max(high − low, |high − previous close|,
 * |low − previous close|).
 *
 * As in TA-Lib the first candle has no true range (nothing came before it); the average is seeded by the mean of the
 * next `length` ranges, so NaN for the first `length` candles. A candle with a value that is not finite gives NaN at its
 * place and is passed over.
 * Read as the move to expect of a candle: divided by the close it compares markets; stops are often put 2–3 of them away.
 */
export class Atr {
  readonly #keep: number;
  readonly #take: number;
  #previousClose = Number.NaN;
  #ranges = 0;
  #average = 0;

  constructor(readonly length: number) {
    requireParameter("atr", "length", length, { min: 1, max: LONGEST });
    this.#take = 1 / length;
    this.#keep = (length - 1) / length;
  }

  update(high: number, low: number, close: number): number {
    if (high - high !== 0 || low - low !== 0 || close - close !== 0) return Number.NaN;
    const previous = this.#previousClose;
    this.#previousClose = close;
    // The true range is the span of high, low and the previous close.
    const range = (high > previous ? high : previous) - (low < previous ? low : previous);
    if (this.#ranges === this.length) {
      return (this.#average = this.#average * this.#keep + range * this.#take);
    }
    if (Number.isNaN(previous)) return Number.NaN; // the first candle of all
    this.#average += range;
    if (++this.#ranges < this.length) return Number.NaN;
    return (this.#average /= this.length);
  }
}

/** `Atr` over candles. `out` may be given to be filled. */
export function atr(
  candles: HighLowClose,
  length = 14,
  out: Float64Array = new Float64Array(candles.close.length),
): Float64Array {
  const { high, low, close } = candles;
  const step = new Atr(length);
  for (let i = 0; i < close.length; i++) out[i] = step.update(high[i], low[i], close[i]);
  return out;
}
