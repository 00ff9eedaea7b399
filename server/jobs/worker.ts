import { parentPort } from "node:worker_threads";
import { EngineError } from "#engine/core/errors.ts";
import type { Trial } from "#engine/trials/trial.ts";
import { DEFECT, type FromWorker, plainFailure, type TaskProgress, type ToWorker } from "./messages.ts";
import { type TaskName, tasks } from "./tasks.ts";

/** The program of a worker, be it a thread or a process: one task, then the end. */

/** A page redraws no faster; posting each slice would cost more than computing it. */
const PROGRESS_EVERY_MS = 100;

const controller = new AbortController();

function send(message: FromWorker): void {
  if (parentPort) parentPort.postMessage(message);
  else process.send?.(message);
}

function throttled(): (progress: TaskProgress) => void {
  let lastMs = Number.NEGATIVE_INFINITY;
  let lastMessage: string | undefined;
  return (progress) => {
    const now = performance.now();
    // Another message is another phase, which may be long in showing anything more.
    const isNews = progress.message !== lastMessage || progress.done === progress.total;
    if (now - lastMs < PROGRESS_EVERY_MS && !isNews) return;
    lastMs = now;
    lastMessage = progress.message;
    send({ type: "progress", ...progress });
  };
}

async function start({ task, input }: { task: string; input: unknown }): Promise<void> {
  try {
    if (!isTask(task)) throw new EngineError("job.unknown-task", `There is no task "${task}".`, { task });
    const run = (await tasks[task].load()) as (input: unknown, context: unknown) => Promise<unknown>;
    const output = await run(input, {
      progress: throttled(),
      tell: (trials: readonly Trial[]) => send({ type: "trials", trials }),
      signal: controller.signal,
    });
    send({ type: "done", output });
  } catch (failure) {
    const plain = plainFailure(failure);
    // Where a defect happened is for the log of whoever wants to mend it, not for an answer.
    if (plain.code === DEFECT && process.env.WALKFORWARD_DEBUG) console.error(failure);
    send({ type: "failed", failure: plain });
  }
  // Native handles (DuckDB's, an exchange's sockets) must not keep a finished worker alive.
  if (parentPort) parentPort.close();
  else process.disconnect();
}

function isTask(name: string): name is TaskName {
  return Object.hasOwn(tasks, name);
}

function receive(message: ToWorker): void {
  if (message.type === "cancel") controller.abort();
  else void start(message);
}

if (parentPort) {
  parentPort.on("message", receive);
} else {
  process.on("message", receive);
  // Ctrl-C reaches the whole group; the parent decides, so that what is being written is finished or undone.
  process.on("SIGINT", () => undefined);
  // Also how a worker learns that its parent is gone.
  process.on("disconnect", () => process.exit(0));
}
