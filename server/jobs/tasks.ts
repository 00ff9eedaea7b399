import type { TaskContext } from "./messages.ts";

/**
 * Where a task runs. A lake's lock names a process: a writer that dies must take its process with it, or the
 * lake stays locked; reading and computing only is for threads, which start faster.
 */
export type TaskHome = "thread" | "process";

/**
 * What a task keeps busy, and so what it waits for: cores, the one pen of the lake, or other people's servers. Searches, which
 * may take a night, wait for each other alone.
 */
export type TaskLane = "cores" | "searches" | "lake" | "network";

type Run = (input: never, context: TaskContext) => Promise<unknown>;
type TaskEntry = { home: TaskHome; lane: TaskLane; load: () => Promise<Run> };

/** All that a worker can be asked to do; each is loaded by the worker that runs it alone. */
export const tasks = {
  evaluate: {
    home: "thread",
    lane: "cores",
    load: async () => (await import("../runs/evaluateTask.ts")).evaluateTask,
  },
  backtest: {
    home: "thread",
    lane: "cores",
    load: async () => (await import("../runs/backtestTask.ts")).backtestTask,
  },
  optimise: {
    home: "thread",
    lane: "searches",
    load: async () => (await import("../searches/optimiseTask.ts")).optimiseTask,
  },
  /** A part of an optimisation, started by it. */
  fold: {
    home: "thread",
    lane: "searches",
    load: async () => (await import("../searches/foldTask.ts")).foldTask,
  },
  import: {
    home: "process",
    lane: "lake",
    load: async () => (await import("../lake/importTask.ts")).importTask,
  },
  samples: {
    home: "process",
    lane: "lake",
    load: async () => (await import("../lake/samplesTask.ts")).samplesTask,
  },
  ingest: {
    home: "process",
    lane: "network",
    load: async () => (await import("../exchange/ingestTask.ts")).ingestTask,
  },
  preview: {
    home: "thread",
    lane: "cores",
    load: async () => (await import("../lake/importTask.ts")).previewTask,
  },
} as const satisfies Record<string, TaskEntry>;

export type TaskName = keyof typeof tasks;
type RunOf<T extends TaskName> = Awaited<ReturnType<(typeof tasks)[T]["load"]>>;
export type TaskInput<T extends TaskName> = Parameters<RunOf<T>>[0];
export type TaskOutput<T extends TaskName> = Awaited<ReturnType<RunOf<T>>>;
