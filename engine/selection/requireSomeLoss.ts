import { EngineError } from "../core/errors.ts";
import type { FoldResult } from "./walkForwardSearch.ts";

/**
 * Throws `optimise.no-loss` where no point of any fold has a loss: there is nothing to choose from, and so nothing to show.
 * Folds in which nothing was found are no error while another found something.
 */
export function requireSomeLoss(folds: readonly Pick<FoldResult, "study">[]): void {
  const trials = folds.flatMap(({ study }) => study.trials);
  const failed = trials.find(({ state }) => state === "failed");
  if (failed === undefined || trials.some(({ state }) => state === "complete")) return;
  throw new EngineError(
    "optimise.no-loss",
    `None of the ${trials.length} points tried in ${folds.length} folds has a loss, so there is nothing to choose from. ` +
      `The first one, ${JSON.stringify(failed.parameters)}: ${failed.reason ?? "it failed."} ` +
      "Look at one of them with backtest(…), search elsewhere, or choose another loss.",
    { trials: trials.length, folds: folds.length, reason: failed.reason ?? null },
  );
}
