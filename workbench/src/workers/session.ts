import { type Remote, wrap } from "comlink";
import { EngineError } from "#engine/core/errors.ts";
import type { ComputeApi, WorkerHello, WorkerStart } from "./protocol.ts";
import type { Spawn } from "./spawn.ts";
import { carryEngineErrors } from "./throwHandler.ts";

carryEngineErrors();

/** One worker from its start to its end. */
export type Session = {
  readonly api: Remote<ComputeApi>;
  /** Bytes of candles that it holds, by key, the least recently used first. */
  readonly held: Map<string, number>;
  /** Rejects with `worker.died` when the worker ends, for whatever reason. */
  readonly death: Promise<never>;
  readonly isDead: boolean;
  end(reason?: string): void;
};

export type SessionOptions = { allowModules: boolean; readyWithinMs: number };

/** Starts a worker and waits until its code is there; a failure or a silence is an error that says so. */
export async function startSession(
  spawn: Spawn,
  { allowModules, readyWithinMs }: SessionOptions,
): Promise<Session> {
  const worker = spawn();
  const { port1, port2 } = new MessageChannel();
  let isReady = false;
  let isDead = false;
  let rejectDeath: (error: EngineError) => void = () => undefined;
  const death = new Promise<never>((_, reject) => {
    rejectDeath = reject;
  });
  // Nobody may be waiting at the moment it dies; whoever calls later looks at `isDead`.
  death.catch(() => undefined);
  const die = (reason: string): void => {
    if (isDead) return;
    isDead = true;
    worker.terminate();
    port1.close();
    rejectDeath(isReady ? died(reason) : notStarted(reason));
  };
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    die(event.message || "its code could not be loaded or failed outside of any task");
  });
  worker.addEventListener("messageerror", () => die("a message could not be read"));
  // No event tells of a worker that was terminated, and calls to it would wait for ever.
  const terminate = worker.terminate.bind(worker);
  worker.terminate = () => {
    terminate();
    die("it was ended from outside");
  };

  const silence = setTimeout(() => die(`it was silent for ${readyWithinMs / 1000} s`), readyWithinMs);
  worker.addEventListener(
    "message",
    ({ data }: MessageEvent<WorkerHello>) => {
      if (!data.ready) die(data.message);
    },
    { once: true },
  );
  const said = new Promise<void>((resolve) => {
    worker.addEventListener("message", () => resolve(), { once: true });
  });
  try {
    await Promise.race([death, said]);
  } finally {
    clearTimeout(silence);
  }
  isReady = true;
  worker.postMessage({ port: port2, allowModules } satisfies WorkerStart, [port2]);
  return {
    api: wrap<ComputeApi>(port1),
    held: new Map(),
    death,
    get isDead() {
      return isDead;
    },
    end: (reason = "it was ended") => die(reason),
  };
}

function died(reason: string): EngineError {
  return new EngineError(
    "worker.died",
    `The compute worker died: ${reason}. Another one takes its place; run the cell again.`,
    { reason },
  );
}

function notStarted(reason: string): EngineError {
  return new EngineError(
    "worker.not-started",
    `The compute worker did not start: ${reason}. Reload the page; if it stays so, restart the server.`,
    { reason },
  );
}
