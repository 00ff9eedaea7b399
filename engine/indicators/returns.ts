import { LONGEST, requireParameter } from "../core/requireParameter.ts";
import { Shift } from "./shift.ts";

/**
 * Simple return since `bars` bars ago as a fraction: value ÷ past − 1. NaN for the first `bars` outputs, wherever one of
 * the two is not finite, and where the past one is 0. TA-Lib's ROCP.
 * Read: 0.01 is a rise of one percent; unlike differences, returns compare across prices.
 */
export class Returns {
  readonly #past: Shift;

  constructor(readonly bars: number) {
    requireParameter("returns", "bars", bars, { min: 1, max: LONGEST });
    this.#past = new Shift(bars);
  }

  update(value: number): number {
    const past = this.#past.update(value);
    // An infinite past would give −1, a number that looks like a total loss.
    return value - value === 0 && past - past === 0 && past !== 0 ? value / past - 1 : Number.NaN;
  }
}

/** `Returns` over a column. `out` may be given to be filled. */
export function returns(
  values: Float64Array,
  bars = 1,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  const step = new Returns(bars);
  for (let i = 0; i < values.length; i++) out[i] = step.update(values[i]);
  return out;
}
