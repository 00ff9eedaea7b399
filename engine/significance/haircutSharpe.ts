import { EngineError } from "../core/errors.ts";
import type { Numbers } from "../core/stats.ts";
import { type Adjustment, adjustPValues } from "./multipleTests.ts";
import { requireCount } from "./requireReturns.ts";
import { studentTwoSided, studentTwoSidedQuantile } from "./studentT.ts";

/** A Sharpe ratio after one way of minding that many were tried. */
export type Haircut = {
  /** Adjusted, two-sided. */
  readonly pValue: number;
  /** The ratio that alone would have had this p-value, in the unit that was given. */
  readonly sharpe: number;
  /** What was cut off, as a fraction of the ratio. */
  readonly haircut: number;
};

export type HaircutSharpe = Readonly<Record<Adjustment, Haircut>> & {
  /** Of the ratio as if it were the only one. */
  readonly pValue: number;
  readonly trials: number;
  readonly observations: number;
};

/**
 * How much of a Sharpe ratio is left once all trials are minded (Harvey and Liu 2015, "Backtesting"): its p-value by
 * Student's t = SR √n, two-sided, is adjusted for the others by Bonferroni, Holm, and Benjamini, Hochberg and Yekutieli,
 * and turned back into a ratio. `sharpes` are those of every trial, per period, over `observations` periods each;
 * `index` says which is asked about. Harvey and Liu draw the other trials from a model of published factors; here they
 * are the ones that were really tried. A trial whose ratio is NaN, one that never traded, counts as one without any
 * evidence. The haircut of a ratio of 0 is NaN.
 */
export function haircutSharpe(
  sharpes: Numbers,
  { index, observations }: { index: number; observations: number },
): HaircutSharpe {
  requireCount("haircutSharpe", "observations", observations, 2);
  if (!(Number.isInteger(index) && index >= 0 && index < sharpes.length)) {
    throw new EngineError(
      "significance.index",
      `haircutSharpe: index is ${index}; expected that of one of the ${sharpes.length} Sharpe ratios.`,
      { index, trials: sharpes.length },
    );
  }
  const degrees = observations - 1;
  const scale = Math.sqrt(observations);
  const pValues = Float64Array.from(sharpes, (sharpe) =>
    Number.isNaN(sharpe) ? 1 : studentTwoSided(sharpe * scale, degrees),
  );
  const own = sharpes[index];
  const cut = (method: Adjustment): Haircut => {
    const pValue = adjustPValues(pValues, method)[index];
    // A p-value of 0 has no ratio: nothing is cut off what no adjustment can reach.
    const size = pValue === 0 ? Math.abs(own) : studentTwoSidedQuantile(pValue, degrees) / scale;
    return { pValue, sharpe: Math.sign(own) * size, haircut: 1 - size / Math.abs(own) };
  };
  return {
    bonferroni: cut("bonferroni"),
    holm: cut("holm"),
    bhy: cut("bhy"),
    pValue: pValues[index],
    trials: sharpes.length,
    observations,
  };
}
