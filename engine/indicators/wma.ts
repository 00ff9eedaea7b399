import { LONGEST, requireParameter } from "../core/requireParameter.ts";
import { REFRESH_AFTER } from "./refresh.ts";

/**
 * Linearly weighted moving average of the last `length` values, weights 1 (oldest) … `length` (latest), in the unit of
 * the input.
 *
 * NaN for the first `length − 1` outputs and for every window that holds a value that is not finite. TA-Lib's WMA.
 * Read like a simple average with two thirds of its lag.
 */
export class Wma {
  readonly #window: Float64Array;
  readonly #perWeight: number;
  #next = 0;
  #known = 0;
  #sum = 0;
  #age = 0;
  #weighted = 0;

  constructor(readonly length: number) {
    requireParameter("wma", "length", length, { min: 1, max: LONGEST });
    this.#window = new Float64Array(length);
    this.#perWeight = 2 / (length * (length + 1));
  }

  update(value: number): number {
    const window = this.#window;
    const length = window.length;
    if (value - value !== 0) {
      this.#known = this.#next = this.#sum = this.#weighted = 0;
      return Number.NaN;
    }
    const next = this.#next;
    if (this.#known < length) {
      this.#known++;
      this.#sum += value;
      this.#weighted += value * this.#known;
    } else {
      // Every weight falls by one, which takes one plain sum off; the oldest falls to nothing.
      this.#weighted += length * value - this.#sum;
      this.#sum += value - window[next];
    }
    window[next] = value;
    if (next + 1 < length) this.#next = next + 1;
    else {
      this.#next = 0;
      this.#age += length;
      if (this.#age >= REFRESH_AFTER) this.#refresh();
    }
    return this.#known < length ? Number.NaN : this.#weighted * this.#perWeight;
  }

  /**
   * Goes on through a column: what `update` gives of each value, to the last bit, with the state in locals.
   * `update` itself does what is rare: the beginning, a turn of the ring, a value that is not finite.
   */
  run(values: Float64Array, out: Float64Array): void {
    const window = this.#window;
    const length = window.length;
    const perWeight = this.#perWeight;
    for (let i = 0; i < values.length; ) {
      out[i] = this.update(values[i]);
      i++;
      if (this.#known < length) continue;
      let next = this.#next;
      let sum = this.#sum;
      let weighted = this.#weighted;
      for (; next + 1 < length && i < values.length; next++, i++) {
        const value = values[i];
        if (value - value !== 0) break;
        weighted += length * value - sum;
        sum += value - window[next];
        window[next] = value;
        out[i] = weighted * perWeight;
      }
      this.#next = next;
      this.#sum = sum;
      this.#weighted = weighted;
    }
  }

  /** Fresh sums; the ring has just turned and lies in order of time. */
  #refresh(): void {
    const window = this.#window;
    let sum = 0;
    let weighted = 0;
    for (let i = 0; i < window.length; i++) {
      sum += window[i];
      weighted += (i + 1) * window[i];
    }
    this.#age = 0;
    this.#sum = sum;
    this.#weighted = weighted;
  }
}

/** `Wma` over a column: same length, NaN where there is no average yet. `out` may be given to be filled. */
export function wma(
  values: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  new Wma(length).run(values, out);
  return out;
}
