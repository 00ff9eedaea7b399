import { EngineError } from "#engine/core/errors.ts";
import type { WorkerHello } from "../workers/protocol.ts";
import { spawnInSandbox } from "../workers/spawn.ts";

const PATIENCE_MS = 10_000;

/** Starts a worker of the frame from its module's URL; a failure, or ten seconds of silence, is an error that says so. */
export function startWorker(url: string, origin: string): Promise<Worker> {
  const worker = spawnInSandbox(origin, url)();
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      clearTimeout(timer);
      worker.terminate();
      reject(
        new EngineError("worker.not-started", `A worker did not start: ${reason}. Reload the page.`, { url }),
      );
    };
    const timer = setTimeout(() => fail(`it was silent for ${PATIENCE_MS / 1000} s`), PATIENCE_MS);
    worker.onerror = (event) => fail(event.message || "its code could not be loaded");
    worker.onmessage = ({ data }: MessageEvent<WorkerHello>) => {
      if (!data.ready) return fail(data.message);
      clearTimeout(timer);
      worker.onerror = null;
      worker.onmessage = null;
      resolve(worker);
    };
  });
}
