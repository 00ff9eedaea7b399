import { EngineError } from "#engine/core/errors.ts";
import { DEFECT } from "../jobs/messages.ts";

/** What scripts may rely on. */
export const EXIT = {
  ok: 0,
  /** The work itself failed: a cell, a strategy, a write. */
  failed: 1,
  /** Wrong usage or wrong input. */
  usage: 2,
  /** What was named is not there, or what is needed is not available. */
  unavailable: 3,
  /** Stopped by Ctrl-C or a signal. */
  interrupted: 130,
} as const;

export const EXIT_HELP = `
Exit codes: 0 done · 1 the work failed · 2 wrong usage or input · 3 not found or not available · 130 interrupted`;

/** What a strategy did wrong while it ran; what is wrong with its text or its parameters is input. */
const STRATEGY_FAILED =
  /^recipe\.step-[a-z-]+$|^strategy\.(?:threw|impure|weight-[a-z-]+|unknown-symbol|duplicate-symbol|no-decision|state-not-plain|not-a-recipe|not-informative)$/;
/** The lake itself is damaged or out of reach. */
const LAKE_FAILED =
  /^lake\.(?:corrupt-file|missing-file|bad-manifest|unreadable|no-permission|locked?|no-candles)$/;
/** Codes of failures that are neither the input's fault nor a missing thing. */
const WORK_FAILED = /(?:^|\.)(?:disk-full|write-failed|failed|refused|worker-died)$/;
const NOT_THERE =
  /(?:^|\.)(?:unknown(?:-(?:series|symbol|exchange))?|empty-universe|unavailable|port-in-use|no-file|busy|(?:exchange|ingest)\.no-candles)$/;

export function exitCodeOf(failure: unknown): number {
  if (!(failure instanceof EngineError)) return EXIT.failed;
  if (failure.code === "canceled") return EXIT.interrupted;
  if ([STRATEGY_FAILED, LAKE_FAILED, WORK_FAILED].some((codes) => codes.test(failure.code)))
    return EXIT.failed;
  if (NOT_THERE.test(failure.code)) return EXIT.unavailable;
  return EXIT.usage;
}

/** One clear message on stderr; with `--json` the same shape that the API answers with, on stdout. */
export function printFailure(failure: unknown, { json, debug }: { json: boolean; debug: boolean }): void {
  const { code, message, details } = described(failure);
  if (json) console.log(JSON.stringify({ error: { code, message, details } }));
  console.error(`walkforward: ${message}`);
  if (debug) console.error(failure);
  else if (code === "server.failure" || code === DEFECT)
    console.error("Run it again with --debug to see where.");
}

function described(failure: unknown): { code: string; message: string; details: unknown } {
  if (failure instanceof EngineError) return failure;
  const message = failure instanceof Error ? failure.message : String(failure);
  return { code: "server.failure", message, details: {} };
}
