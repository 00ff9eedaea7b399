import { deflatedBy, type TrialSummary } from "#engine/trials/summary.ts";
import type { ReturnFigures } from "#engine/trials/trial.ts";
import { formatCount, formatNumber, MISSING } from "./format.ts";
import type { Figure } from "./reportFigures.ts";

/** What the trials behind a report come to, now and whenever there are more of them. */
export type TrialsView = {
  /** Undefined while they are being read. */
  readonly summary: TrialSummary | undefined;
  /** Calls back with every change; returns the way to stop that. */
  follow(listener: () => void): () => void;
};

/** The trials of the notebook that a page shows; every report on the page follows them. */
class PageTrials implements TrialsView {
  #summary: TrialSummary | undefined;
  readonly #listeners = new Set<() => void>();

  get summary(): TrialSummary | undefined {
    return this.#summary;
  }

  show(summary: TrialSummary | undefined): void {
    this.#summary = summary;
    for (const listener of [...this.#listeners]) listener();
  }

  follow(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

export const pageTrials = new PageTrials();

/** Trials that do not change: those of a kept run, or a result that stands for itself. */
export function settledTrials(summary: TrialSummary): TrialsView {
  return { summary, follow: () => () => undefined };
}

/** The Sharpe ratio's deflated twin, to stand beside it: the same result, seen as the best of all that was tried. */
export function deflatedFigure(figures: ReturnFigures, trials: TrialsView = pageTrials): Figure {
  const read = (): Pick<Figure, "value" | "note"> => {
    const { summary } = trials;
    return summary === undefined
      ? { value: MISSING, note: "counting trials" }
      : { value: formatNumber(deflatedBy(figures, summary), 2), note: trialsText(summary) };
  };
  return {
    name: "deflated",
    ...read(),
    hint:
      "Deflated Sharpe ratio (Bailey and López de Prado 2014): the probability that the true Sharpe ratio is above 0 " +
      "although this is one of so many that were tried.",
    live: { read, follow: (listener) => trials.follow(listener) },
  };
}

/** `17 trials, 4 different bets`; where the ledger was cleared, that too. */
export function trialsText({ trials, independent, cleared }: TrialSummary): string {
  const counted = trials === 1 ? "1 trial" : `${formatCount(trials)} trials`;
  const bets =
    trials > 1 ? `, ${independent === 1 ? "1 bet" : `${formatCount(independent)} different bets`}` : "";
  return cleared === 0 ? counted + bets : `${counted}${bets}; ${formatCount(cleared)} cleared before`;
}
