import { EngineError } from "#engine/core/errors.ts";
import { HELLO, PORT } from "../shell/handshake.ts";
import type { FrameRequest, FromFrame, ToFrame } from "../shell/protocol.ts";

type Method = FrameRequest["method"];
type Params<M extends Method> = Extract<FrameRequest, { method: M }>["params"];
export type Progress = { done: number; total: number | null; message: string };
type Pending = {
  resolve(value: unknown): void;
  reject(reason: unknown): void;
  onProgress?: (progress: Progress) => void;
};
export type RequestOptions = {
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  /** Memory that goes over with the request instead of being copied. */
  transfer?: Transferable[];
};

/** What the shell says by itself; answers to requests are matched to their callers and do not show here. */
export type ShellMessage = Exclude<ToFrame, { type: "reply" | "progress" | "ping" }>;

/**
 * The frame's only door. Requests carry ids and are answered once; an aborted one tells the shell to stop and
 * rejects at once with the signal's reason, so that nobody waits for an answer that is no longer wanted.
 */
export class ShellPort {
  readonly #pending = new Map<number, Pending>();
  readonly #port: MessagePort;
  #next = 1;

  constructor(port: MessagePort, onMessage: (message: ShellMessage) => void) {
    this.#port = port;
    port.onmessage = (event: MessageEvent<ToFrame>) => {
      const message = event.data;
      if (message.type === "ping") this.send({ type: "pong", n: message.n });
      else if (message.type === "progress") this.#pending.get(message.id)?.onProgress?.(message);
      else if (message.type === "reply") this.#settle(message);
      else onMessage(message);
    };
    port.start();
  }

  send(message: FromFrame, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  request<M extends Method>(method: M, params: Params<M>, options: RequestOptions = {}): Promise<unknown> {
    const { signal, onProgress, transfer } = options;
    if (signal?.aborted) return Promise.reject(signal.reason);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#pending.delete(id);
        this.send({ type: "cancel", id });
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", abort, { once: true });
      const done = () => signal?.removeEventListener("abort", abort);
      this.#pending.set(id, {
        resolve(value) {
          done();
          resolve(value);
        },
        reject(reason) {
          done();
          reject(reason);
        },
        onProgress,
      });
      this.send({ type: "request", id, request: { method, params } as FrameRequest }, transfer);
    });
  }

  #settle(reply: Extract<ToFrame, { type: "reply" }>): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (reply.ok) pending?.resolve(reply.value);
    else pending?.reject(new EngineError(reply.error.code, reply.error.message, reply.error.details));
  }
}

/**
 * Asks the page around this one for ports and resolves with those that come first from it: the shell's own, and one to
 * the frame beside this one. Every other window is ignored, and so is everything after the first.
 */
export function receivePorts(scope: Window = window): Promise<readonly [MessagePort, MessagePort]> {
  return new Promise((resolve) => {
    const listen = (event: MessageEvent) => {
      if (event.source !== scope.parent || event.data !== PORT) return;
      const [shell, beside] = event.ports;
      if (shell === undefined || beside === undefined) return;
      scope.removeEventListener("message", listen);
      resolve([shell, beside]);
    };
    scope.addEventListener("message", listen);
    scope.parent.postMessage(HELLO, "*");
  });
}
