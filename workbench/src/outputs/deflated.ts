import { deflatedBy, type TrialSummary } from "#engine/trials/summary.ts";
import type { ReturnFigures } from "#engine/trials/trial.ts";
import { element } from "./element.ts";
import { formatCount, formatNumber, MISSING } from "./format.ts";
import type { Figure } from "./reportFigures.ts";

/** What the trials behind a report come to, now and whenever there are more of them. */
export type TrialsView = {
  /** Undefined while they are being read, and where they cannot be had. */
  readonly summary: TrialSummary | undefined;
  /** Why they cannot be had. */
  readonly missing?: string;
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

/** Trials that do not change: those of a kept run, or a result that stands for itself; or why there are none. */
export function settledTrials(given: TrialSummary | { missing: string }): TrialsView {
  const follow = (): (() => void) => () => undefined;
  return "missing" in given
    ? { summary: undefined, missing: given.missing, follow }
    : { summary: given, follow };
}

/** The Sharpe ratio's deflated twin, to stand beside it: the same result, seen as the best of all that was tried. */
export function deflatedFigure(figures: ReturnFigures, trials: TrialsView = pageTrials): Figure {
  const read = (): Pick<Figure, "value" | "note"> => {
    const { summary } = trials;
    return summary === undefined
      ? { value: MISSING, note: trials.missing ?? "counting trials" }
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

/** The same as a cell of a table, `0.63 (17 trials)`; `stop` ends the following. */
export function deflatedCell(
  figures: ReturnFigures,
  trials: TrialsView = pageTrials,
): { cell: HTMLTableCellElement; stop: () => void } {
  const cell = element("td");
  const update = (): void => {
    const { summary } = trials;
    cell.textContent =
      summary === undefined
        ? MISSING
        : `${formatNumber(deflatedBy(figures, summary), 2)} (${trialCount(summary.trials)})`;
  };
  update();
  return { cell, stop: trials.follow(update) };
}

/** `17 trials, 4 different bets`; where the ledger was cleared, that too. */
export function trialsText({ trials, independent, cleared }: TrialSummary): string {
  const counted = trialCount(trials);
  const bets =
    trials > 1 ? `, ${independent === 1 ? "1 bet" : `${formatCount(independent)} different bets`}` : "";
  return cleared === 0 ? counted + bets : `${counted}${bets}; ${formatCount(cleared)} cleared before`;
}

function trialCount(trials: number): string {
  return trials === 1 ? "1 trial" : `${formatCount(trials)} trials`;
}
