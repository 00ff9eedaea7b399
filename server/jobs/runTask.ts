import { EngineError } from "#engine/core/errors.ts";
import type { TaskContext } from "./messages.ts";
import { startWorker } from "./startWorker.ts";
import { type TaskInput, type TaskName, type TaskOutput, tasks } from "./tasks.ts";

/** How long a canceled worker may take to stop by itself. */
const GRACE_MS = 1_000;

/**
 * Runs a task in a worker of its own and waits for it: short work that is no job, like a preview, or a part of a job,
 * which hands on what the part tells it and is told to stop by.
 */
export function runTask<T extends TaskName>(
  task: T,
  input: TaskInput<T>,
  { progress, tell, signal }: Partial<TaskContext> = {},
): Promise<TaskOutput<T>> {
  return new Promise((resolve, reject) => {
    let killing: NodeJS.Timeout | undefined;
    const stop = (): void => {
      worker.send({ type: "cancel" });
      killing = setTimeout(() => worker.kill(), GRACE_MS);
    };
    const worker = startWorker(tasks[task].home, {
      message: (message) => {
        if (message.type === "progress") progress?.(message);
        else if (message.type === "trials") tell?.(message.trials);
        else if (message.type === "done") resolve(message.output as TaskOutput<T>);
        else {
          const { code, message: words, details } = message.failure;
          reject(new EngineError(code, words, details));
        }
      },
      // After an answer this changes nothing; without one the worker died.
      exit: (reason) => {
        signal?.removeEventListener("abort", stop);
        clearTimeout(killing);
        if (signal?.aborted) reject(new EngineError("canceled", "Canceled before it finished."));
        reject(
          new EngineError("job.worker-died", `The worker died before it answered (${reason}).`, { reason }),
        );
      },
    });
    signal?.addEventListener("abort", stop, { once: true });
    worker.send({ type: "start", task, input });
    if (signal?.aborted) stop();
  });
}
