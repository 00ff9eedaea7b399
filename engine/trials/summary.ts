import { variance } from "../core/stats.ts";
import { expectedMaximumSharpe } from "../significance/deflatedSharpe.ts";
import { probabilisticSharpe } from "../significance/probabilisticSharpe.ts";
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
  /** The Sharpe ratio, per period, that the best of so many has on average without any edge. */
  readonly expectedMaximum: number;
};

/** A result that was the only one: nothing was chosen. */
export const ONE_TRIAL: TrialSummary = { trials: 1, cleared: 0, independent: 1, expectedMaximum: 0 };

/** Trials whose returns correlate by so much are variants of one rule that hardly differ. */
const SAME_VARIANT = 0.9;

/**
 * Counts the bets among trials, and says what the best of them would show by luck alone (`expectedMaximumSharpe`). Three
 * counts are taken, and the largest answer stands, since each alone can be fooled:
 *
 * - every trial, by how far all ratios are apart, as in Bailey and López de Prado (2014). What trials have in common is
 *   not in that distance, so it holds for correlated ones too; many copies of one make it too small.
 * - variants, of trials whose returns correlate by 0.9 one: an optimiser that searches around its best so far, or one
 *   strategy run over and over, does not hide what else was tried.
 * - bets, of trials whose returns correlate by 0.5 one (`effectiveTrials`). How far few bets are apart is little known,
 *   so they count as no closer than chance alone puts ratios of returns without any edge, 1 / (observations − 1) (Lo
 *   2002).
 *
 * Of trials that are one variant, or one bet, the best stands for all: it is the one that would be chosen.
 */
export function summariseTrials(trials: readonly Trial[], cleared = 0): TrialSummary {
  return summaryOf(trials, compareTrials(trials), cleared);
}

/** Which trials go together, by how much they are alike. */
export type TrialComparison = { readonly bets: IndependentTrials; readonly variants: IndependentTrials };

/** The longest part of a summary: the time grows with the square of the number of trials. */
export function compareTrials(trials: readonly Trial[]): TrialComparison {
  const returns = alignedReturns(trials);
  return {
    bets: independentTrials(returns),
    variants: independentTrials(returns, { threshold: SAME_VARIANT }),
  };
}

/** The same where it is known already which trials go together. */
export function summaryOf(
  trials: readonly ReturnFigures[],
  { bets, variants }: TrialComparison,
  cleared = 0,
): TrialSummary {
  const best = bestOfEach(trials, bets);
  const chance = best.reduce((sum, { observations }) => sum + 1 / (observations - 1), 0) / best.length;
  const luck = [
    luckOf(trials.filter(({ sharpe }) => Number.isFinite(sharpe))),
    luckOf(bestOfEach(trials, variants)),
    luckOf(best, chance),
  ];
  return {
    trials: trials.length,
    cleared,
    independent: Math.max(1, bets.count),
    expectedMaximum: Math.max(...luck),
  };
}

/** Of each group the trial with the largest Sharpe ratio; those that have none are left out. */
function bestOfEach(trials: readonly ReturnFigures[], { bet }: IndependentTrials): ReturnFigures[] {
  const best = new Map<number, ReturnFigures>();
  for (const [i, trial] of trials.entries()) {
    if (bet[i] < 0 || !Number.isFinite(trial.sharpe)) continue;
    const before = best.get(bet[i]);
    if (before === undefined || trial.sharpe > before.sharpe) best.set(bet[i], trial);
  }
  return [...best.values()];
}

function luckOf(chosen: readonly ReturnFigures[], least = 0): number {
  if (chosen.length < 2) return 0;
  const apart = variance(chosen.map(({ sharpe }) => sharpe));
  return expectedMaximumSharpe({ trials: chosen.length, variance: Math.max(apart, least) });
}

/**
 * Probability that a result's true Sharpe ratio is above 0 although it is the best of so many: the probabilistic Sharpe
 * ratio against what luck alone would show. With one trial, against 0.
 */
export function deflatedBy(figures: ReturnFigures, { expectedMaximum }: TrialSummary): number {
  return probabilisticSharpe(figures, { benchmark: expectedMaximum });
}
