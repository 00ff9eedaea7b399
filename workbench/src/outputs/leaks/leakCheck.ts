import type { ColumnVerdict, LeakReport } from "#engine/leaks/report.ts";
import type { WarmUpReport } from "#engine/leaks/warmUp.ts";

/** What `leakProbe(…)` of a cell answers with. */
export type LeakCheck = {
  /** What was looked at: a strategy's name, or that of a value. */
  readonly of: string;
  readonly report: LeakReport;
  readonly warmUp: WarmUpReport | null;
  /** By column: the cell that first sees the future on the way to it, and the name of what it gives. */
  readonly culprits: Readonly<Record<string, { readonly cell: number; readonly name: string }>>;
  /** Cells that were run again on other data; none where the strategy's text or recipes were. */
  readonly cells: readonly number[];
  readonly simulated: boolean;
  /** A look at few moments that nobody asked for. */
  readonly isSample?: boolean;
};

/** A verdict as a badge and a table say it. */
export const VERDICT_WORDS: Record<ColumnVerdict, string> = {
  clean: "past only",
  leaks: "sees the future",
  unstable: "cannot be judged",
  untested: "nothing to compare",
};

/** A shape beside the colour. */
export const VERDICT_MARKS: Record<ColumnVerdict, string> = {
  clean: "✓",
  leaks: "!",
  unstable: "?",
  untested: "–",
};

export function isLeakCheck(value: unknown): value is LeakCheck {
  return (
    typeof value === "object" &&
    value !== null &&
    ["of", "report", "warmUp", "culprits", "cells"].every((name) => Object.hasOwn(value, name))
  );
}
