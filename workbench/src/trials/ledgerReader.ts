import { trialIdentity } from "#engine/trials/identity.ts";
import type { IndependentTrials } from "#engine/trials/independentTrials.ts";
import { type LedgerFault, type LedgerHead, TrialLedger } from "#engine/trials/ledger.ts";
import type { ClearedRecord } from "#engine/trials/record.ts";
import { type ScoredPoint, ScoredPoints } from "#engine/trials/scored.ts";
import { compareTrials, ONE_TRIAL, summaryOf, type TrialSummary } from "#engine/trials/summary.ts";
import type { Trial } from "#engine/trials/trial.ts";
import { type TrialRow, trialRows } from "#engine/trials/trialRows.ts";

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

/**
 * A notebook's ledger as its page reads it: the lines of the file, the trials that are not in the file yet, and what all
 * of them say. It lives in a worker, since to read a long ledger and to compare its trials takes a while.
 */
export class LedgerReader {
  #ledger = new TrialLedger();
  /** By identity. */
  #waiting = new Map<string, Trial>();
  /** Of the same trials. */
  #scored = new ScoredPoints();
  #bets: IndependentTrials = { count: 0, bet: new Int32Array() };
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
    this.#waiting = new Map(trials.map((trial) => [trialIdentity(trial), trial]));
    this.#scored = new ScoredPoints();
    for (const trial of trials) this.#scored.add(trial);
    return this.#state();
  }

  /** What a search made of its points, those among them that the file is yet to have. */
  scored(search: string): ScoredPoint[] {
    return ScoredPoints.from([...this.#ledger.scored(search), ...this.#scored.of(search)]).of(search);
  }

  /** Compares all trials and says what they come to; the longest of what is asked here. */
  summary(): TrialSummary {
    const trials = this.#all();
    const comparison = compareTrials(trials);
    this.#bets = comparison.bets;
    this.#summary = summaryOf(trials, comparison, this.#ledger.clearedTrials);
    return this.#summary;
  }

  /** The trials one by one, deflated by the latest summary. */
  rows(): TrialRow[] {
    return trialRows(this.#all(), { bets: this.#bets }, this.#summary);
  }

  #all(): Trial[] {
    return [...this.#ledger.trials, ...this.#onTheirWay()];
  }

  /** What has arrived meanwhile is no longer on its way. */
  #onTheirWay(): Trial[] {
    return [...this.#waiting].flatMap(([identity, trial]) => (this.#ledger.has(identity) ? [] : [trial]));
  }

  #state(): LedgerState {
    const { count, records, head, faults, cleared } = this.#ledger;
    const waiting = this.#onTheirWay().length;
    return { trials: count + waiting, waiting, lines: records.length, head, faults, cleared };
  }
}
