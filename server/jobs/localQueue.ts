import { availableParallelism } from "node:os";
import { EngineError } from "#engine/core/errors.ts";
import type { Trial } from "#engine/trials/trial.ts";
import type { Job } from "../contract.ts";
import { type FromWorker, type PlainFailure, plainFailure } from "./messages.ts";
import type { JobQueue, JobSpec } from "./queue.ts";
import { secondsLeft } from "./secondsLeft.ts";
import { type StartWorker, startWorker, type WorkerHandle } from "./startWorker.ts";
import { type TaskLane, type TaskName, tasks } from "./tasks.ts";

export type LocalQueueOptions = {
  /** Now, in UTC milliseconds. */
  clock?: () => number;
  newId?: () => string;
  /** How many jobs of a lane run at once. One core is left to the server and the browser. */
  limits?: Readonly<Record<TaskLane, number>>;
  /** How long a canceled worker may take to stop by itself. */
  graceMs?: number;
  start?: StartWorker;
};

/** Finished jobs that are still listed. */
const KEPT = 200;

type Entry = {
  job: Job;
  spec: JobSpec;
  worker: WorkerHandle | undefined;
  cancelAsked: boolean;
  /** What the worker reported before it ended. */
  outcome: { output: unknown } | { failure: PlainFailure } | undefined;
  /** Why trials could not be written down. */
  unwritten: PlainFailure | undefined;
  /** The trials that are being written down; undefined where there are none. */
  writing: Promise<void> | undefined;
  settle: (job: Job) => void;
  settled: Promise<Job>;
};

