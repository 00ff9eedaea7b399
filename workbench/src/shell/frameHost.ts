import { EngineError } from "#engine/core/errors.ts";
import { ComputeHost, type LedgerEnd } from "./computeHost.ts";
import { MessageGate } from "./gate.ts";
import { Heartbeat, PING_MS } from "./heartbeat.ts";
import type { FrameCommand, FrameJob, FrameRequest, FromFrame, ToFrame } from "./protocol.ts";
import { HELLO, PORT } from "./protocol.ts";

export type FrameStatus = Extract<FromFrame, { type: "status" }>;
export type Answer = { value: unknown; transfer?: Transferable[] };
export type RequestContext = {
  signal: AbortSignal;
  progress(done: number, total: number | null, message: string): void;
};

/** What the shell does for a frame and hears from it. */
export type FrameHandlers = {
  /** The frame is ready: what to open. */
  opening(): Extract<ToFrame, { type: "open" }>;
  request(request: FrameRequest, context: RequestContext): Promise<Answer>;
  source(source: string, title: string): void;
  status(status: FrameStatus): void;
  jobs(jobs: FrameJob[]): void;
  /** Where the notebook's workers tell what they tried, and ask what is known. */
  ledger: LedgerEnd;
  shortcut(key: Extract<FromFrame, { type: "shortcut" }>["key"]): void;
  /** The notebook stopped answering, or answers again. */
  silence(silent: boolean): void;
  /** It did not even load in reasonable time. */
  unready(): void;
  /** A message that is not of the protocol came in; said once. */
  ignored(): void;
  /** It sent so many messages that it was cut off; the frame no longer runs. */
  flooded(): void;
};

/** Longer than the frame takes on a slow machine with a cold cache. */
const LOADING_MS = 30_000;

/** How long a frame that was taken away may still deliver what was typed last. */
const LAST_WORDS_MS = 500;

/** Requests that one frame may have open at a time; a notebook of 500 cells stays far below. */
const OPEN_REQUESTS = 256;

/**
 * One life of the sandboxed notebook frame. It hands one port to that very window, once, and then listens to
 * nothing but the port; every message passes the gate. To stop a notebook is to retire its host and make
 * another from the shell's own source.
 */
export class FrameHost {
  readonly element: HTMLIFrameElement;
  readonly #container: HTMLElement;
  readonly #handlers: FrameHandlers;
  readonly #gate = new MessageGate();
  readonly #heartbeat = new Heartbeat();
  readonly #open = new Map<number, AbortController>();
  #port: MessagePort | undefined;
  #compute: ComputeHost | undefined;
  /** What the notebook asks of its compute workers comes out here. */
  #toCompute: MessagePort | undefined;
  #handedOver = false;
  #timer: ReturnType<typeof setInterval> | undefined;
  #loading: ReturnType<typeof setTimeout> | undefined;
  #silent = false;
  #toldOfInvalid = false;

