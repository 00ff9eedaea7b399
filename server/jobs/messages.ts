import { EngineError } from "#engine/core/errors.ts";
import type { Trial } from "#engine/trials/trial.ts";

/** What the queue and a worker say to each other; plain data that survives a structured clone. */
export type ToWorker = { type: "start"; task: string; input: unknown } | { type: "cancel" };

export type TaskProgress = {
  done: number;
  /** Null when unknown. */
  total: number | null;
  message?: string;
};

export type PlainFailure = { code: string; message: string; details: Record<string, unknown> };

export type FromWorker =
  | ({ type: "progress" } & TaskProgress)
  | { type: "trials"; trials: readonly Trial[] }
  | { type: "done"; output: unknown }
  | { type: "failed"; failure: PlainFailure };

/** What a task is given besides its input. */
export type TaskContext = {
  progress: (progress: TaskProgress) => void;
  /** Has trials written down while the work goes on, so that they count also where it does not end. */
  tell: (trials: readonly Trial[]) => void;
  signal: AbortSignal;
};

/** The code of a failure that nobody foresaw. */
export const DEFECT = "job.failed";

/** An error as plain data: a class and its prototype do not cross a worker's border. */
export function plainFailure(failure: unknown): PlainFailure {
  if (failure instanceof EngineError) {
    return { code: failure.code, message: failure.message, details: cloneable(failure.details) };
  }
  if (failure instanceof Error && failure.name === "AbortError") {
    return { code: "canceled", message: "Canceled before it finished.", details: {} };
  }
  const message = failure instanceof Error ? failure.message : String(failure);
  return { code: DEFECT, message, details: {} };
}

function cloneable(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  try {
    return structuredClone({ ...details });
  } catch {
    // Details hold something that is not plain (a function, a native handle): their words are kept.
    return Object.fromEntries(Object.entries(details).map(([key, value]) => [key, String(value)]));
  }
}
