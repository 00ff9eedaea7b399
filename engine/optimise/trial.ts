import type { PlainJson } from "../strategy/plainJson.ts";
import type { Point } from "./space.ts";

/** A loss on the way: after `step` of the objective's steps (folds, months, epochs), counted from 1 upwards. */
export type LossReport = { readonly step: number; readonly loss: number };

/** What came of a point. Plain data: it crosses worker boundaries and is kept in a ledger. */
export type Outcome = {
  /** `pruned` was given up on the way because others were better; `failed` has no loss, and says why. */
  readonly state: "complete" | "pruned" | "failed";
  /** One for each objective, the smaller the better; empty unless complete. */
  readonly losses: readonly number[];
  /** What the objective reported on its way, in order. */
  readonly reports: readonly LossReport[];
  /** Why it was pruned or failed. */
  readonly reason?: string;
  /** What the objective wants kept beside its losses: the in-sample loss, the metrics. */
  readonly detail?: PlainJson;
};

/** A point that was tried. */
export type Trial = Outcome & {
  /** Its place in the study, from 0. */
  readonly index: number;
  readonly parameters: Point;
  /** The earlier trial of the same point, whose outcome this one shares: nothing was computed. */
  readonly sameAs?: number;
};

/** What a sampler learns of a trial. */
export type Told = Pick<Trial, "parameters" | "state" | "losses" | "reports">;

/**
 * Orders trials of one objective from good to bad: complete ones by their loss; then pruned ones, which got further
 * before those that did not, by the loss they had reached; then failed ones.
 */
export function compareTrials(a: Told, b: Told): number {
  const ranks = RANK[a.state] - RANK[b.state];
  if (ranks !== 0) return ranks;
  if (a.state === "complete") return a.losses[0] - b.losses[0];
  if (a.state === "failed") return 0;
  const [lastA, lastB] = [a.reports[a.reports.length - 1], b.reports[b.reports.length - 1]];
  return lastB.step - lastA.step || lastA.loss - lastB.loss;
}

const RANK = { complete: 0, pruned: 1, failed: 2 };

/** The complete trial with the smallest loss of a single objective, the first among equals. */
export function bestTrial<T extends Told>(trials: readonly T[]): T | undefined {
  let best: T | undefined;
  for (const trial of trials) {
    if (trial.state === "complete" && (best === undefined || trial.losses[0] < best.losses[0])) best = trial;
  }
  return best;
}

/** The loss that a trial had reached at a step, its last report up to it; NaN for one that did not get so far. */
export function lossUpTo(reports: readonly LossReport[], step: number): number {
  if (reports.length === 0 || reports[reports.length - 1].step < step) return Number.NaN;
  let loss = Number.NaN;
  for (const report of reports) if (report.step <= step) loss = report.loss;
  return loss;
}

/** The loss with which a trial passed a step, its first report from there on; NaN for one that did not get so far. */
export function lossPassing(reports: readonly LossReport[], step: number): number {
  return reports.find((report) => report.step >= step)?.loss ?? Number.NaN;
}
