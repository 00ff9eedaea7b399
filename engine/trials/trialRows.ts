import type { TrialRecord } from "./record.ts";
import { deflatedBy, type TrialComparison, type TrialSummary } from "./summary.ts";
import type { Trial } from "./trial.ts";

/** A trial as a list shows it; what is a ratio of a year is of a year. */
export type TrialRow = Omit<Trial, "returns" | "sharpe" | "skew" | "kurtosis" | "periodsPerYear"> & {
  /** Its line, 0 while it has none, and when that was written, UTC milliseconds. */
  readonly seq: number;
  readonly atMs: number;
  readonly annualSharpe: number;
  readonly deflated: number;
  /** Trials of one number are one bet, by their returns; −1 for one that never moved. */
  readonly bet: number;
};

/** Trials one by one, each deflated by all of them. */
export function trialRows(
  trials: readonly (Trial & Partial<Pick<TrialRecord, "seq" | "atMs">>)[],
  { bets }: Pick<TrialComparison, "bets">,
  summary: TrialSummary,
): TrialRow[] {
  return trials.map((trial, i) => {
    const { kind, name, strategy, parameters, data, startMs, endMs, settings, assumptions } = trial;
    const { simulated, result, trades, drawdown, observations } = trial;
    return {
      seq: trial.seq ?? 0,
      atMs: trial.atMs ?? Number.NaN,
      ...{ kind, name, strategy, parameters, data, startMs, endMs, settings, assumptions },
      ...{ simulated, result, trades, return: trial.return, drawdown, observations },
      annualSharpe: trial.sharpe * Math.sqrt(trial.periodsPerYear),
      deflated: deflatedBy(trial, summary),
      bet: bets.bet[i] ?? -1,
    };
  });
}
