import { DAY_MS } from "../core/timeframe.ts";
import { type LevelsSnapshot, LossLevels } from "./lossLevels.ts";

/**
 * The loss of a UTC day: from the last equity told at or before 00:00, the first day from the start. A mark at 00:00
 * is the close of the day that ends.
 */
export class DailyLoss {
  readonly levels: LossLevels;
  #dayEnd: number;
  #lastEquity: number;

  constructor(fraction: number, time: number, equity: number) {
    this.levels = new LossLevels(fraction);
    this.levels.restart(equity);
    // A start at 00:00 is the new day's.
    this.#dayEnd = (Math.floor(time / DAY_MS) + 1) * DAY_MS;
    this.#lastEquity = equity;
  }

  /** Whether the loss has reached the next level; `levels` says which. */
  update(time: number, equity: number): boolean {
    if (time > this.#dayEnd) {
      this.#dayEnd = Math.ceil(time / DAY_MS) * DAY_MS;
      this.levels.restart(this.#lastEquity);
    }
    this.#lastEquity = equity;
    return this.levels.hasTripped(equity);
  }

  snapshot(): DailyLossSnapshot {
    return { levels: this.levels.snapshot(), dayEnd: this.#dayEnd, lastEquity: this.#lastEquity };
  }

  restore({ levels, dayEnd, lastEquity }: DailyLossSnapshot): void {
    this.levels.restore(levels);
    this.#dayEnd = dayEnd;
    this.#lastEquity = lastEquity;
  }
}

export type DailyLossSnapshot = {
  readonly levels: LevelsSnapshot;
  readonly dayEnd: number;
  readonly lastEquity: number;
};
