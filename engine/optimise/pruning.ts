import { EngineError, nearestName } from "../core/errors.ts";
import { type HyperbandSettings, hyperbandLimits, requireHyperband } from "./hyperband.ts";
import { type MedianSettings, medianLimits, requireMedian } from "./medianPruner.ts";
import type { LossReport, Trial } from "./trial.ts";

/** When trials are given up on the way. */
export type PrunerSpec =
  | ({ readonly kind: "median" } & MedianSettings)
  | ({ readonly kind: "hyperband" } & HyperbandSettings);

/**
 * What a trial must reach: plain data, so that a worker decides by itself. A trial is pruned when it passes a step of
 * these with a loss above the limit: its smallest loss so far (`best`) or the one that it reports there (`latest`).
 */
export type PruneRule = {
  readonly measure: "best" | "latest";
  /** Ascending in their steps. */
  readonly limits: readonly LossReport[];
};

export function requirePruner(spec: PrunerSpec): void {
  if (spec.kind === "median") requireMedian(spec);
  else if (spec.kind === "hyperband") requireHyperband(spec);
  else {
    const { kind } = spec as { kind: unknown };
    const nearest = nearestName(String(kind), ["median", "hyperband"]);
    throw new EngineError(
      "optimise.pruner",
      `There is no pruner "${String(kind)}"; expected median or hyperband.` +
        (nearest === undefined ? "" : ` Did you mean "${nearest}"?`),
      { given: String(kind), nearest },
    );
  }
}

/** What the trial of an index must reach, by the trials that have finished. */
export function pruneRule(spec: PrunerSpec, index: number, finished: readonly Trial[]): PruneRule {
  const own = finished.filter(({ sameAs }) => sameAs === undefined);
  return spec.kind === "median"
    ? { measure: "best", limits: medianLimits(spec, own) }
    : { measure: "latest", limits: hyperbandLimits(spec, index, own) };
}

/** Whether a trial is given up after the last of its reports. */
export function isPruned({ measure, limits }: PruneRule, reports: readonly LossReport[]): boolean {
  const now = reports[reports.length - 1];
  const before = reports.length > 1 ? reports[reports.length - 2].step : -Infinity;
  let limit: LossReport | undefined;
  for (const one of limits) if (one.step > before && one.step <= now.step) limit = one;
  if (limit === undefined) return false;
  const loss =
    measure === "latest" ? now.loss : reports.reduce((least, one) => Math.min(least, one.loss), Infinity);
  return loss > limit.loss;
}
