import { type ScoredPoint, ScoredPoints } from "#engine/trials/scored.ts";
import type { Trial } from "#engine/trials/trial.ts";

/** What a worker says on the port to the notebook's ledger: what it tried, or which search's points it wants to know of. */
export type ToLedger = { type: "trial"; trial: Trial } | { type: "search"; id: number; search: string };

/** The ledger's answer to a search. */
export type FromLedger = { id: number; points: readonly ScoredPoint[] };

/**
 * The worker's end of the port. No code of a notebook holds it: what a search takes over as known comes from the ledger and
 * from nowhere else.
 */
export class LedgerPort {
  readonly #port: MessagePort;
  readonly #asked = new Map<number, (points: readonly ScoredPoint[]) => void>();
  #next = 1;

  constructor(port: MessagePort) {
    this.#port = port;
    port.onmessage = ({ data: { id, points } }: MessageEvent<FromLedger>) => {
      this.#asked.get(id)?.(points);
      this.#asked.delete(id);
    };
  }

  tell(trial: Trial): void {
    this.#port.postMessage({ type: "trial", trial } satisfies ToLedger);
  }

  /** The points of a search that are finished; see `searchHash`. */
  async finished(search: string): Promise<ScoredPoints> {
    const id = this.#next++;
    const points = await new Promise<readonly ScoredPoint[]>((resolve) => {
      this.#asked.set(id, resolve);
      this.#port.postMessage({ type: "search", id, search } satisfies ToLedger);
    });
    return ScoredPoints.from(points);
  }
}
