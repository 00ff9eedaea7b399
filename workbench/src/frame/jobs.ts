import { canceled } from "#runtime/failures.ts";
import type { FrameJob } from "../shell/protocol.ts";

/** The least time between two reports of one job, so that a fast job does not flood the page or the port. */
const REPORT_MS = 100;

export type JobHandle = {
  readonly signal: AbortSignal;
  /** `note`: what is known so far, in a few words. */
  progress(done: number, total: number | null, secondsLeft: number | null, note?: string): void;
  end(): void;
};

/** Long work of cells: what is under way, how far it is, how long it will take, and a way to stop each. */
export class Jobs {
  readonly #jobs = new Map<string, { job: FrameJob; controller: AbortController; toldMs: number }>();
  readonly #tell: (jobs: FrameJob[]) => void;
  readonly #now: () => number;
  #next = 1;

  constructor(tell: (jobs: FrameJob[]) => void, now: () => number = () => performance.now()) {
    this.#tell = tell;
    this.#now = now;
  }

  /** Begins a job of a cell; it ends as canceled when the cell's own signal is aborted. */
  begin(title: string, cell: number, cellSignal: AbortSignal): JobHandle {
    const id = `job-${this.#next++}`;
    const controller = new AbortController();
    const job: FrameJob = { id, title, cell, done: 0, total: null, secondsLeft: null };
    this.#jobs.set(id, { job, controller, toldMs: this.#now() });
    this.#report();
    const end = (): void => {
      if (this.#jobs.delete(id)) this.#report();
    };
    const signal = AbortSignal.any([controller.signal, cellSignal]);
    // Canceled or replaced, it is no longer under way, whatever it may still be waiting for.
    signal.addEventListener("abort", end, { once: true });
    return {
      signal,
      progress: (done, total, secondsLeft, note) =>
        this.#progress(id, { done, total, secondsLeft, ...(note !== undefined && { note }) }),
      end,
    };
  }

  stop(id: string): void {
    this.#jobs.get(id)?.controller.abort(canceled("Canceled before it finished."));
  }

  #progress(id: string, progress: Pick<FrameJob, "done" | "total" | "secondsLeft" | "note">): void {
    const entry = this.#jobs.get(id);
    if (entry === undefined) return;
    const now = this.#now();
    entry.job = { ...entry.job, ...progress };
    if (now - entry.toldMs < REPORT_MS) return;
    entry.toldMs = now;
    this.#report();
  }

  #report(): void {
    this.#tell([...this.#jobs.values()].map(({ job }) => job));
  }
}
