import { EngineError } from "#engine/core/errors.ts";
import type { Trial } from "#engine/trials/trial.ts";
import type { Job } from "../contract.ts";
import type { TaskInput, TaskName, TaskOutput } from "./tasks.ts";

/** A piece of work as plain data, so that a queue on other machines could carry it. */
export type JobSpec<T extends TaskName = TaskName> = {
  kind: Job["kind"];
  title: string;
  /** What `done` and `total` count, `"slices"`. */
  unit: string;
  task: T;
  input: TaskInput<T>;
  /** Of work that goes on after a restart of the server; a new one by default. */
  id?: string;
  /** Writes down the trials that the worker tells of; the job is not over before the last of them is written. */
  keepTrials?: (trials: readonly Trial[]) => Promise<void>;
  /** Turns what the worker made into what the job shows, and keeps it; runs here, after the worker is done. */
  finish?: (output: TaskOutput<T>) => unknown;
};

/** Work that outlives a request. Every change of a job is told to the subscribers as a fresh plain `Job`. */
export interface JobQueue {
  submit<T extends TaskName>(spec: JobSpec<T>): Job;
  /** The latest first. */
  list(): Job[];
  get(id: string): Job;
  /** Asks it to stop; a worker that does not is ended after a grace time. */
  cancel(id: string): Job;
  /** Resolves when the job is done, failed or canceled. */
  settled(id: string): Promise<Job>;
  /** Returns the way to unsubscribe. */
  subscribe(listener: (job: Job) => void): () => void;
  /** Cancels everything and waits for the workers to end. */
  close(): Promise<void>;
}

/** What a settled job made; one that failed or was canceled throws as its work did. */
export function resultOf({ state, result, error }: Job): unknown {
  if (state === "done") return result;
  if (error !== null) throw new EngineError(error.code, error.message, error.details);
  throw new EngineError("canceled", "Canceled before it finished.");
}
