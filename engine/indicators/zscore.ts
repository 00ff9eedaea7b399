import { LONGEST, requireParameter } from "../core/requireParameter.ts";
import { RollingMoments } from "./rollingMoments.ts";

/**
 * How many standard deviations the latest value lies from the mean of the last `length` values, itself included.
 *
 * The deviation is the window's own (`ddof` 0, SciPy's default). NaN for the first `length − 1` outputs, for every
 * window that holds a value that is not finite, and for a window of equal values, where there is no deviation to
 * measure in. Its size cannot pass √(length − 1).
 * Read: beyond ±2 the latest value is unusual for its recent past; of a volume, that something has happened.
 */
export class Zscore {
  readonly #moments: RollingMoments;

  constructor(readonly length: number) {
    requireParameter("zscore", "length", length, { min: 2, max: LONGEST });
    this.#moments = new RollingMoments(length);
  }

  update(value: number): number {
    const moments = this.#moments;
    if (!moments.update(value) || moments.squares === 0) return Number.NaN;
    return (value - moments.mean) / Math.sqrt(moments.squares / this.length);
  }
}

/** `Zscore` over a column. `out` may be given to be filled. */
export function zscore(
  values: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  const step = new Zscore(length);
  for (let i = 0; i < values.length; i++) out[i] = step.update(values[i]);
  return out;
}
