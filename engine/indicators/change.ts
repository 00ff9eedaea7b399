import { LONGEST, requireParameter } from "../core/requireParameter.ts";
import { Shift } from "./shift.ts";

/**
 * Difference from the value of `bars` bars ago, in the unit of the input. NaN for the first `bars` outputs and wherever
 * one of the two is not finite. TA-Lib's MOM.
 * Read: its sign is the direction since then; of a MACD histogram, whether momentum gathers or fades.
 */
export class Change {
  readonly #past: Shift;

  constructor(readonly bars: number) {
    requireParameter("change", "bars", bars, { min: 1, max: LONGEST });
    this.#past = new Shift(bars);
  }

  update(value: number): number {
    const change = value - this.#past.update(value);
    return change - change === 0 ? change : Number.NaN;
  }
}

/** `Change` over a column. `out` may be given to be filled. */
export function change(
  values: Float64Array,
  bars = 1,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  const step = new Change(bars);
  for (let i = 0; i < values.length; i++) out[i] = step.update(values[i]);
  return out;
}
