import { LONGEST, requireParameter } from "../core/requireParameter.ts";

/**
 * Lowest of the last `length` values, in the unit of the input.
 *
 * NaN for the first `length − 1` outputs and for every window that holds a value that is not finite. TA-Lib's MIN.
 * Read of lows as support: a close below the lowest low of the candles before is a breakdown (Donchian).
 *
 * The mirror image of `RollingMax`, which tells the algorithm.
 */
export class RollingMin {
  /** Before `#place` this block's values, from it on the last block's minima to its end. */
  readonly #block: Float64Array;
  #place = 0;
  #known = 0;
  #lowest = Number.POSITIVE_INFINITY;

  constructor(readonly length: number) {
    requireParameter("rollingMin", "length", length, { min: 1, max: LONGEST });
    this.#block = new Float64Array(length).fill(Number.POSITIVE_INFINITY);
  }

  update(value: number): number {
    const block = this.#block;
    const length = block.length;
    if (value - value !== 0) {
      if (this.#known > 0) block.fill(Number.POSITIVE_INFINITY);
      this.#place = this.#known = 0;
      this.#lowest = Number.POSITIVE_INFINITY;
      return Number.NaN;
    }
    const place = this.#place;
    block[place] = value;
    let lowest = value < this.#lowest ? value : this.#lowest;
    if (this.#known < length) this.#known++;
    if (place + 1 < length) {
      this.#place = place + 1;
      this.#lowest = lowest;
      if (block[place + 1] < lowest) lowest = block[place + 1];
    } else {
      this.#place = 0;
      this.#lowest = Number.POSITIVE_INFINITY;
      for (let i = length - 2; i >= 0; i--) if (block[i + 1] < block[i]) block[i] = block[i + 1];
    }
    return this.#known < length ? Number.NaN : lowest;
  }
}

/** `RollingMin` over a column. `out` may be given to be filled. */
export function rollingMin(
  values: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  const step = new RollingMin(length);
  for (let i = 0; i < values.length; i++) out[i] = step.update(values[i]);
  return out;
}
