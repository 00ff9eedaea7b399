import { variance } from "../core/stats.ts";
import { deflatedSharpe, expectedMaximumSharpe, type TrialSpread } from "../significance/deflatedSharpe.ts";
import { alignedReturns } from "./alignedReturns.ts";
import { type IndependentTrials, independentTrials } from "./independentTrials.ts";
import type { ReturnFigures, Trial } from "./trial.ts";

/** What all trials of a notebook say about each of them. */
export type TrialSummary = {
  /** How many were tried. */
  readonly trials: number;
  /** How many were tried before, and no longer count since the ledger was cleared. */
  readonly cleared: number;
  /** How many of them were different bets, by their returns; 1 at least. */
  readonly independent: number;
  /** Variance of the bets' Sharpe ratios, per period. */
  readonly variance: number;
  /** The Sharpe ratio, per period, that the best of so many has on average without any edge. */
  readonly expectedMaximum: number;
};

/** A result that was the only one: nothing was chosen. */
export const ONE_TRIAL: TrialSummary = {
  trials: 1,
  cleared: 0,
  independent: 1,
  variance: Number.NaN,
  expectedMaximum: 0,
};

/**
 * Counts the bets among trials, and how far their Sharpe ratios are apart. Of each bet the best trial stands for it,
 * since that is the one that would be chosen: a hundred variants of one idea neither count as a hundred nor make the
 * others look close together. The variance is never below what chance alone gives the ratio of returns without any
 * edge, 1 / (observations − 1) (Lo 2002): two or three bets say little about how far apart bets are.
 */
export function summariseTrials(trials: readonly Trial[], cleared = 0): TrialSummary {
  return summaryOf(trials, independentTrials(alignedReturns(trials)), cleared);
}

/** The same where it is known already which trials are one bet. */
export function summaryOf(
  trials: readonly ReturnFigures[],
  { count, bet }: IndependentTrials,
  cleared = 0,
): TrialSummary {
  const best = new Map<number, ReturnFigures>();
  for (const [i, trial] of trials.entries()) {
    if (bet[i] < 0 || !Number.isFinite(trial.sharpe)) continue;
    const before = best.get(bet[i]);
    if (before === undefined || trial.sharpe > before.sharpe) best.set(bet[i], trial);
  }
  const chosen = [...best.values()];
  const chance = chosen.reduce((sum, { observations }) => sum + 1 / (observations - 1), 0) / chosen.length;
  const apart = variance(chosen.map(({ sharpe }) => sharpe));
  const spread = {
    trials: Math.max(1, count),
    variance: apart > chance || Number.isNaN(chance) ? apart : chance,
  };
  return {
    trials: trials.length,
    cleared,
    independent: spread.trials,
    variance: spread.variance,
    expectedMaximum: expectedMaximumSharpe(spread),
  };
}

/** Probability that a result's true Sharpe ratio is above 0 although it is the best of so many; see `deflatedSharpe`. */
export function deflatedBy(figures: ReturnFigures, summary: TrialSummary): number {
  return deflatedSharpe(figures, spreadOf(summary));
}

/** What `deflatedSharpe` wants to know of the trials. */
export function spreadOf({ independent, variance: spread }: TrialSummary): TrialSpread {
  return { trials: independent, variance: spread };
}
