import { Hasher } from "../core/hash.ts";
import type { FoldResult, FoldSettings, JudgedPoint } from "./walkForwardSearch.ts";

/** What the hash of an optimisation covers; the verdict and the chained curve follow from it. */
export type HashedOptimisation = {
  readonly strategy: { readonly hash: string };
  readonly settings: FoldSettings;
  readonly folds: readonly FoldResult[];
};

/**
 * SHA-256 over the canonical form, in this order: the form's name; the strategy's hash; the settings; number of folds, and
 * of each its spans, its trials (parameters, state, losses) and what was chosen, with its returns in and out of sample.
 * The candles are in it through those returns. What a search took over from one before it is not: it changes nothing.
 */
export function optimisationHash({ strategy, settings, folds }: HashedOptimisation): string {
  const { resume: _, known: __, ...study } = settings.study;
  const hasher = new Hasher().text("walkforward optimisation 1").text(strategy.hash);
  hasher.plain({ ...settings, study }).number(folds.length);
  for (const { train, test, study: found, chosen } of folds) {
    for (const { startMs, endMs } of [train, test]) hasher.number(startMs).number(endMs);
    hasher.text(found.settingsHash).number(found.trials.length);
    for (const { parameters, state, losses } of found.trials) {
      hasher.plain(parameters).text(state).plain(losses);
    }
    hasher.plain(chosen?.parameters);
    for (const point of chosen === undefined ? [] : [chosen.inSample, chosen.outOfSample]) {
      hashReturns(hasher, point);
    }
  }
  return hasher.hex();
}

function hashReturns(hasher: Hasher, { dayEnds, dailyReturns }: JudgedPoint): void {
  hasher.column(Float64Array.from(dayEnds)).column(Float64Array.from(dailyReturns));
}
