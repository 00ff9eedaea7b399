import { DAY_MS } from "#engine/core/timeframe.ts";
import { unpackReturns } from "#engine/trials/returns.ts";
import type { PackedReturns } from "#engine/trials/trial.ts";

export type TrialRows = {
  /** Of the result itself: every stretch of days that it has a value for. */
  readonly own: Float64Array;
  /** The returns of each trial over the same stretches; 0 where it has none. */
  readonly rows: readonly Float64Array[];
  /** Which of the trials the rows are of: those of stretches as long as the result's. */
  readonly kept: readonly number[];
};

/** Returns of trials over the stretches of days of one of them, so that all can be compared. */
export function trialRows(own: PackedReturns, trials: readonly PackedReturns[]): TrialRows {
  const values = unpackReturns(own);
  const known = Array.from(values.keys()).filter((i) => !Number.isNaN(values[i]));
  const rows: Float64Array[] = [];
  const kept: number[] = [];
  for (const [k, trial] of trials.entries()) {
    if (trial.days !== own.days) continue;
    const offset = (own.firstMs - trial.firstMs) / (own.days * DAY_MS);
    const others = unpackReturns(trial);
    kept.push(k);
    rows.push(
      Float64Array.from(known, (i) => {
        const value = others[i + offset];
        return value === undefined || Number.isNaN(value) ? 0 : value;
      }),
    );
  }
  return { own: Float64Array.from(known, (i) => values[i]), rows, kept };
}
