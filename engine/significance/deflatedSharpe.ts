import { EngineError } from "../core/errors.ts";
import { normalQuantile } from "../core/maths.ts";
import { probabilisticSharpe } from "./probabilisticSharpe.ts";
import type { SharpeEstimate } from "./sharpeEstimate.ts";

/** Euler and Mascheroni's constant. */
const GAMMA = 0.5772156649015329;
/** 1/e. */
const ONE_BY_E = 0.36787944117144233;

/** What is known of all that was tried, the one that was chosen among them. */
export type TrialSpread = {
  /** How many trials, from 1; the effective number of independent ones where it is known, which may be a fraction. */
  readonly trials: number;
  /** Variance of the trials' Sharpe ratios, per period; a year's is divided by the periods of a year. */
  readonly variance: number;
};

/**
 * The largest of so many independent standard normal draws, on average: (1 − γ) Φ⁻¹(1 − 1/N) + γ Φ⁻¹(1 − 1/(N e))
 * (Bailey and López de Prado 2014, from extreme value theory). 0 for one draw.
 */
export function expectedMaximum(trials: number): number {
  if (!(trials >= 1)) {
    throw new EngineError(
      "significance.trials",
      `expectedMaximum: the number of trials is ${trials}; expected 1 or more: what was chosen is one of them.`,
      { trials },
    );
  }
  if (trials === 1) return 0;
  const value = (1 - GAMMA) * normalQuantile(1 - 1 / trials) + GAMMA * normalQuantile(1 - ONE_BY_E / trials);
  // The approximation falls below 0 between 1 and 2 trials, which no maximum of centred draws can.
  return Math.max(0, value);
}

/**
 * The Sharpe ratio, per period, that the best of so many trials without any edge has on average: what luck alone
 * would show. NaN where the variance is.
 */
export function expectedMaximumSharpe({ trials, variance }: TrialSpread): number {
  // One trial is nothing's best: it needs no spread, which a single one does not have.
  return trials === 1 ? 0 : Math.sqrt(variance) * expectedMaximum(trials);
}

/**
 * Probability that the true Sharpe ratio is above 0 although it is the best of many: the probabilistic Sharpe ratio
 * against `expectedMaximumSharpe` (Bailey and López de Prado 2014, "The deflated Sharpe ratio"). Everything is per
 * period and the kurtosis is raw, as in the paper; several libraries put in the excess and come out too high. With one
 * trial it is the probabilistic Sharpe ratio against 0.
 */
export function deflatedSharpe(estimate: SharpeEstimate, spread: TrialSpread): number {
  return probabilisticSharpe(estimate, { benchmark: expectedMaximumSharpe(spread) });
}
