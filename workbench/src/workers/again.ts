import type { Backtest } from "#engine/backtest/result.ts";
import { worseFills } from "#engine/stress/worseFills.ts";
import type { Variant } from "../outputs/tearsheet/compareBacktests.ts";
import type { CallOptions } from "./client.ts";
import type { BacktestTask } from "./protocol.ts";

/** Of all that is asked for: `done` of 1. */
export type Share = { done: number; total: 1; secondsLeft: number | null };

/** Steps before the one that is asked for that the worker sees as well, so that one can go back to them at once. */
const STEPS_BACK = 200;

/** The same backtest under worse fills, one run after the other. */
export async function worseRuns(
  task: BacktestTask,
  compute: (task: BacktestTask, options: CallOptions) => Promise<Backtest>,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (share: Share) => void },
): Promise<Variant[]> {
  const variants = worseFills(task.options);
  const began = performance.now();
  const results: Variant[] = [];
  for (const [i, { title, options }] of variants.entries()) {
    const result = await compute(
      { ...task, options },
      {
        signal,
        onProgress: ({ done, total }) => {
          const share = (i + done / total) / variants.length;
          const seconds = (performance.now() - began) / 1000;
          onProgress({
            done: share,
            total: 1,
            secondsLeft: share > 0.05 ? seconds * (1 / share - 1) : null,
          });
        },
      },
    );
    results.push({ title, result });
  }
  return results;
}

/** Which times a worker looks at to show what a backtest looked like after a row of its equity. */
export function stepAt(
  { equity }: Pick<Backtest, "equity">,
  index: number,
): { index: number; times: Float64Array; isLast: boolean } {
  const time = equity.columns.time as Float64Array;
  const times = time.slice(Math.max(0, index - STEPS_BACK), index + 1);
  return { index, times, isLast: index === time.length - 1 };
}
