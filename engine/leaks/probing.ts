import { EngineError } from "../core/errors.ts";
import { baseColumns, requireAnswer } from "./compare.ts";
import { Findings } from "./findings.ts";
import { PERTURBATIONS } from "./perturb.ts";
import type { LeakReport } from "./report.ts";
import { type ProbeRun, type RunOutcome, Stages } from "./stages.ts";
import type { ProbeAnswer, ProbeInput } from "./subject.ts";

export type LeakProbeOptions = {
  /** Cuts spread over the whole span; others are made where inputs or outputs are unusual. Default: 50. */
  readonly cuts?: number;
  /** Changed futures at each cut, besides the one that is taken away. Default: 1. */
  readonly perturbations?: number;
  /** Where cuts and noise come from. Default: 1. */
  readonly seed?: number;
  /**
   * Differences up to this fraction (of the value, or of the column's mean absolute value) are rounding and no leak.
   * Default: 1e-9; 0 compares bit by bit.
   */
  readonly tolerance?: number;
  /** Whether some changed futures have candles without numbers; a backtest refuses those. Default: true. */
  readonly blanks?: boolean;
  /** Whether to find out which input carries a leak, at the cost of more runs. Default: true. */
  readonly attribute?: boolean;
};

export type ProbeSteps = Generator<ProbeRun, LeakReport, RunOutcome>;

/**
 * The probe as a generator: it yields the inputs that it wants the subject run on, is told the answers, and returns
 * its report. Whoever drives it decides how the subject is run (at once, in a worker, cell by cell), pauses between
 * runs and stops when it likes.
 *
 * The rule that it holds a subject to: what is known at a time must not change with what comes after. So the subject
 * runs once on everything; then at each of many cuts on what was known there, and on inputs with that past and another
 * future; and all that it said of times up to the cut must be as before.
 */
export function* probing(input: ProbeInput, options: LeakProbeOptions = {}): ProbeSteps {
  const { cuts, perturbations, seed, tolerance, blanks, attribute } = resolved(options);
  const kinds = PERTURBATIONS.filter((kind) => blanks || kind !== "blank");
  const stages = new Stages(input, seed, kinds);
  const base = baseColumns(required(yield stages.whole()));
  const findings = new Findings(base, tolerance, stages.grid);
  yield* stages.again(findings);
  yield* stages.cutting(findings, base, cuts, perturbations);
  yield* stages.screening(findings, base);
  yield* stages.confirming(findings);
  yield* stages.filling(findings, base);
  yield* stages.earning(findings, base);
  if (attribute) yield* stages.attributing(findings);
  return {
    ...findings.report(),
    cuts: stages.cuts,
    runs: stages.runs,
    tolerance,
    seed,
    input: describe(input, stages.grid),
  };
}

function describe({ candles, information }: ProbeInput, grid: Float64Array): LeakReport["input"] {
  const first = candles.map(({ timestamp }) => timestamp[0] ?? Number.POSITIVE_INFINITY);
  return {
    series: candles.map(({ symbol, timeframe, timestamp }) => ({
      symbol,
      timeframe,
      rows: timestamp.length,
    })),
    information: information.map(({ name }) => name),
    firstMs: Math.min(...first),
    lastMs: grid[grid.length - 1],
  };
}

function required(given: RunOutcome): ProbeAnswer {
  if ("answer" in given) return requireAnswer(given.answer);
  const { failed } = given;
  if (failed instanceof EngineError) throw failed;
  const message = failed instanceof Error ? `${failed.name}: ${failed.message}` : String(failed);
  throw new EngineError(
    "leaks.subject-failed",
    `leakProbe: the subject failed on the whole input with ${message}${/[.!?]$/.test(message) ? "" : "."} Mend it first; ` +
      "it must answer before its answers can be compared.",
    { cause: message },
    { cause: failed },
  );
}

function resolved(options: LeakProbeOptions): Required<LeakProbeOptions> {
  const { cuts = 50, perturbations = 1, seed = 1, tolerance = 1e-9, blanks = true } = options;
  const { attribute = true } = options;
  requireCount("cuts", cuts, 1, 10_000);
  requireCount("perturbations", perturbations, 0, PERTURBATIONS.length);
  if (!(tolerance >= 0 && tolerance < 1)) {
    throw new EngineError(
      "leaks.tolerance",
      `leakProbe: tolerance is ${tolerance}; expected a fraction from 0 (bit by bit) to less than 1, such as 1e-9.`,
      { given: tolerance },
    );
  }
  return { cuts, perturbations, seed, tolerance, blanks, attribute };
}

function requireCount(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new EngineError(
    `leaks.${name}`,
    `leakProbe: ${name} is ${value}; expected a whole number from ${least} to ${most}.`,
    { given: value, least, most },
  );
}
