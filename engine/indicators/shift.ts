import { LONGEST, requireParameter } from "../core/requireParameter.ts";

/**
 * The value of `bars` bars ago, in the unit of the input. NaN for the first `bars` outputs; NaNs pass through.
 * There is no shift to the other side: it would show the future.
 */
export class Shift {
  readonly #window: Float64Array;
  #next = 0;

  constructor(readonly bars: number) {
    requireParameter("shift", "bars", bars, { min: 0, max: LONGEST });
    this.#window = new Float64Array(bars).fill(Number.NaN);
  }

  update(value: number): number {
    const window = this.#window;
    if (window.length === 0) return value;
    const next = this.#next;
    const leaving = window[next];
    window[next] = value;
    this.#next = next + 1 < window.length ? next + 1 : 0;
    return leaving;
  }
}

/** `Shift` over a column. `out` may be given to be filled. */
export function shift(
  values: Float64Array,
  bars = 1,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  const step = new Shift(bars);
  for (let i = 0; i < values.length; i++) out[i] = step.update(values[i]);
  return out;
}
