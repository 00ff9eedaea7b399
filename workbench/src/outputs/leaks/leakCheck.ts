import type { LeakReport } from "#engine/leaks/report.ts";
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
};

export function isLeakCheck(value: unknown): value is LeakCheck {
  return (
    typeof value === "object" &&
    value !== null &&
    ["of", "report", "warmUp", "culprits", "cells"].every((name) => Object.hasOwn(value, name))
  );
}
