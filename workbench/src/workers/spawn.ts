import workerUrl from "./compute.worker.ts?worker&url";
import type { WorkerHello, WorkerStart } from "./protocol.ts";

/** What whoever starts a compute worker needs of it; it may live in another frame. */
export type ComputeWorker = Pick<Worker, "addEventListener" | "terminate"> & {
  postMessage(start: WorkerStart, transfer: Transferable[]): void;
};

/** Starts one worker whose first message is a `WorkerHello`. */
export type Spawn = () => ComputeWorker;

/** In a page of our own origin: a plain module worker. */
export const spawnInPage: () => Worker = () => new Worker(workerUrl, { type: "module", name: "compute" });

/**
 * In the sandboxed frame, whose origin is opaque: workers from a URL are refused there and module workers from a blob
 * fail without a word, so a classic worker from a blob imports the module. It inherits the frame's policy.
 */
export function spawnInSandbox(origin: string, url: string = workerUrl): () => Worker {
  const target = new URL(url, origin).href;
  return () => {
    const failed = `(error) => postMessage(${JSON.stringify({ ready: false } satisfies Partial<WorkerHello>).slice(0, -1)}, message: String(error) })`;
    const text = `import(${JSON.stringify(target)}).catch(${failed});`;
    const blobUrl = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    const worker = new Worker(blobUrl, { name: "compute" });
    // The worker has its text once it speaks; the URL is of no further use.
    worker.addEventListener("message", () => URL.revokeObjectURL(blobUrl), { once: true });
    return worker;
  };
}
