import type { CellStatus } from "#runtime/types.ts";
import type { FromFrame } from "../shell/protocol.ts";

type Report = Extract<FromFrame, { type: "status" }>;

/** Changes closer together than this are told as one. */
const PAUSE_MS = 50;

/** What the shell shows of the notebook as a whole, told when it has changed and not more often than is of use. */
export class StatusReport {
  readonly #make: () => Report;
  readonly #send: (report: Report) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sent = "";

  constructor(make: () => Report, send: (report: Report) => void) {
    this.#make = make;
    this.#send = send;
  }

  soon(): void {
    this.#timer ??= setTimeout(() => this.now(), PAUSE_MS);
  }

  now(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const report = this.#make();
    const text = JSON.stringify(report);
    if (text === this.#sent) return;
    this.#sent = text;
    this.#send(report);
  }
}

/**
 * The notebook's phase and counts from its cells. `busy` is true while it is being opened: before the first cell
 * runs there is nothing running yet, and the notebook is not idle either. A failure counts at the cell that caused
 * it; cells that wait for it are not failures of their own.
 */
export function summary(
  statuses: readonly CellStatus[],
  options: { trusted: boolean; busy: boolean },
): Report {
  const running = statuses.filter(({ state }) => state === "running").length;
  const failed = statuses
    .filter(({ state, failure }) => state === "failed" && failure?.causedBy === undefined)
    .map(({ id, defines, failure }) => ({
      id,
      name: defines.join(", ").slice(0, 500),
      message: (failure?.message ?? "").slice(0, 5000),
    }));
  return {
    type: "status",
    phase: running > 0 || options.busy ? "running" : options.trusted ? "idle" : "shown",
    cells: statuses.length,
    failed,
    stale: statuses.filter(({ state }) => state === "stale").length,
    running,
  };
}
