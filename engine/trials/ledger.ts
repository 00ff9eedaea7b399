import { EngineError } from "../core/errors.ts";
import { trialIdentity } from "./identity.ts";
import {
  type ClearedRecord,
  type LedgerRecord,
  MOST_REASON_LENGTH,
  NO_LINE,
  readRecord,
  type TrialRecord,
  type Unhashed,
  writeRecord,
} from "./record.ts";
import { type ScoredPoint, ScoredPoints } from "./scored.ts";
import type { Trial } from "./trial.ts";

/** One thing that is wrong with a ledger's file. */
export type LedgerFault = {
  readonly kind: "unreadable" | "changed" | "unlinked" | "misnumbered" | "miscounted" | "unended";
  /** From 1, as an editor counts lines. */
  readonly line: number;
  /** What is wrong, as a sentence. */
  readonly detail: string;
};

/** The last line's number and hash: who notes both can show later that nothing was cut off since. */
export type LedgerHead = { readonly seq: number; readonly hash: string };

/**
 * The trials of one notebook: an append-only list in which each line carries the hash of the line before. It is fed
 * with the lines of its file, makes the lines that are to be appended, and finds whatever was changed in between. It
 * knows no clock and no disk.
 *
 * What a chain cannot show is that its end was cut off, or that all of it was written anew: that needs a head that
 * somebody noted (`seq` and `hash`), and `holds`.
 */
export class TrialLedger {
  readonly records: LedgerRecord[] = [];
  readonly faults: LedgerFault[] = [];
  readonly #hashes = new Map<number, string>();
  #counting = new Map<string, TrialRecord>();
  #scored = new ScoredPoints();
  #head: LedgerHead = { seq: 0, hash: NO_LINE };
  #lines = 0;

  /** The ledger of a file's whole text. */
  static read(text: string): TrialLedger {
    const ledger = new TrialLedger();
    const lines = text.split("\n");
    const rest = lines.pop() ?? "";
    ledger.take(lines);
    if (rest !== "") {
      ledger.take([rest]);
      ledger.#fault(
        "unended",
        "the last line does not end: it was cut short, or something was written behind it",
      );
    }
    return ledger;
  }

  get head(): LedgerHead {
    return this.#head;
  }

  /** Trials that count, in order: those since it was last cleared, each once. */
  get trials(): TrialRecord[] {
    return [...this.#counting.values()];
  }

  /** How many `trials` there are. */
  get count(): number {
    return this.#counting.size;
  }

  /** Acts of clearing, the oldest first. */
  get cleared(): readonly ClearedRecord[] {
    return this.records.filter((record) => record.kind === "cleared");
  }

  /** How many trials no longer count. */
  get clearedTrials(): number {
    return this.cleared.reduce((sum, { trials }) => sum + trials, 0);
  }

  /** Whether a trial of this identity counts already. */
  has(identity: string): boolean {
    return this.#counting.has(identity);
  }

  /** What a search made of its points since the ledger was last cleared: what need not be computed again. */
  scored(search: string): ScoredPoint[] {
    return this.#scored.of(search);
  }

  /** Whether line `seq` is there with this hash: true for every head that the ledger ever had. */
  holds({ seq, hash }: LedgerHead): boolean {
    return seq === 0 ? hash === NO_LINE : this.#hashes.get(seq) === hash;
  }

  /** Takes in lines that follow on those it has, as they stand in the file, and notes what is wrong with them. */
  take(lines: readonly string[]): void {
    for (const line of lines) {
      this.#lines++;
      const read = readRecord(line);
      if (read.kind === "unreadable") {
        this.#fault("unreadable", `it cannot be read: ${read.reason}`);
        continue;
      }
      const { record, isGenuine } = read;
      if (!isGenuine)
        this.#fault("changed", "its words do not have the hash that it carries: it was changed");
      if (record.previous !== this.#head.hash)
        this.#fault("unlinked", `it does not follow on the line before: ${MISSING}`);
      else if (record.seq !== this.#head.seq + 1)
        this.#fault("misnumbered", `it has the number ${record.seq}; expected ${this.#head.seq + 1}`);
      if (record.kind === "cleared" && record.trials !== this.count)
        this.#fault(
          "miscounted",
          `it says that ${record.trials} trials were cleared; there were ${this.count}`,
        );
      this.#keep(record);
    }
  }

  /**
   * Makes a line of each trial that does not count yet, and takes it in; `lines` are to be appended to the file. A trial
   * that counts already, and a second one among those given, adds none, unless another search has scored it anew: that
   * is written down, and counts no more than before.
   */
  append(trials: readonly Trial[], atMs: number): string[] {
    const lines: string[] = [];
    for (const trial of trials) {
      if (this.has(trialIdentity(trial)) && this.#scored.covers(trial)) continue;
      const { seq, hash: previous } = this.#head;
      lines.push(this.#write({ seq: seq + 1, atMs, ...trial, previous }));
    }
    return lines;
  }

  /**
   * Begins to count anew by an act that is itself a line: it says how many trials were counted and why they no longer
   * are. Their lines stay.
   */
  clear(reason: string, atMs: number): string {
    const words = reason.trim();
    if (words === "" || words.length > MOST_REASON_LENGTH) {
      throw new EngineError(
        "trials.no-reason",
        `A ledger is cleared for a reason, of 1 to ${MOST_REASON_LENGTH} characters; got ${words.length}. It stays in ` +
          "the ledger for whoever reads it later.",
        { length: words.length, most: MOST_REASON_LENGTH },
      );
    }
    const { seq, hash: previous } = this.#head;
    return this.#write({
      seq: seq + 1,
      atMs,
      kind: "cleared",
      trials: this.count,
      reason: words,
      previous,
    });
  }

  #write(unhashed: Unhashed): string {
    const { line, hash } = writeRecord(unhashed);
    this.#lines++;
    this.#keep({ ...unhashed, hash } as LedgerRecord);
    return line;
  }

  #keep(record: LedgerRecord): void {
    this.records.push(record);
    this.#head = { seq: record.seq, hash: record.hash };
    this.#hashes.set(record.seq, record.hash);
    if (record.kind === "cleared") {
      this.#counting = new Map();
      this.#scored = new ScoredPoints();
      return;
    }
    this.#scored.add(record);
    const identity = trialIdentity(record);
    if (!this.#counting.has(identity)) this.#counting.set(identity, record);
  }

  #fault(kind: LedgerFault["kind"], detail: string): void {
    this.faults.push({ kind, line: this.#lines, detail: `Line ${this.#lines}: ${detail}.` });
  }
}

const MISSING = "a line was changed, taken out, put in or moved";
