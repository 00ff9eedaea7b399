import type { WorkerStart } from "./protocol.ts";
import type { ComputeWorker, Spawn } from "./spawn.ts";

/** Asks the workshop for a worker; everything else about it goes through the port. */
export type SpawnRequest = { port: MessagePort };
export type ToWorkshop = { type: "start"; start: WorkerStart } | { type: "terminate" };
export type FromWorkshop =
  | { type: "message"; data: unknown }
  | { type: "messageerror" }
  | { type: "error"; message: string };

/** Starts workers in the frame at the other end of the port. */
export function spawnRemotely(workshop: MessagePort): Spawn {
  return () => {
    const { port1, port2 } = new MessageChannel();
    workshop.postMessage({ port: port2 } satisfies SpawnRequest, [port2]);
    return new RemoteWorker(port1);
  };
}

/** A worker that lives in another frame, as far as whoever starts one needs it: its first words, its start, its end. */
class RemoteWorker extends EventTarget implements ComputeWorker {
  readonly #port: MessagePort;

  constructor(port: MessagePort) {
    super();
    this.#port = port;
    port.onmessage = ({ data: message }: MessageEvent<FromWorkshop>) => {
      if (message.type === "error") this.dispatchEvent(new ErrorEvent("error", { message: message.message }));
      else if (message.type === "messageerror") this.dispatchEvent(new MessageEvent("messageerror"));
      else this.dispatchEvent(new MessageEvent("message", { data: message.data }));
    };
  }

  postMessage(start: WorkerStart, transfer: Transferable[]): void {
    this.#port.postMessage({ type: "start", start } satisfies ToWorkshop, transfer);
  }

  terminate(): void {
    this.#port.postMessage({ type: "terminate" } satisfies ToWorkshop);
    this.#port.close();
  }
}
