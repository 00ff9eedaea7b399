import { EngineError } from "#engine/core/errors.ts";
import { NO_LINE } from "#engine/trials/record.ts";
import type { ScoredPoint } from "#engine/trials/scored.ts";
import type { TrialSummary } from "#engine/trials/summary.ts";
import type { Trial } from "#engine/trials/trial.ts";
import type { TrialRow } from "#engine/trials/trialRows.ts";
import { api, OfflineError } from "../data/api.ts";
import type { LedgerState } from "./ledgerReader.ts";
import { TrialOutbox } from "./outbox.ts";
import { type RunningReader, startReader } from "./startReader.ts";

/** How the trials stand to the file beside the notebook. */
export type Keeping =
  | { kind: "reading" }
  | { kind: "kept" }
  | { kind: "keeping" }
  /** The server is away; they are kept in the browser until it is back. */
  | { kind: "offline" }
  | { kind: "refused"; reason: string };

const EMPTY: LedgerState = {
  trials: 0,
  waiting: 0,
  lines: 0,
  head: { seq: 0, hash: NO_LINE },
  faults: [],
  cleared: [],
};

/** Trials that go to the server at once. */
const BATCH = 200;
const RETRY_MS = 3000;

type Waiting = { trial: Trial; key: number | undefined };

/**
 * The trials of the open notebook. The shell has them from the workers that make them and brings them to the ledger's
 * file; the notebook only hears what they come to. Whatever is on its way counts already.
 */
export class NotebookTrials {
  state: LedgerState = $state.raw(EMPTY);
  /** What all trials come to; undefined until the ledger was read. */
  summary: TrialSummary | undefined = $state.raw(undefined);
  keeping: Keeping = $state.raw({ kind: "reading" });
  /** Grows with every change that rows may show. */
  version: number = $state(0);

  readonly #notebook: () => string;
  readonly #outbox = new TrialOutbox();
  #running: RunningReader | undefined;
  #waiting: Waiting[] = [];
  #opened: Promise<void> | undefined;
  #delivering: Promise<void> | undefined;
  #comparing: Promise<void> | undefined;
  #isStale = false;
  /** What is asked of the server is asked one after the other: the head that is known is then that of the file. */
  #last: Promise<unknown> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `notebook` is the notebook's id at the time, which changes when it is renamed. */
  constructor(notebook: () => string) {
    this.#notebook = notebook;
  }

  /** Reads the ledger, and goes on with what an earlier page left undelivered. */
  open(): Promise<void> {
    this.#opened ??= this.#open();
    return this.#opened;
  }

  /** One of the notebook's workers tried something. */
  add(trial: Trial): void {
    this.#waiting.push({ trial, key: undefined });
    void this.#deliver();
  }

