import { LONGEST, requireParameter } from "../core/requireParameter.ts";

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
  readonly #spread: number;
  #next = 0;
  #known = 0;
  // Values are taken from an origin near them: a slope of cents would else drown in the rounding of a price of 100,000.
  #origin = 0;
  #sum = 0;
  #moment = 0;

  constructor(readonly length: number) {
    requireParameter("slope", "length", length, { min: 2, max: LONGEST });
    this.#window = new Float64Array(length);
    this.#middle = (length - 1) / 2;
    this.#spread = (length * (length * length - 1)) / 12;
  }

  update(value: number): number {
    const window = this.#window;
    const length = window.length;
    if (value - value !== 0) {
      this.#known = this.#next = 0;
      return Number.NaN;
    }
    const next = this.#next;
    const leaving = window[next] - this.#origin;
    window[next] = value;
    this.#next = next + 1 < length ? next + 1 : 0;
    if (this.#known < length) {
      if (++this.#known < length) return Number.NaN;
      this.#refresh();
    } else if (this.#next === 0) this.#refresh();
    else {
      // Every place falls by one, which takes the sum of those that stay off the moment.
      const entering = value - this.#origin;
      this.#moment += (length - 1) * entering - (this.#sum - leaving);
      this.#sum += entering - leaving;
    }
    return (this.#moment - this.#middle * this.#sum) / this.#spread;
  }

  /** Fresh sums once per turn of the ring, when it lies in order of time, stop rounding error from building up. */
  #refresh(): void {
    const window = this.#window;
    const origin = window[0];
    let sum = 0;
    let moment = 0;
    for (let i = 1; i < window.length; i++) {
      sum += window[i] - origin;
      moment += i * (window[i] - origin);
    }
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
  const step = new Slope(length);
  for (let i = 0; i < values.length; i++) out[i] = step.update(values[i]);
  return out;
}
