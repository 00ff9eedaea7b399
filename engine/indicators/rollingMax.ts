import { LONGEST, requireParameter } from "../core/requireParameter.ts";

/**
 * Highest of the last `length` values, in the unit of the input.
 *
 * NaN for the first `length − 1` outputs and for every window that holds a value that is not finite. TA-Lib's MAX.
 * Read of highs as resistance: a close above the highest high of the candles before is a breakout (Donchian).
 *
 * Van Herk's and Gil and Werman's algorithm: values come in blocks of `length`; a window is the end of the last block
 * (whose maxima from each place to its end are kept) and the beginning of this one. Three comparisons a value, whatever
 * the length.
 */
export class RollingMax {
  /** Before `#place` this block's values, from it on the last block's maxima to its end. */
  readonly #block: Float64Array;
  #place = 0;
  #known = 0;
  #highest = Number.NEGATIVE_INFINITY;

  constructor(readonly length: number) {
    requireParameter("rollingMax", "length", length, { min: 1, max: LONGEST });
    this.#block = new Float64Array(length).fill(Number.NEGATIVE_INFINITY);
  }

  update(value: number): number {
    const block = this.#block;
    const length = block.length;
    if (value - value !== 0) {
      if (this.#known > 0) block.fill(Number.NEGATIVE_INFINITY);
      this.#place = this.#known = 0;
      this.#highest = Number.NEGATIVE_INFINITY;
      return Number.NaN;
    }
    const place = this.#place;
    block[place] = value;
    let highest = value > this.#highest ? value : this.#highest;
    if (this.#known < length) this.#known++;
    if (place + 1 < length) {
      this.#place = place + 1;
      this.#highest = highest;
      if (block[place + 1] > highest) highest = block[place + 1];
    } else {
      this.#place = 0;
      this.#highest = Number.NEGATIVE_INFINITY;
      for (let i = length - 2; i >= 0; i--) if (block[i + 1] > block[i]) block[i] = block[i + 1];
    }
    return this.#known < length ? Number.NaN : highest;
  }
}

/** `RollingMax` over a column. `out` may be given to be filled. */
export function rollingMax(
  values: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  const step = new RollingMax(length);
  for (let i = 0; i < values.length; i++) out[i] = step.update(values[i]);
  return out;
}
