import { EngineError } from "../core/errors.ts";
import { type LossSpec, requireLoss, scoreLoss } from "../optimise/losses.ts";
import type { SweepPoint } from "../sweep/sweep.ts";
import { type LossFunction, type OwnLossSpec, ownLossOf } from "./ownLoss.ts";

/** A loss as plain data: one of the engine's, or the user's own as text. */
export type SearchLoss = LossSpec | OwnLossSpec;

/** The function of a loss that came as text: whoever may run it links it. */
export type LinkLoss = (spec: OwnLossSpec) => LossFunction;

/** The losses of a point: all of them finite, or none, and why. */
export type PointLosses = { readonly losses: readonly number[]; readonly reason?: string };

/** Scores points by one loss or several. */
export class PointScorer {
  readonly #losses: readonly { readonly spec: SearchLoss; readonly own?: LossFunction }[];

  constructor(losses: readonly SearchLoss[], link: LinkLoss) {
    this.#losses = losses.map((spec) => (spec.kind === "own" ? { spec, own: link(spec) } : { spec }));
  }

  score(point: SweepPoint): PointLosses {
    const losses: number[] = [];
    for (const { spec, own } of this.#losses) {
      const { loss, reason } =
        own === undefined ? builtIn(point, spec as LossSpec) : ofOwn(point, spec as OwnLossSpec, own);
      if (!Number.isFinite(loss)) return { losses: [], reason };
      // Of the two zeros a ledger keeps one.
      losses.push(loss === 0 ? 0 : loss);
    }
    return { losses };
  }
}

/** Throws for a loss that there is not. */
export function requireSearchLoss(spec: SearchLoss): void {
  if (spec.kind !== "own") requireLoss(spec);
  else if (typeof spec.text !== "string" || typeof spec.hash !== "string") {
    throw new EngineError(
      "optimise.loss",
      "A loss of your own has no text; expected a function, (metrics) => -metrics.sortino, or the module that was made of it.",
    );
  }
}

function builtIn(point: SweepPoint, spec: LossSpec): { loss: number; reason?: string } {
  const { figures, startingBalance, dailyReturns, profits } = point;
  const { losses, reason } = scoreLoss(
    { metrics: { ...figures, startingBalance }, returns: dailyReturns, profits },
    spec,
  );
  return { loss: losses as number, reason };
}

function ofOwn(point: SweepPoint, spec: OwnLossSpec, own: LossFunction): { loss: number; reason?: string } {
  const { figures, startingBalance, parameters } = point;
  if (figures.tradeCount === 0) return { loss: Number.NaN, reason: "no trade was made." };
  const view = {
    returns: Float64Array.from(point.dailyReturns),
    profits: point.profits.slice(),
    parameters,
  };
  const loss = ownLossOf(own, spec, { ...figures, startingBalance }, view);
  return { loss, reason: `the loss (${spec.name.slice(0, 60)}) gave ${loss}.` };
}
