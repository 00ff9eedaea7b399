import { decodeBase64 } from "../core/base64.ts";
import { EngineError } from "../core/errors.ts";
import { DAY_MS } from "../core/timeframe.ts";
import { type KeptValues, MOST_NAME_LENGTH, MOST_TEXT_LENGTH, MOST_VALUES } from "./keptValues.ts";
import { MOST_RETURNS } from "./returns.ts";
import type { Scored } from "./scored.ts";
import { type PackedReturns, type ReturnFigures, TRIAL_KINDS, type Trial } from "./trial.ts";

const MOST_LOSSES = 16;
const MOST_REPORTS = 256;
export const MOST_SCORE_REASON = 600;

/** A long text is kept as its hash with a word before it. */
const MOST_KEPT_LENGTH = Math.max(MOST_TEXT_LENGTH, 80);

/**
 * A trial out of whatever came over a border: from a worker's message, a request or a line of a file. Anything but a
 * trial as `trialOfBacktest` and `trialOfEvaluation` make it is an error that names the field; fields that are not its
 * own are dropped. A figure that is null is NaN, as JSON has it.
 */
export function readTrial(value: unknown): Trial {
  const given = record(value, "the trial");
  return {
    kind: kindOf(given.kind),
    name: text(given.name, "name", MOST_NAME_LENGTH),
    strategy: hash(given.strategy, "strategy"),
    parameters: values(given.parameters, "parameters"),
    data: hash(given.data, "data"),
    startMs: whole(given.startMs, "startMs"),
    endMs: whole(given.endMs, "endMs"),
    settings: values(given.settings, "settings"),
    assumptions: given.assumptions === null ? null : hash(given.assumptions, "assumptions"),
    simulated: flag(given.simulated, "simulated"),
    result: given.result === null ? null : hash(given.result, "result"),
    trades: count(given.trades, "trades"),
    return: figure(given.return, "return"),
    drawdown: figure(given.drawdown, "drawdown"),
    ...figures(given),
    returns: packed(given.returns),
    ...(given.scored !== undefined && { scored: scored(given.scored) }),
  };
}

function scored(value: unknown): Scored {
  const { search, losses, reason, reports } = record(value, "scored");
  return {
    search: hash(search, "scored.search"),
    losses: list(losses, "scored.losses", MOST_LOSSES).map((loss) => finite(loss, "scored.losses")),
    ...(reason !== undefined && { reason: text(reason, "scored.reason", MOST_SCORE_REASON) }),
    ...(reports !== undefined && {
      reports: list(reports, "scored.reports", MOST_REPORTS).map((report) => {
        const [step, loss] = list(report, "scored.reports", 2);
        return [finite(step, "scored.reports"), finite(loss, "scored.reports")] as const;
      }),
    }),
  };
}

function figures(given: Record<string, unknown>): ReturnFigures {
  const periodsPerYear = figure(given.periodsPerYear, "periodsPerYear");
  if (!(periodsPerYear > 0)) throw wrong("periodsPerYear", periodsPerYear, "a number above 0");
  return {
    sharpe: figure(given.sharpe, "sharpe"),
    observations: count(given.observations, "observations"),
    periodsPerYear,
    skew: figure(given.skew, "skew"),
    kurtosis: figure(given.kurtosis, "kurtosis"),
  };
}

function packed(value: unknown): PackedReturns {
  const given = record(value, "returns");
  const days = count(given.days, "returns.days");
  const firstMs = whole(given.firstMs, "returns.firstMs");
  if (days < 1 || (days & (days - 1)) !== 0) throw wrong("returns.days", days, "1, 2, 4, 8 … days");
  if (firstMs % (days * DAY_MS) !== 0)
    throw wrong("returns.firstMs", firstMs, "the beginning of a stretch of whole days");
  const values = text(given.values, "returns.values", Math.ceil((4 * MOST_RETURNS) / 3) * 4);
  const bytes = decodeBase64(values);
  if (bytes === undefined || bytes.length % 4 !== 0)
    throw wrong("returns.values", values, "base64 of float32 numbers");
  return { firstMs, days, values };
}

function values(value: unknown, field: string): KeptValues {
  const entries = Object.entries(record(value, field));
  if (entries.length > MOST_VALUES) throw wrong(field, `${entries.length} values`, `at most ${MOST_VALUES}`);
  for (const [name, one] of entries) {
    const isKept =
      one === null ||
      typeof one === "boolean" ||
      (typeof one === "number" && Number.isFinite(one)) ||
      (typeof one === "string" && one.length <= MOST_KEPT_LENGTH);
    if (!isKept || name.length > MOST_KEPT_LENGTH)
      throw wrong(`${field}.${name.slice(0, 80)}`, one, "a number, a switch or a short text");
  }
  return Object.fromEntries(entries) as KeptValues;
}

function kindOf(value: unknown): Trial["kind"] {
  const kind = TRIAL_KINDS.find((one) => one === value);
  if (kind === undefined) throw wrong("kind", value, TRIAL_KINDS.join(", "));
  return kind;
}

function record(value: unknown, field: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw wrong(field, value, "a record");
}

function text(value: unknown, field: string, most: number): string {
  if (typeof value === "string" && value.length <= most) return value;
  throw wrong(field, value, `a text of at most ${most} characters`);
}

function hash(value: unknown, field: string): string {
  if (typeof value === "string" && /^[0-9a-f]{64}$/.test(value)) return value;
  throw wrong(field, value, "a SHA-256 as 64 hexadecimal digits");
}

function flag(value: unknown, field: string): boolean {
  if (typeof value === "boolean") return value;
  throw wrong(field, value, "true or false");
}

function whole(value: unknown, field: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw wrong(field, value, "whole milliseconds");
}

function count(value: unknown, field: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw wrong(field, value, "a count");
}

function finite(value: unknown, field: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw wrong(field, value, "finite numbers");
}

function list(value: unknown, field: string, most: number): readonly unknown[] {
  if (Array.isArray(value) && value.length <= most) return value;
  throw wrong(field, value, `a list of at most ${most}`);
}

function figure(value: unknown, field: string): number {
  if (value === null) return Number.NaN;
  if (typeof value === "number") return value;
  throw wrong(field, value, "a number, or null where there is none");
}

function wrong(field: string, given: unknown, expected: string): EngineError {
  const shown = typeof given === "string" ? JSON.stringify(given.slice(0, 60)) : describe(given);
  return new EngineError(
    "trials.not-a-trial",
    `A trial's ${field} is ${shown}; expected ${expected}. Trials are made by trialOfBacktest and trialOfEvaluation.`,
    { field },
  );
}

function describe(given: unknown): string {
  if (typeof given === "object" && given !== null) return Array.isArray(given) ? "a list" : "a record";
  return String(given);
}
