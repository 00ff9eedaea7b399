import { trialIdentity } from "#engine/trials/identity.ts";
import { type LedgerFault, type LedgerHead, TrialLedger } from "#engine/trials/ledger.ts";
import type { ClearedRecord } from "#engine/trials/record.ts";
import {
  compareTrials,
  deflatedBy,
  ONE_TRIAL,
  summaryOf,
  type TrialSummary,
} from "#engine/trials/summary.ts";
import type { Trial } from "#engine/trials/trial.ts";

/** How a ledger stands. */
export type LedgerState = {
  /** Trials that count, those that are still to be kept among them. */
  readonly trials: number;
  readonly waiting: number;
  /** Lines of the file. */
  readonly lines: number;
  readonly head: LedgerHead;
  readonly faults: readonly LedgerFault[];
  readonly cleared: readonly ClearedRecord[];
};

/** A trial as the panel shows it; what is a ratio of a year is of a year. */
export type TrialRow = Omit<Trial, "returns" | "sharpe" | "skew" | "kurtosis" | "periodsPerYear"> & {
  /** Its line; 0 while it is still to be kept. */
  readonly seq: number;
  readonly atMs: number;
  readonly annualSharpe: number;
  readonly deflated: number;
  /** Trials of one number are one bet, by their returns; −1 for one that never moved. */
  readonly bet: number;
};

/**
 * A notebook's ledger as its page reads it: the lines of the file, the trials that are not in the file yet, and what all
 * of them say. It lives in a worker, since to read a long ledger and to compare its trials takes a while.
 */
export class LedgerReader {
  #ledger = new TrialLedger();
  #waiting: Trial[] = [];
  #bets: Int32Array = new Int32Array();
  #summary: TrialSummary = ONE_TRIAL;

  /** The ledger of a file's whole text. */
  read(text: string): LedgerState {
    this.#ledger = TrialLedger.read(text);
    return this.#state();
  }

  /** Lines that were appended to the file. */
  take(lines: readonly string[]): LedgerState {
    this.#ledger.take(lines);
    return this.#state();
  }

  /** Trials that the file is yet to have. */
  wait(trials: readonly Trial[]): LedgerState {
    const seen = new Set<string>();
    this.#waiting = trials.filter((trial) => {
      const identity = trialIdentity(trial);
      const isNew = !this.#ledger.has(identity) && !seen.has(identity);
      seen.add(identity);
      return isNew;
    });
    return this.#state();
  }

  /** Compares all trials and says what they come to; the longest of what is asked here. */
  summary(): TrialSummary {
    const trials = this.#all();
    const comparison = compareTrials(trials);
    this.#bets = comparison.bets.bet;
    this.#summary = summaryOf(trials, comparison, this.#ledger.clearedTrials);
    return this.#summary;
  }

  /** The trials one by one, deflated by the latest summary. */
  rows(): TrialRow[] {
    return this.#all().map((trial, i) => {
      const { returns, sharpe, skew, kurtosis, periodsPerYear, ...rest } = trial;
      return {
        seq: 0,
        atMs: Number.NaN,
        ...rest,
        annualSharpe: sharpe * Math.sqrt(periodsPerYear),
        deflated: deflatedBy(trial, this.#summary),
        bet: this.#bets[i] ?? -1,
      };
    });
  }

  #all(): Trial[] {
    return [...this.#ledger.trials, ...this.#waiting];
  }

  #state(): LedgerState {
    const { count, records, head, faults, cleared } = this.#ledger;
    const waiting = this.#waiting.filter((trial) => !this.#ledger.has(trialIdentity(trial))).length;
    return { trials: count + waiting, waiting, lines: records.length, head, faults, cleared };
  }
}
