import { readTrial } from "#engine/trials/readTrial.ts";
import type { ScoredPoint } from "#engine/trials/scored.ts";
import type { Trial } from "#engine/trials/trial.ts";
import type { FromLedger, ToLedger } from "../workers/ledgerPort.ts";
import { HELLO, PORT } from "./handshake.ts";

/** The ledger as the workers know it. */
export type LedgerEnd = {
  /** One of them tried something. */
  trial(trial: Trial): void;
  /** What is known of a search's points. */
  scored(search: string): Promise<readonly ScoredPoint[]>;
};

/**
 * The frame beside a notebook's, without a picture, that holds its compute workers. No code of the notebook runs in it,
 * and each worker tells what it tried through a port that ends here: that is how the shell knows of trials, and not by
 * what the notebook says of itself.
 */
export class ComputeHost {
  readonly #element: HTMLIFrameElement;
  readonly #notebook: MessagePort;
  readonly #ledger: LedgerEnd;
  readonly #ports: MessagePort[] = [];

  /** `notebook` is the end of a channel whose other end the notebook's frame has. */
  constructor(container: HTMLElement, notebook: MessagePort, ledger: LedgerEnd) {
    this.#notebook = notebook;
    this.#ledger = ledger;
    this.#element = document.createElement("iframe");
    this.#element.setAttribute("sandbox", "allow-scripts");
    this.#element.title = "Compute workers";
    this.#element.hidden = true;
    this.#element.style.display = "none";
    this.#element.src = "/compute.html";
    window.addEventListener("message", this.#onHello);
    container.append(this.#element);
  }

  /** Ends the workers. What they told before is still heard until `close`. */
  remove(): void {
    window.removeEventListener("message", this.#onHello);
    this.#element.remove();
  }

  close(): void {
    for (const port of this.#ports) port.close();
  }

  async #hear(message: ToLedger, port: MessagePort): Promise<void> {
    if (message.type === "trial") return this.#ledger.trial(readTrial(message.trial));
    const { id, search } = message;
    // A ledger that cannot be read knows nothing: the search then computes all of its points.
    const points = await this.#ledger.scored(String(search)).catch(() => []);
    port.postMessage({ id, points } satisfies FromLedger);
  }

  readonly #onHello = (event: MessageEvent): void => {
    const frame = this.#element.contentWindow;
    if (frame === null || event.source !== frame || event.data !== HELLO) return;
    window.removeEventListener("message", this.#onHello);
    const { port1, port2 } = new MessageChannel();
    this.#ports.push(port1);
    port1.onmessage = ({ ports: [trials] }) => {
      this.#ports.push(trials);
      trials.onmessage = ({ data }: MessageEvent<ToLedger>) => void this.#hear(data, trials);
    };
    frame.postMessage(PORT, "*", [port2, this.#notebook]);
  };
}
