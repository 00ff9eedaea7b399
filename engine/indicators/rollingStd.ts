import { LONGEST, requireParameter } from "../core/requireParameter.ts";
import { RollingMoments } from "./rollingMoments.ts";

/**
 * Standard deviation of the last `length` values, in the unit of the input.
 *
 * `ddof` 0 (default) describes the window itself, as TA-Lib's STDDEV; 1 estimates what the window is a sample of, as
 * pandas' `rolling().std()`. NaN for the first `length − 1` outputs and for every window that holds a value that is not
 * finite; exactly 0 for a window of equal values.
 * Read as realised volatility when the input is returns.
 */
export class RollingStd {
  readonly #moments: RollingMoments;
  readonly #divisor: number;

  constructor(
    readonly length: number,
    readonly ddof = 0,
  ) {
    requireParameter("rollingStd", "length", length, { min: 2, max: LONGEST });
    requireParameter("rollingStd", "ddof", ddof, { min: 0, max: 1 });
    this.#moments = new RollingMoments(length);
    this.#divisor = length - ddof;
  }

  update(value: number): number {
    return this.#moments.update(value) ? Math.sqrt(this.#moments.squares / this.#divisor) : Number.NaN;
  }

  /** Goes on through a column: what `update` gives of each value, to the last bit. */
  run(values: Float64Array, out: Float64Array): void {
    // The means are not wanted: they are overwritten by the squares.
    this.#moments.run(values, out, out);
    for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(out[i] / this.#divisor);
  }
}

/** `RollingStd` over a column. `out` may be given to be filled. */
export function rollingStd(
  values: Float64Array,
  length: number,
  ddof = 0,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  new RollingStd(length, ddof).run(values, out);
  return out;
}
