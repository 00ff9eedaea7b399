import { EngineError } from "#engine/core/errors.ts";
import { startWorker } from "./startWorker.ts";
import { type TaskInput, type TaskName, type TaskOutput, tasks } from "./tasks.ts";

/** Runs a task in a worker of its own and waits for it: for short work that is no job, like a preview. */
export function runTask<T extends TaskName>(task: T, input: TaskInput<T>): Promise<TaskOutput<T>> {
  return new Promise((resolve, reject) => {
    const worker = startWorker(tasks[task].home, {
      message: (message) => {
        if (message.type === "done") resolve(message.output as TaskOutput<T>);
        else if (message.type === "failed") {
          const { code, message: words, details } = message.failure;
          reject(new EngineError(code, words, details));
        }
      },
      // After an answer this changes nothing; without one the worker died.
      exit: (reason) =>
        reject(
          new EngineError("job.worker-died", `The worker died before it answered (${reason}).`, { reason }),
        ),
    });
    worker.send({ type: "start", task, input });
  });
}
