import { Hasher } from "../core/hash.ts";
import type { Trial } from "./trial.ts";

/** What makes a trial the same as another. */
export type IdentifiedParts = Pick<
  Trial,
  "kind" | "strategy" | "parameters" | "data" | "startMs" | "endMs" | "settings" | "assumptions"
>;

/**
 * SHA-256 over what was tried: strategy, parameters, data, span, settings and fill assumptions, and whether slices were
 * judged or an account. Two trials of one identity are the same trial, whoever asked for it: a sweep's point that was
 * run by itself before is no second look.
 */
export function trialIdentity(trial: IdentifiedParts): string {
  const { kind, strategy, parameters, data, startMs, endMs, settings, assumptions } = trial;
  return new Hasher()
    .text("walkforward trial identity 1")
    .text(kind === "evaluation" ? "slices" : "account")
    .text(strategy)
    .plain(parameters)
    .text(data)
    .number(startMs)
    .number(endMs)
    .plain(settings)
    .text(assumptions ?? "")
    .hex();
}
