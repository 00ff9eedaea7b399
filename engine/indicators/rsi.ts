import { LONGEST, requireParameter } from "../core/requireParameter.ts";

/**
 * Relative strength index, 0 … 100: average gain as a share of average gain plus average loss.
 *
 * Wilder's smoothing (α = 1 / length), seeded by the simple averages of the first `length` changes, as in TA-Lib: NaN
 * for the first `length` finite values. Leading NaNs are passed over; a later value that is not finite gives NaN at its
 * place, and the next change is taken from the last finite value. NaN, too, while nothing has moved at all: there is no
 * share of nothing (TA-Lib writes 0 there, which would read as a crash).
 * Read: over 70 overbought, under 30 oversold, 40–65 a healthy advance. Wilder, "New Concepts in Technical Trading
 * Systems" (1978).
 */
export class Rsi {
  readonly #keep: number;
  readonly #take: number;
  #previous = Number.NaN;
  #changes = 0;
  #gain = 0;
  #loss = 0;

  constructor(readonly length: number) {
    requireParameter("rsi", "length", length, { min: 2, max: LONGEST });
    this.#take = 1 / length;
    this.#keep = (length - 1) / length;
  }

  update(value: number): number {
    if (value - value !== 0) return Number.NaN;
    const change = value - this.#previous;
    this.#previous = value;
    const rise = change > 0 ? change : 0;
    const fall = change < 0 ? -change : 0;
    if (this.#changes === this.length) {
      this.#gain = this.#gain * this.#keep + rise * this.#take;
      this.#loss = this.#loss * this.#keep + fall * this.#take;
    } else {
      if (Number.isNaN(change)) return Number.NaN; // the first value of all
      this.#gain += rise;
      this.#loss += fall;
      if (++this.#changes < this.length) return Number.NaN;
      this.#gain /= this.length;
      this.#loss /= this.length;
    }
    return (100 * this.#gain) / (this.#gain + this.#loss);
  }
}

/** `Rsi` over a column: same length, NaN where there is no value yet. `out` may be given to be filled. */
export function rsi(
  values: Float64Array,
  length = 14,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  const step = new Rsi(length);
  for (let i = 0; i < values.length; i++) out[i] = step.update(values[i]);
  return out;
}
