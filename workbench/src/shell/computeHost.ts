import { readTrial } from "#engine/trials/readTrial.ts";
import type { Trial } from "#engine/trials/trial.ts";
import { HELLO, PORT } from "./handshake.ts";

/**
 * The frame beside a notebook's, without a picture, that holds its compute workers. No code of the notebook runs in it,
 * and each worker tells what it tried through a port that ends here: that is how the shell knows of trials, and not by
 * what the notebook says of itself.
 */
export class ComputeHost {
  readonly #element: HTMLIFrameElement;
  readonly #notebook: MessagePort;
  readonly #onTrial: (trial: Trial) => void;
  readonly #ports: MessagePort[] = [];

  /** `notebook` is the end of a channel whose other end the notebook's frame has. */
  constructor(container: HTMLElement, notebook: MessagePort, onTrial: (trial: Trial) => void) {
    this.#notebook = notebook;
    this.#onTrial = onTrial;
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

  readonly #onHello = (event: MessageEvent): void => {
    const frame = this.#element.contentWindow;
    if (frame === null || event.source !== frame || event.data !== HELLO) return;
    window.removeEventListener("message", this.#onHello);
    const { port1, port2 } = new MessageChannel();
    this.#ports.push(port1);
    port1.onmessage = ({ ports: [trials] }) => {
      this.#ports.push(trials);
      trials.onmessage = ({ data }) => this.#onTrial(readTrial(data));
    };
    frame.postMessage(PORT, "*", [port2, this.#notebook]);
  };
}
