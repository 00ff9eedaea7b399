import type { Numbers } from "../core/stats.ts";

/** Runs of gains and of losses. */
export type Streaks = {
  readonly longestWin: number;
  readonly longestLoss: number;
  /** Of the run at the end: how many gains, below 0 how many losses; 0 after neither. */
  readonly current: number;
};

/** In the order of the values; what is exactly 0 ends both kinds of run. */
export function streaks(values: Numbers): Streaks {
  let [longestWin, longestLoss, current] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const sign = values[i] > 0 ? 1 : values[i] < 0 ? -1 : 0;
    current = sign !== 0 && Math.sign(current) === sign ? current + sign : sign;
    if (current > longestWin) longestWin = current;
    if (-current > longestLoss) longestLoss = -current;
  }
  return { longestWin, longestLoss, current };
}
