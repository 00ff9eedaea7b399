import type { WorkerStart } from "../workers/protocol.ts";
import type { FromWorkshop, SpawnRequest, ToWorkshop } from "../workers/remoteWorker.ts";

/** Workers that one notebook may have at a time; its own pool takes as many as there are cores. */
const MOST_WORKERS = 64;

/**
 * Starts workers for a notebook that must not hold them itself, and passes on what the two say to each other until they
 * have a port between them. Each worker is given one more port, whose other end goes to the shell.
 */
export class Workshop {
  readonly #start: () => Worker;
  readonly #tellShell: (trials: MessagePort) => void;
  #alive = 0;

  constructor(start: () => Worker, tellShell: (trials: MessagePort) => void) {
    this.#start = start;
    this.#tellShell = tellShell;
  }

  /** One worker, spoken to through the request's port. */
  spawn({ port }: SpawnRequest): void {
    const say = (message: FromWorkshop): void => port.postMessage(message);
    if (this.#alive >= MOST_WORKERS) {
      say({ type: "error", message: `a notebook may have ${MOST_WORKERS} workers at a time` });
      return;
    }
    this.#alive++;
    const worker = this.#start();
    worker.onmessage = ({ data }) => say({ type: "message", data });
    worker.onmessageerror = () => say({ type: "messageerror" });
    worker.onerror = (event) => {
      event.preventDefault();
      say({ type: "error", message: event.message });
    };
    // No event tells of a worker that was terminated, and whoever waits for it would wait for ever.
    const end = worker.terminate.bind(worker);
    worker.terminate = () => {
      end();
      say({ type: "error", message: "it was ended from outside" });
    };
    port.onmessage = ({ data }: MessageEvent<ToWorkshop>) => {
      if (data.type === "start") {
        const { port1, port2 } = new MessageChannel();
        this.#tellShell(port2);
        const start: WorkerStart = { ...data.start, trials: port1 };
        worker.postMessage(start, [start.port, port1]);
      } else {
        end();
        port.close();
        this.#alive--;
      }
    };
  }
}
