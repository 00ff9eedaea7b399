import { LONGEST, requireParameter } from "../core/requireParameter.ts";
import { RollingMoments } from "./rollingMoments.ts";

/** The three columns of `bollinger`, in the unit of its input. */
export type BollingerColumns = { upper: Float64Array; middle: Float64Array; lower: Float64Array };

/**
 * Bollinger bands: the simple average of the last `length` values (`middle`) and `deviations` standard deviations above
 * and below it, in the unit of the input.
 *
 * The deviation is the window's own (`ddof` 0, as Bollinger and TA-Lib have it). NaN for the first `length − 1` outputs
 * and for every window that holds a value that is not finite.
 * Read: narrow bands come before large moves; a close outside them is unusual, not by itself a signal to fade.
 */
export class Bollinger {
  /** The latest outputs. */
  upper = Number.NaN;
  middle = Number.NaN;
  lower = Number.NaN;

  readonly #moments: RollingMoments;

  constructor(
    readonly length: number,
    readonly deviations: number,
  ) {
    requireParameter("bollinger", "length", length, { min: 2, max: LONGEST });
    requireParameter("bollinger", "deviations", deviations, { min: 0, max: 100, isInteger: false });
    this.#moments = new RollingMoments(length);
  }

  update(value: number): void {
    if (this.#moments.update(value)) {
      const width = this.deviations * Math.sqrt(this.#moments.squares / this.length);
      this.middle = this.#moments.mean;
      this.upper = this.middle + width;
      this.lower = this.middle - width;
    } else this.upper = this.middle = this.lower = Number.NaN;
  }

  /** Goes on through a column: what `update` gives of each value, to the last bit. */
  run(values: Float64Array, { upper, middle, lower }: BollingerColumns): void {
    const { length, deviations } = this;
    this.#moments.run(values, middle, upper);
    for (let i = 0; i < values.length; i++) {
      const width = deviations * Math.sqrt(upper[i] / length);
      upper[i] = middle[i] + width;
      lower[i] = middle[i] - width;
    }
    const last = values.length - 1;
    if (last < 0) return;
    this.upper = upper[last];
    this.middle = middle[last];
    this.lower = lower[last];
  }
}

/** `Bollinger` over a column. `out` may be given to be filled. */
export function bollinger(
  values: Float64Array,
  length = 20,
  deviations = 2,
  out: BollingerColumns = {
    upper: new Float64Array(values.length),
    middle: new Float64Array(values.length),
    lower: new Float64Array(values.length),
  },
): BollingerColumns {
  new Bollinger(length, deviations).run(values, out);
  return out;
}
