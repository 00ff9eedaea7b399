import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { EngineError } from "#engine/core/errors.ts";
import { TrialLedger } from "#engine/trials/ledger.ts";
import type { Trial } from "#engine/trials/trial.ts";
import type { LedgerChange, LedgerHead } from "../contract.ts";
import { createWhole } from "../store/atomicFile.ts";
import {
  type AppendStep,
  LEDGER_SUFFIX,
  LedgerFiles,
  ledgerText,
  whileLocked,
} from "../trials/ledgerFile.ts";

/** Largest ledger that comes in from elsewhere, in characters; each is one byte. */
const MOST_CHARACTERS = 48_000_000;

/** The ledgers of notebooks, each beside its notebook in a folder under the notebook's name. */
export class NotebookLedgers {
  readonly #folder: string;
  readonly #clock: () => number;
  readonly #files: LedgerFiles;

  constructor(folder: string, clock: () => number, append?: AppendStep) {
    this.#folder = folder;
    this.#clock = clock;
    this.#files = new LedgerFiles({ append });
  }

  path(id: string): string {
    return join(this.#folder, id + LEDGER_SUFFIX);
  }

  /** Names under which there is a ledger: one that outlived its notebook must not become another's. */
  async names(): Promise<string[]> {
    try {
      const entries = await readdir(this.#folder);
      return entries
        .filter((name) => name.endsWith(LEDGER_SUFFIX) && !name.startsWith("."))
        .map((name) => name.slice(0, -LEDGER_SUFFIX.length));
    } catch (failure) {
      if ((failure as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw failure;
    }
  }

  /** The whole file; empty where nothing was tried yet. */
  async read(id: string): Promise<string> {
    const path = this.path(id);
    // A look first: reading is no reason to make the folder for a lock.
    return (await ledgerText(path)) === "" ? "" : whileLocked(path, () => ledgerText(path));
  }

  /** Appends the trials that do not count yet. `known` is the head of the caller's copy. */
  append(id: string, trials: readonly Trial[], known: LedgerHead): Promise<LedgerChange> {
    return this.#change(id, known, (ledger) => ledger.append(trials, this.#clock()));
  }

  /** Counts anew from here on; see `TrialLedger.clear`. */
  clear(id: string, reason: string, known: LedgerHead): Promise<LedgerChange> {
    return this.#change(id, known, (ledger) => [ledger.clear(reason, this.#clock())]);
  }

  /** Writes a ledger as a whole under a name that has none; fails with EEXIST where there is one. */
  async create(id: string, text: string): Promise<void> {
    await createWhole(this.path(id), text);
  }

  /** Takes a ledger away while nobody appends to it: `moved` has put its text elsewhere before. */
  take<T>(id: string, moved: (text: string) => Promise<T>): Promise<T> {
    const path = this.path(id);
    return whileLocked(path, async () => {
      const answer = await moved(await ledgerText(path));
      await rm(path, { force: true });
      return answer;
    });
  }

  async #change(
    id: string,
    known: LedgerHead,
    make: (ledger: TrialLedger) => readonly string[],
  ): Promise<LedgerChange> {
    let change: LedgerChange | undefined;
    await this.#files.change(this.path(id), (ledger) => {
      const isUpToDate = ledger.head.seq === known.seq && ledger.head.hash === known.hash;
      const lines = make(ledger);
      change = { lines: isUpToDate ? lines : null, head: ledger.head };
      return lines;
    });
    return change as LedgerChange;
  }
}

/** Refuses what is no ledger. One that was tampered with is taken as it is: whoever looks at it will see that. */
export function requireLedger(text: string): void {
  const reason =
    text.length > MOST_CHARACTERS
      ? `it has ${text.length} characters; at most ${MOST_CHARACTERS} are taken`
      : TrialLedger.read(text).records.length === 0
        ? "none of its lines is a record of a trial"
        : undefined;
  if (reason === undefined) return;
  throw new EngineError(
    "trials.not-a-ledger",
    `This is not a ledger of trials: ${reason}. Expected a file as it lies beside a notebook, name${LEDGER_SUFFIX}.`,
    { begins: text.slice(0, 80) },
  );
}
