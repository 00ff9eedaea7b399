import { LONGEST, requireParameter } from "../core/requireParameter.ts";

/**
 * Where the latest value stands among the last `length` values, itself included: 1 is the highest, 1 / length the
 * lowest, equal values share the mean of their places.
 *
 * pandas' `rolling(length).rank(pct=True)`. NaN for the first `length − 1` outputs and for every window that holds a
 * value that is not finite.
 * Read as an indicator that needs no unit: 0.95 says that only one value in twenty of the window was higher.
 */
export class PercentileRank {
  /** The window in order of time, and its values in ascending order. */
  readonly #window: Float64Array;
  readonly #sorted: Float64Array;
  #next = 0;
  #known = 0;

  constructor(readonly length: number) {
    requireParameter("percentileRank", "length", length, { min: 1, max: LONGEST });
    this.#window = new Float64Array(length);
    this.#sorted = new Float64Array(length);
  }

  update(value: number): number {
    const window = this.#window;
    const sorted = this.#sorted;
    const length = window.length;
    if (value - value !== 0) {
      this.#known = this.#next = 0;
      return Number.NaN;
    }
    const leaving = window[this.#next];
    window[this.#next] = value;
    this.#next = this.#next + 1 < length ? this.#next + 1 : 0;

    let place = placeOf(value, sorted, this.#known);
    if (this.#known < length) {
      sorted.copyWithin(place + 1, place, this.#known);
      this.#known++;
    } else {
      // Only the values between the place that is freed and the one that is taken move, by one.
      const freed = placeOf(leaving, sorted, length);
      if (freed < place) sorted.copyWithin(freed, freed + 1, place--);
      else sorted.copyWithin(place + 1, place, freed);
    }
    sorted[place] = value;
    if (this.#known < length) return Number.NaN;
    let end = place + 1;
    while (end < length && sorted[end] === value) end++;
    // Places count from 1: equal values take place + 1 … end and share their mean.
    return (place + 1 + end) / 2 / length;
  }
}

/** How many of the first `count` sorted values are below `value`. */
function placeOf(value: number, sorted: Float64Array, count: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `PercentileRank` over a column. `out` may be given to be filled. */
export function percentileRank(
  values: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  const step = new PercentileRank(length);
  for (let i = 0; i < values.length; i++) out[i] = step.update(values[i]);
  return out;
}