/** The queue of one machine: each job in a fresh worker, so that nothing a job does can reach the next one. */
export function createLocalQueue({
  clock = () => Date.now(),
  newId = () => crypto.randomUUID(),
  limits = { cores: Math.max(1, availableParallelism() - 1), searches: 1, lake: 1, network: 2 },
  graceMs = 2_000,
  start = startWorker,
}: LocalQueueOptions = {}): JobQueue {
  const entries = new Map<string, Entry>();
  const listeners = new Set<(job: Job) => void>();
  let closing = false;

  function change(entry: Entry, changes: Partial<Job>): void {
    entry.job = { ...entry.job, ...changes };
    for (const listener of listeners) listener(entry.job);
  }

  function startNext(): void {
    for (const entry of entries.values()) {
      if (entry.job.state !== "queued" || entry.worker) continue;
      const { lane } = tasks[entry.spec.task];
      const busy = [...entries.values()].filter(
        ({ worker, spec }) => worker && tasks[spec.task].lane === lane,
      );
      if (busy.length < limits[lane]) run(entry);
    }
  }

  function run(entry: Entry): void {
    const { task, input } = entry.spec;
    try {
      const worker = start(tasks[task].home, {
        message: (message) => receive(entry, message),
        exit: (reason) => end(entry, reason),
      });
      entry.worker = worker;
      change(entry, { state: "running", startedMs: clock() });
      worker.send({ type: "start", task, input });
    } catch (failure) {
      entry.worker = undefined;
      fail(entry, plainFailure(failure));
    }
  }

  function receive(entry: Entry, message: FromWorker): void {
    if (message.type === "progress") {
      const { done, total, message: words = entry.job.message } = message;
      const elapsedMs = clock() - (entry.job.startedMs ?? clock());
      change(entry, { done, total, message: words, secondsLeft: secondsLeft({ done, total, elapsedMs }) });
    } else if (message.type === "trials") write(entry, message.trials);
    else if (message.type === "done") entry.outcome = { output: message.output };
    else entry.outcome = { failure: message.failure };
  }

  /** Trials are written in the order in which they were told; where that fails, the work is stopped. */
  function write(entry: Entry, trials: readonly Trial[]): void {
    const before = entry.writing ?? Promise.resolve();
    entry.writing = before
      .then(() => entry.spec.keepTrials?.(trials))
      .catch((failure: unknown) => {
        entry.unwritten ??= plainFailure(failure);
        entry.worker?.send({ type: "cancel" });
      });
  }

  /** Whatever a worker said, the job is over when the worker is: its memory and its locks are free then. */
  function end(entry: Entry, reason: string): void {
    entry.worker = undefined;
    if (entry.writing === undefined) conclude(entry, reason);
    else void entry.writing.then(() => conclude(entry, reason));
    startNext();
  }

  function conclude(entry: Entry, reason: string): void {
    const { outcome, cancelAsked, spec, unwritten } = entry;
    // Canceled while the last trials were being written.
    if (entry.job.finishedMs !== null) return;
    if (unwritten !== undefined) fail(entry, unwritten);
    else if (outcome === undefined && cancelAsked) cancelNow(entry);
    else if (outcome === undefined) {
      const message =
        `The worker died before it finished (${reason}). Nothing half-done was kept. ` +
        "Run it again; if memory ran out, take fewer symbols or a shorter span.";
      fail(entry, { code: "job.worker-died", message, details: { reason } });
    } else if ("failure" in outcome) {
      if (outcome.failure.code === "canceled") cancelNow(entry);
      else fail(entry, outcome.failure);
    } else {
      try {
        const finish = spec.finish as ((output: unknown) => unknown) | undefined;
        const result = finish ? finish(outcome.output) : outcome.output;
        const { total, done } = entry.job;
        finished(entry, { state: "done", result, done: total ?? done });
      } catch (failure) {
        fail(entry, plainFailure(failure));
      }
    }
  }

  function fail(entry: Entry, { code, message, details }: PlainFailure): void {
    finished(entry, { state: "failed", error: { code, message, details } });
  }

  function cancelNow(entry: Entry): void {
    finished(entry, { state: "canceled", message: "Canceled." });
  }

  function finished(entry: Entry, changes: Partial<Job>): void {
    change(entry, { ...changes, finishedMs: clock(), secondsLeft: null });
    entry.settle(entry.job);
    const over = [...entries.values()].filter(({ job }) => job.finishedMs !== null);
    for (const { job } of over.slice(0, Math.max(0, over.length - KEPT))) entries.delete(job.id);
  }

  function find(id: string): Entry {
    const entry = entries.get(id);
    if (entry) return entry;
    throw new EngineError(
      "job.unknown",
      `There is no job "${id}". The list of jobs begins anew with the server.`,
      { id },
    );
  }

  return {
    submit<T extends TaskName>(spec: JobSpec<T>): Job {
      if (closing) throw new EngineError("server.closing", "The server is stopping and takes no more work.");
      const { promise: settled, resolve: settle } = withResolvers<Job>();
      const { kind, title, unit } = spec;
      const job: Job = {
        ...{ id: spec.id ?? newId(), kind, title, state: "queued", done: 0, total: null, unit, message: "" },
        ...{ startedMs: null, finishedMs: null, secondsLeft: null, error: null, result: null },
      };
      const entry: Entry = {
        ...{
          job,
          spec: spec as unknown as JobSpec,
          worker: undefined,
          cancelAsked: false,
          outcome: undefined,
          unwritten: undefined,
          writing: undefined,
        },
        ...{ settle, settled },
      };
      entries.set(job.id, entry);
      change(entry, {});
      startNext();
      return entry.job;
    },
    list: () => [...entries.values()].map(({ job }) => job).reverse(),
    get: (id) => find(id).job,
    cancel(id) {
      const entry = find(id);
      if (entry.job.finishedMs !== null || entry.cancelAsked) return entry.job;
      entry.cancelAsked = true;
      const { worker } = entry;
      if (worker === undefined) cancelNow(entry);
      else {
        change(entry, { message: "Stopping …" });
        worker.send({ type: "cancel" });
        const timer = setTimeout(() => worker.kill(), graceMs);
        void entry.settled.then(() => clearTimeout(timer));
      }
      return entry.job;
    },
    settled: (id) => find(id).settled,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closing = true;
      const open = [...entries.values()].filter(({ job }) => job.finishedMs === null);
      for (const { job } of open) this.cancel(job.id);
      await Promise.all(open.map(({ settled }) => settled));
    },
  };
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((given) => {
    resolve = given;
  });
  return { promise, resolve };
}
