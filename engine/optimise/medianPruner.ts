import { EngineError } from "../core/errors.ts";
import { median } from "../core/stats.ts";
import { type LossReport, lossUpTo, type Trial } from "./trial.ts";

export type MedianSettings = {
  /** How many trials must be complete before any is pruned. Default 5. */
  readonly startup?: number;
  /** No trial is pruned up to this step. Default 0. */
  readonly warmUpSteps?: number;
};

export function requireMedian({ startup = 5, warmUpSteps = 0 }: MedianSettings): void {
  if (Number.isInteger(startup) && startup >= 1 && warmUpSteps >= 0) return;
  throw new EngineError(
    "optimise.pruner",
    `median: startup ${startup}, warmUpSteps ${warmUpSteps}; expected a whole number from 1, and a step from 0.`,
    { startup, warmUpSteps },
  );
}

/**
 * The median stopping rule (Golovin et al. 2017, "Google Vizier"; as Optuna has it): a trial whose best loss so far is
 * above the median of the complete trials' losses at the same step is given up.
 */
export function medianLimits(
  { startup = 5, warmUpSteps = 0 }: MedianSettings,
  finished: readonly Trial[],
): LossReport[] {
  const complete = finished.filter(({ state, reports }) => state === "complete" && reports.length > 0);
  if (complete.length < startup) return [];
  const steps = new Set(complete.flatMap(({ reports }) => reports.map(({ step }) => step)));
  return [...steps]
    .filter((step) => step > warmUpSteps)
    .sort((a, b) => a - b)
    .map((step) => {
      const losses = complete.map(({ reports }) => lossUpTo(reports, step));
      return { step, loss: median(losses.filter((loss) => !Number.isNaN(loss))) };
    });
}
