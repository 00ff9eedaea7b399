import { LONGEST, requireParameter } from "../core/requireParameter.ts";
import { REFRESH_AFTER } from "./refresh.ts";

/**
 * Slope of the straight line that fits the last `length` values best (least squares), in units of the input per bar.
 *
 * NaN for the first `length − 1` outputs and for every window that holds a value that is not finite. TA-Lib's
 * LINEARREG_SLOPE. For the plain difference between two bars see `change`.
 * Read: the sign is the direction of the window, the size its pace; divide by the price to compare markets.
 */
export class Slope {
  readonly #window: Float64Array;
  readonly #middle: number;
  readonly #perSpread: number;
  #next = 0;
  #known = 0;
  #previous = Number.NaN;
  #equal = 0;
  // Values are taken from an origin near them: a slope of cents would else drown in the rounding of a price of 100,000.
  #origin = 0;
  #sum = 0;
  #moment = 0;
  #age = 0;
  #isNew = true;

  constructor(readonly length: number) {
    requireParameter("slope", "length", length, { min: 2, max: LONGEST });
    this.#window = new Float64Array(length);
    this.#middle = (length - 1) / 2;
    this.#perSpread = 12 / (length * (length * length - 1));
  }

  update(value: number): number {
    const window = this.#window;
    const length = window.length;
    if (value - value !== 0) {
      this.#known = this.#next = this.#equal = 0;
      this.#previous = Number.NaN;
      this.#isNew = true;
      return Number.NaN;
    }
    this.#equal = value === this.#previous ? this.#equal + 1 : 1;
    this.#previous = value;
    const next = this.#next;
    const leaving = window[next];
    window[next] = value;
    if (this.#known < length) this.#known++;
    else {
      // Every place falls by one, which takes the sum of those that stay off the moment.
      const entering = value - this.#origin;
      const staying = this.#sum - (leaving - this.#origin);
      this.#moment += (length - 1) * entering - staying;
      this.#sum = staying + entering;
    }
    if (next + 1 < length) this.#next = next + 1;
    else {
      this.#next = 0;
      this.#age += length;
      if (this.#age >= REFRESH_AFTER || this.#isNew) this.#refresh();
    }
    if (this.#known < length) return Number.NaN;
    // Its sign is read as a direction, so a flat window must not show what rounding left.
    return this.#equal >= length ? 0 : (this.#moment - this.#middle * this.#sum) * this.#perSpread;
  }

  /**
   * Goes on through a column: what `update` gives of each value, to the last bit, with the state in locals. `update`
   * itself does what is rare: the beginning, equal neighbours, a turn of the ring, a value that is not finite.
   */
  run(values: Float64Array, out: Float64Array): void {
    const window = this.#window;
    const length = window.length;
    const middle = this.#middle;
    const perSpread = this.#perSpread;
    for (let i = 0; i < values.length; ) {
      out[i] = this.update(values[i]);
      i++;
      if (this.#known < length) continue;
      const origin = this.#origin;
      const begin = i;
      let next = this.#next;
      let previous = this.#previous;
      let sum = this.#sum;
      let moment = this.#moment;
      for (; next + 1 < length && i < values.length; next++, i++) {
        const value = values[i];
        if (value - value !== 0 || value === previous) break;
        const entering = value - origin;
        const staying = sum - (window[next] - origin);
        moment += (length - 1) * entering - staying;
        sum = staying + entering;
        window[next] = previous = value;
        out[i] = (moment - middle * sum) * perSpread;
      }
      if (i === begin) continue;
      this.#next = next;
      this.#previous = previous;
      this.#equal = 1;
      this.#sum = sum;
      this.#moment = moment;
    }
  }

  /** Fresh sums from a fresh origin; the ring has just turned and lies in order of time. */
  #refresh(): void {
    const window = this.#window;
    const origin = window[0];
    let sum = 0;
    let moment = 0;
    for (let i = 1; i < window.length; i++) {
      sum += window[i] - origin;
      moment += i * (window[i] - origin);
    }
    this.#age = 0;
    this.#isNew = false;
    this.#origin = origin;
    this.#sum = sum;
    this.#moment = moment;
  }
}

/** `Slope` over a column. `out` may be given to be filled. */
export function slope(
  values: Float64Array,
  length = 14,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  new Slope(length).run(values, out);
  return out;
}