  /** What is known of a search's points: from the file, and from what is still on its way there. */
  async scored(search: string): Promise<readonly ScoredPoint[]> {
    await this.open();
    await this.#wait();
    return (await this.#running?.reader.scored(search)) ?? [];
  }

  /** Resolves when what was tried until now is in the file, or cannot be brought there for now. */
  async flush(): Promise<void> {
    await this.#delivering;
    if (this.#waiting.length > 0) await this.#deliver();
  }

  /** Copies the file or gives it another name: what was tried before is in it, what comes meanwhile goes to the new one. */
  async whileMoved<T>(move: () => Promise<T>): Promise<T> {
    await this.flush();
    return this.#inTurn(move);
  }

  /** Looks whether another tab or program added to the file meanwhile. */
  async refresh(): Promise<void> {
    if (this.#opened === undefined) return;
    await this.#opened;
    await this.flush();
    try {
      await this.#inTurn(async () => this.#show(await this.#take(null)));
      if (this.#waiting.length === 0) this.keeping = { kind: "kept" };
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Begins to count anew, by a line of the ledger that says so and why. */
  async clear(reason: string): Promise<void> {
    await this.flush();
    await this.#inTurn(async () => {
      const { lines } = await api.clearTrials(this.#notebook(), reason, this.state.head);
      this.#show(await this.#take(lines));
    });
  }

  /** The trials one by one. */
  async rows(): Promise<TrialRow[]> {
    await this.#comparing;
    return this.#running === undefined ? [] : this.#running.reader.rows();
  }

  /** The file's text, to be saved elsewhere. */
  async text(): Promise<string> {
    await this.flush();
    return api.trials(this.#notebook());
  }

  /** What is on its way goes on; nothing more is shown. */
  close(): void {
    clearTimeout(this.#timer);
    void this.flush().finally(() => {
      clearTimeout(this.#timer);
      this.#running?.end();
      this.#running = undefined;
    });
  }

  async #open(): Promise<void> {
    this.#running = startReader();
    const [text, left] = await Promise.all([
      api.trials(this.#notebook()).catch((error: unknown) => {
        // A ledger that cannot be read now is read when there is something to append to it.
        this.#failed(error);
        return "";
      }),
      this.#outbox.of(this.#notebook()),
    ]);
    this.#waiting.unshift(...left);
    this.#show(await this.#read(text));
    if (this.#waiting.length > 0) void this.#deliver();
    else if (this.keeping.kind === "reading") this.keeping = { kind: "kept" };
  }

  #deliver(): Promise<void> {
    this.#delivering ??= this.#deliverAll().finally(() => {
      this.#delivering = undefined;
    });
    return this.#delivering;
  }

  async #deliverAll(): Promise<void> {
    clearTimeout(this.#timer);
    // Meanwhile more may come, and goes together.
    await this.open();
    while (this.#waiting.length > 0) {
      await this.#keepInBrowser();
      this.#show(await this.#wait());
      this.keeping = { kind: "keeping" };
      const batch = this.#waiting.slice(0, BATCH);
      try {
        await this.#inTurn(async () => {
          const trials = batch.map(({ trial }) => trial);
          const { lines } = await api.addTrials(this.#notebook(), trials, this.state.head);
          await this.#take(lines);
          this.#waiting.splice(0, batch.length);
          this.#show(await this.#wait());
        });
      } catch (error) {
        this.#failed(error);
        this.#timer = setTimeout(() => void this.#deliver(), RETRY_MS);
        return;
      }
      await this.#outbox.drop(batch.flatMap(({ key }) => (key === undefined ? [] : [key])));
    }
    this.keeping = { kind: "kept" };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #failed(error: unknown): void {
    if (error instanceof OfflineError) this.keeping = { kind: "offline" };
    else if (error instanceof EngineError) this.keeping = { kind: "refused", reason: error.message };
    else throw error;
  }

  async #keepInBrowser(): Promise<void> {
    const fresh = this.#waiting.filter(({ key }) => key === undefined);
    if (fresh.length === 0) return;
    const keys = await this.#outbox.put(
      this.#notebook(),
      fresh.map(({ trial }) => trial),
    );
    for (const [i, one] of fresh.entries()) one.key = keys[i];
  }

  /** Takes in lines that were appended after those known here; where others wrote meanwhile, the whole file. */
  async #take(lines: readonly string[] | null): Promise<LedgerState> {
    if (lines === null) return this.#read(await api.trials(this.#notebook()));
    return (await this.#running?.reader.take(lines)) ?? this.state;
  }

  async #read(text: string): Promise<LedgerState> {
    return (await this.#running?.reader.read(text)) ?? this.state;
  }

  async #wait(): Promise<LedgerState> {
    return (await this.#running?.reader.wait(this.#waiting.map(({ trial }) => trial))) ?? this.state;
  }

  #show(state: LedgerState): void {
    this.state = state;
    this.version++;
    // The count is known at once; what the trials come to takes longer.
    if (this.summary !== undefined) this.summary = { ...this.summary, trials: state.trials };
    this.#isStale = true;
    this.#comparing ??= this.#compare().finally(() => {
      this.#comparing = undefined;
    });
  }

  async #compare(): Promise<void> {
    while (this.#isStale && this.#running !== undefined) {
      this.#isStale = false;
      this.summary = await this.#running.reader.summary();
      this.version++;
    }
  }
}
