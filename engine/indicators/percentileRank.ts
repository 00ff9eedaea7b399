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
  readonly #window: Float64Array;
  #next = 0;
  #known = 0;

  constructor(readonly length: number) {
    requireParameter("percentileRank", "length", length, { min: 1, max: LONGEST });
    this.#window = new Float64Array(length);
  }

  update(value: number): number {
    const window = this.#window;
    const length = window.length;
    if (value - value !== 0) {
      this.#known = this.#next = 0;
      return Number.NaN;
    }
    window[this.#next] = value;
    this.#next = this.#next + 1 < length ? this.#next + 1 : 0;
    if (this.#known < length && ++this.#known < length) return Number.NaN;
    let below = 0;
    let equal = 0;
    for (let i = 0; i < length; i++) {
      below += window[i] < value ? 1 : 0;
      equal += window[i] === value ? 1 : 0;
    }
    return (below + (equal + 1) / 2) / length;
  }
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
