import { DAY_MS } from "../core/timeframe.ts";
import { MOST_RETURNS, unpackReturns } from "./returns.ts";
import type { Trial } from "./trial.ts";

/**
 * Returns of many trials over the same stretches of days, a row for each trial: from the first stretch that any of them
 * has to the last. Outside its own span, and on days without a value, a trial returned 0. Stretches are as long as the
 * longest among them, and longer where `MOST_RETURNS` would not cover the span.
 */
export function alignedReturns(trials: readonly Pick<Trial, "returns">[]): Float64Array[] {
  const all = trials.map(({ returns }) => ({
    days: returns.days,
    first: returns.firstMs / DAY_MS / returns.days,
    values: unpackReturns(returns),
  }));
  let days = Math.max(1, ...all.map((one) => one.days));
  const span = (): { from: number; count: number } => {
    let from = Infinity;
    let to = -Infinity;
    for (const { days: own, first, values } of all) {
      if (values.length === 0) continue;
      from = Math.min(from, Math.floor((first * own) / days));
      to = Math.max(to, Math.floor(((first + values.length) * own - 1) / days));
    }
    return to < from ? { from: 0, count: 0 } : { from, count: to - from + 1 };
  };
  while (span().count > MOST_RETURNS) days *= 2;
  const { from, count } = span();
  return all.map(({ days: own, first, values }) => {
    const row = new Float64Array(count);
    for (let i = 0; i < values.length; i++) {
      const at = Math.floor(((first + i) * own) / days) - from;
      if (!Number.isNaN(values[i])) row[at] = (1 + row[at]) * (1 + values[i]) - 1;
    }
    return row;
  });
}
