import { LONGEST, requireParameter } from "../core/requireParameter.ts";
import { REFRESH_AFTER } from "./refresh.ts";

/**
 * Simple moving average of the last `length` values, in the unit of the input.
 *
 * NaN for the first `length − 1` outputs and for every window that holds a value that is not finite. TA-Lib's SMA.
 * Read as the trend without its noise: price above it and rising, the trend is up; it lags by (length − 1) / 2 bars.
 */
export class Sma {
  readonly #window: Float64Array;
  #next = 0;
  #known = 0;
  #sum = 0;
  #age = 0;

  constructor(readonly length: number) {
    requireParameter("sma", "length", length, { min: 1, max: LONGEST });
    this.#window = new Float64Array(length);
  }

  update(value: number): number {
    const window = this.#window;
    const length = window.length;
    if (value - value !== 0) {
      // No window that holds this value has an average: begin anew with the next.
      this.#known = this.#next = this.#sum = 0;
      return Number.NaN;
    }
    const next = this.#next;
    if (this.#known < length) {
      this.#known++;
      this.#sum += value;
    } else this.#sum += value - window[next];
    window[next] = value;
    if (next + 1 < length) this.#next = next + 1;
    else {
      this.#next = 0;
      this.#age += length;
      if (this.#age >= REFRESH_AFTER) {
        this.#age = 0;
        this.#sum = total(window);
      }
    }
    return this.#known < length ? Number.NaN : this.#sum / length;
  }

  /**
   * Goes on through a column: what `update` gives of each value, to the last bit, with the state in locals.
   * `update` itself does what is rare: the beginning, a turn of the ring, a value that is not finite.
   */
  run(values: Float64Array, out: Float64Array): void {
    const window = this.#window;
    const length = window.length;
    for (let i = 0; i < values.length; ) {
      out[i] = this.update(values[i]);
      i++;
      if (this.#known < length) continue;
      let next = this.#next;
      let sum = this.#sum;
      for (; next + 1 < length && i < values.length; next++, i++) {
        const value = values[i];
        if (value - value !== 0) break;
        sum += value - window[next];
        window[next] = value;
        out[i] = sum / length;
      }
      this.#next = next;
      this.#sum = sum;
    }
  }
}

/** `Sma` over a column: same length, NaN where there is no average yet. `out` may be given to be filled. */
export function sma(
  values: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  new Sma(length).run(values, out);
  return out;
}

function total(window: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < window.length; i++) sum += window[i];
  return sum;
}
