import { LONGEST, requireParameter } from "../core/requireParameter.ts";

/**
 * Exponential moving average with α = 2 / (length + 1), in the unit of the input.
 *
 * Seeded by the simple average of the first `length` finite values, as TA-Lib does, so NaN until the `length`-th of
 * them; leading NaNs are passed over, and `ema(rsi(close, 14), 9)` begins where its input does. A later value that is
 * not finite gives NaN at its place and leaves the average as it was.
 * Read like a simple average that turns sooner: half of its weight lies on the last third of `length` bars.
 */
export class Ema {
  readonly #alpha: number;
  #seen = 0;
  #average = 0;

  constructor(readonly length: number) {
    requireParameter("ema", "length", length, { min: 1, max: LONGEST });
    this.#alpha = 2 / (length + 1);
  }

  update(value: number): number {
    if (value - value !== 0) return Number.NaN;
    if (this.#seen === this.length) return (this.#average += (value - this.#average) * this.#alpha);
    this.#average += value;
    if (++this.#seen < this.length) return Number.NaN;
    return (this.#average /= this.length);
  }

  /** Goes on through a column: what `update` gives of each value, to the last bit, with the state in locals. */
  run(values: Float64Array, out: Float64Array): void {
    let i = 0;
    for (; i < values.length && this.#seen < this.length; i++) out[i] = this.update(values[i]);
    const alpha = this.#alpha;
    let average = this.#average;
    for (; i < values.length; i++) {
      const value = values[i];
      out[i] = value - value === 0 ? (average += (value - average) * alpha) : Number.NaN;
    }
    this.#average = average;
  }
}

/** `Ema` over a column: same length, NaN where there is no average yet. `out` may be given to be filled. */
export function ema(
  values: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  new Ema(length).run(values, out);
  return out;
}
