import { fork } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { FromWorker, ToWorker } from "./messages.ts";
import type { TaskHome } from "./tasks.ts";

/** A running worker as the queue sees it, thread or process alike. */
export interface WorkerHandle {
  send(message: ToWorker): void;
  /** Ends it at once, whatever it does. */
  kill(): void;
}

export type WorkerEvents = {
  message: (message: FromWorker) => void;
  /** Called once, last; `reason` says in words how it ended. */
  exit: (reason: string) => void;
};

export type StartWorker = (home: TaskHome, events: WorkerEvents) => WorkerHandle;

export const startWorker: StartWorker = (home, events) =>
  home === "thread" ? startThread(events) : startProcess(events);

/** The worker's program: beside the built server, or the source behind a loader that knows TypeScript. */
export function workerEntry(): string {
  const isSource = import.meta.url.endsWith(".ts");
  const entry = fileURLToPath(new URL(isSource ? "./workerFromSource.mjs" : "./worker.js", import.meta.url));
  if (!existsSync(entry))
    throw new Error(`The worker's program is missing: ${entry}. Build the server again.`);
  return entry;
}

function startThread({ message, exit }: WorkerEvents): WorkerHandle {
  // What a strategy prints must not mix with a command's own output.
  const worker = new Worker(workerEntry(), { execArgv: [], stdout: true });
  worker.stdout.pipe(process.stderr, { end: false });
  let error: Error | undefined;
  worker.on("message", message);
  worker.on("error", (thrown) => {
    error = thrown instanceof Error ? thrown : new Error(String(thrown));
  });
  worker.on("exit", (code) => exit(error?.message ?? `exit code ${code}`));
  return { send: (to) => worker.postMessage(to), kill: () => void worker.terminate() };
}

function startProcess({ message, exit }: WorkerEvents): WorkerHandle {
  const child = fork(workerEntry(), [], {
    execArgv: ["--enable-source-maps"],
    serialization: "advanced",
    stdio: ["ignore", 2, 2, "ipc"],
  });
  let error: Error | undefined;
  let ended = false;
  const end = (reason: string): void => {
    if (ended) return;
    ended = true;
    exit(reason);
  };
  child.on("message", (from) => message(from as FromWorker));
  child.on("error", (thrown) => {
    error = thrown;
    // A process that could not be started never exits.
    if (child.pid === undefined) end(thrown.message);
  });
  child.on("exit", (code, signal) =>
    end(error?.message ?? (signal ? `signal ${signal}` : `exit code ${code}`)),
  );
  return {
    send: (to) => {
      if (child.connected) child.send(to);
    },
    kill: () => child.kill("SIGKILL"),
  };
}
