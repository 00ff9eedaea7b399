import { EngineError } from "../core/errors.ts";
import { type PlainJson, plainJson } from "../strategy/plainJson.ts";
import { isPruned, type PruneRule } from "./pruning.ts";
import type { Point } from "./space.ts";
import type { LossReport, Outcome } from "./trial.ts";

/** A point that a study wants computed. Plain data, to be sent to whatever computes it. */
export type Ask = {
  /** The trial's place in the study. */
  readonly index: number;
  readonly parameters: Point;
  /** What the trial must reach to go on; none where nothing is pruned. */
  readonly rule?: PruneRule;
};

/**
 * What an objective makes of a point: its loss, or one for each of several objectives; why a loss is NaN; and what is to
 * be kept beside.
 */
export type Scored =
  | number
  | readonly number[]
  | { readonly losses: number | readonly number[]; readonly reason?: string; readonly detail?: PlainJson };

/**
 * A function of the parameters, the smaller the better. Written as a generator it yields the loss that it has reached
 * after each of its steps, and is stopped where the study would rather try another point.
 */
export type Objective = (parameters: Point, index: number) => Scored | Generator<LossReport, Scored, void>;

/** What says nothing of the point: a cancellation, and a loss function that gives no number. */
const GOES_ON = ["canceled", "optimise.own-loss"];

/**
 * Computes one point, anywhere. A loss that is not a finite number is no loss: the trial has failed, and says why. So has
 * one whose objective throws an `EngineError`, which tells of the point (too little history for this length); any other
 * error, and a cancellation, goes on to the caller.
 */
export function runTrial(objective: Objective, { index, parameters, rule }: Ask): Outcome {
  const reports: LossReport[] = [];
  try {
    const scored = objective(parameters, index);
    if (!isSteps(scored)) return outcomeOf(scored, reports);
    for (;;) {
      const step = scored.next();
      if (step.done) return outcomeOf(step.value, reports);
      const { step: at, loss } = step.value;
      requireReport(at, loss, reports);
      if (Number.isNaN(loss)) return failed(`The loss at step ${at} is NaN.`, reports);
      reports.push({ step: at, loss });
      if (rule !== undefined && isPruned(rule, reports)) {
        scored.return?.({ losses: [] });
        return {
          state: "pruned",
          losses: [],
          reports,
          reason: `Given up at step ${at} with a loss of ${loss}.`,
        };
      }
    }
  } catch (error) {
    if (!(error instanceof EngineError) || GOES_ON.includes(error.code)) throw error;
    return failed(`${error.message} (${error.code})`, reports);
  }
}

function outcomeOf(scored: Scored, reports: readonly LossReport[]): Outcome {
  const { losses: given, reason, detail } = isBare(scored) ? { losses: scored } : scored;
  const losses = isList(given) ? [...given] : [given];
  const kept = detail === undefined ? {} : { detail: plainJson(detail, "A trial's detail") };
  if (losses.length > 0 && losses.every((loss) => Number.isFinite(loss))) {
    return { state: "complete", losses, reports, ...kept };
  }
  const text = losses.length === 1 ? String(losses[0]) : `[${losses.join(", ")}]`;
  return { ...failed(`The loss is ${text}; ${reason ?? "expected a finite number."}`, reports), ...kept };
}

function isBare(scored: Scored): scored is number | readonly number[] {
  return typeof scored === "number" || isList(scored);
}

function failed(reason: string, reports: readonly LossReport[]): Outcome {
  return { state: "failed", losses: [], reports, reason };
}

function requireReport(step: number, loss: number, reports: readonly LossReport[]): void {
  const before = reports.length === 0 ? 0 : reports[reports.length - 1].step;
  if (typeof loss === "number" && step > before && step < Infinity) return;
  throw new EngineError(
    "optimise.report",
    `The objective reported step ${step} after step ${before} with a loss of ${String(loss)}; ` +
      "expected numbers, and steps that rise from above 0.",
    { step, before, loss: String(loss) },
  );
}

function isSteps(
  value: Scored | Generator<LossReport, Scored, void>,
): value is Generator<LossReport, Scored, void> {
  return typeof value === "object" && "next" in value;
}

function isList(value: unknown): value is readonly number[] {
  return Array.isArray(value);
}