  constructor(container: HTMLElement, title: string, handlers: FrameHandlers) {
    this.#container = container;
    this.#handlers = handlers;
    this.element = document.createElement("iframe");
    this.element.setAttribute("sandbox", "allow-scripts");
    this.element.title = title;
    this.element.src = "/frame.html";
    // Until it knows the theme it would be a white sheet in a dark room.
    this.element.style.opacity = "0";
    window.addEventListener("message", this.#onHello);
    document.addEventListener("visibilitychange", this.#onVisibility);
    this.#loading = setTimeout(() => this.#handlers.unready(), LOADING_MS);
    container.append(this.element);
  }

  send(message: ToFrame, transfer: Transferable[] = []): void {
    this.#port?.postMessage(message, transfer);
  }

  command(command: FrameCommand): void {
    this.send({ type: "command", command });
  }

  /**
   * Takes the frame away. What it said just before is still on its way, and may be the last of somebody's
   * typing: for a moment its port is heard for that and nothing else, then `done` is called.
   */
  retire(done: () => void = () => undefined): void {
    this.#takeAway();
    const port = this.#port;
    const compute = this.#compute;
    this.#port = undefined;
    if (port === undefined) {
      compute?.close();
      done();
      return;
    }
    port.onmessage = ({ data }) => {
      const admitted = this.#gate.admit(data, performance.now());
      if (admitted.kind !== "message" || admitted.message.type !== "source") return;
      this.#handlers.source(admitted.message.source, admitted.message.title);
    };
    setTimeout(() => {
      port.close();
      compute?.close();
      done();
    }, LAST_WORDS_MS);
  }

  #takeAway(): void {
    window.removeEventListener("message", this.#onHello);
    document.removeEventListener("visibilitychange", this.#onVisibility);
    clearInterval(this.#timer);
    clearTimeout(this.#loading);
    for (const controller of this.#open.values()) controller.abort();
    this.#open.clear();
    this.element.remove();
    this.#compute?.remove();
  }

  readonly #onHello = (event: MessageEvent): void => {
    const window = this.element.contentWindow;
    // The window, not the origin, is what is checked: the frame's origin is opaque and reads "null".
    if (window === null || event.source !== window || event.data !== HELLO || this.#handedOver) return;
    this.#handedOver = true;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = (message) => {
      const atMs = performance.now();
      // Reading `data` is what makes the message's content; a large one takes its time there.
      this.#receive(message.data);
      if (this.#gate.spent(atMs, performance.now() - atMs)) this.#cutOff();
    };
    const workers = new MessageChannel();
    this.#toCompute = workers.port1;
    window.postMessage(PORT, "*", [port2, workers.port2]);
  };

  readonly #onVisibility = (): void => this.#heartbeat.forgive();

  #receive(raw: unknown): void {
    const admitted = this.#gate.admit(raw, performance.now());
    switch (admitted.kind) {
      case "message":
        this.#dispatch(admitted.message);
        break;
      case "throttled":
        if (admitted.message.type === "request") this.#refuse(admitted.message.id);
        break;
      case "invalid":
        if (!this.#toldOfInvalid) this.#handlers.ignored();
        this.#toldOfInvalid = true;
        break;
      case "flood":
        this.#cutOff();
    }
  }

  #cutOff(): void {
    if (this.#port === undefined) return;
    this.#takeAway();
    this.#port.close();
    this.#port = undefined;
    this.#handlers.flooded();
  }

  #dispatch(message: FromFrame): void {
    switch (message.type) {
      case "ready":
        clearTimeout(this.#loading);
        this.send(this.#handlers.opening());
        this.#startCompute();
        // Only from here on does silence mean something: before, the frame was still loading.
        this.#timer ??= setInterval(() => this.#beat(), PING_MS);
        break;
      case "pong":
        if (this.#heartbeat.answer(message.n)) this.#setSilent(false);
        break;
      case "source":
        this.#handlers.source(message.source, message.title);
        break;
      case "status":
        this.element.style.opacity = "";
        this.#handlers.status(message);
        break;
      case "jobs":
        this.#handlers.jobs(message.jobs);
        break;
      case "shortcut":
        // A key was pressed in the frame only if the keyboard is there; a notebook may claim it at any time.
        if (document.activeElement === this.element) this.#handlers.shortcut(message.key);
        break;
      case "cancel":
        this.#open.get(message.id)?.abort();
        break;
      case "request":
        if (this.#open.size >= OPEN_REQUESTS || this.#open.has(message.id)) this.#refuse(message.id);
        else void this.#answer(message.id, message.request);
    }
  }

  /** Not before the notebook is there: what one sees first comes first. */
  #startCompute(): void {
    if (this.#toCompute === undefined) return;
    this.#compute ??= new ComputeHost(this.#container, this.#toCompute, this.#handlers.ledger);
  }

  async #answer(id: number, request: FrameRequest): Promise<void> {
    const controller = new AbortController();
    this.#open.set(id, controller);
    const progress = (done: number, total: number | null, message: string) =>
      this.send({ type: "progress", id, done, total, message });
    try {
      const { value, transfer } = await this.#handlers.request(request, {
        signal: controller.signal,
        progress,
      });
      this.send({ type: "reply", id, ok: true, value }, transfer);
    } catch (error) {
      this.send({ type: "reply", id, ok: false, error: plainError(error) });
    } finally {
      this.#open.delete(id);
    }
  }

  #refuse(id: number): void {
    const message = "The notebook asks for too much at once. Let what is open finish, then ask again.";
    this.send({
      type: "reply",
      id,
      ok: false,
      error: { code: "frame.too-many-requests", message, details: {} },
    });
  }

  #beat(): void {
    if (document.hidden) return;
    const { n, silent } = this.#heartbeat.beat();
    this.#setSilent(silent);
    this.send({ type: "ping", n });
  }

  #setSilent(silent: boolean): void {
    if (silent === this.#silent) return;
    this.#silent = silent;
    this.#handlers.silence(silent);
  }
}

/** What crosses to the frame of an error: its code, its words, its plain details; never a stack of the shell. */
export function plainError(error: unknown): {
  code: string;
  message: string;
  details: Record<string, unknown>;
} {
  if (error instanceof EngineError) {
    return { code: error.code, message: error.message, details: JSON.parse(JSON.stringify(error.details)) };
  }
  if (error instanceof DOMException && error.name === "AbortError") {
    return { code: "canceled", message: "Canceled before it finished.", details: {} };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: "unexpected", message, details: {} };
}
