import { deflatedBy, ONE_TRIAL, type TrialSummary } from "#engine/trials/summary.ts";
import type { ReturnFigures } from "#engine/trials/trial.ts";
import { count, ratio } from "./text.ts";

/**
 * `1.42 · deflated 0.63 (17 trials)`: an annual Sharpe ratio beside the probability that it is above 0 although it is
 * the best of so many. What is run by itself, without a notebook that counts, is one trial.
 */
export function deflatedText(figures: ReturnFigures, summary: TrialSummary = ONE_TRIAL): string {
  const annual = figures.sharpe * Math.sqrt(figures.periodsPerYear);
  return `${ratio(annual)} · deflated ${ratio(deflatedBy(figures, summary))} (${trialCount(summary.trials)})`;
}

export function trialCount(trials: number): string {
  return trials === 1 ? "1 trial" : `${count(trials)} trials`;
}
