import { dataHash } from "#engine/candles/dataHash.ts";
import { throwIfCanceled } from "#engine/core/cancel.ts";
import { assembleOptimisation, type FoldReport, planOptimisation } from "#engine/selection/optimisation.ts";
import type { TaskContext, TaskProgress } from "../jobs/messages.ts";
import { runTask } from "../jobs/runTask.ts";
import { searchFold } from "./foldTask.ts";
import { type PackedOptimisation, packOptimisation } from "./packedOptimisation.ts";
import { readSearch, type SearchInput, strategyOf } from "./searchInput.ts";

export type OptimiseTaskInput = SearchInput & {
  /** Threads that search folds at the same time; the result is the same with any number. */
  workers: number;
};

/** A walk-forward optimisation over candles of the lake, from the request alone, packed to be kept. */
export async function optimiseTask(
  { workers, ...input }: OptimiseTaskInput,
  context: TaskContext,
): Promise<PackedOptimisation> {
  const strategy = strategyOf(input);
  context.progress({ done: 0, total: null, message: "Reading candles" });
  const { universe, options } = await readSearch(strategy, input);
  const plan = planOptimisation(strategy, universe, options);
  const { folds, settings } = plan;
  const told = progressOf(folds.length, context);
  const reports: FoldReport[] = [];
  const search = async (k: number, signal: AbortSignal): Promise<void> => {
    const part: TaskContext = { ...context, signal, progress: (progress) => told(k, progress) };
    const fold = folds[k];
    reports[k] =
      workers === 1
        ? await searchFold({ strategy, universe, fold, settings, ledger: input.ledger }, part)
        : await runTask("fold", { ...input, fold, settings }, part);
  };
  await allOf(folds.length, workers, context.signal, search);
  const result = assembleOptimisation(strategy, plan, reports);
  return packOptimisation(result, { universe, dataHash: dataHash(universe) });
}

/**
 * Does the pieces, the last ones first since they train on most, so many at a time. One that fails stops the others; all
 * have told their trials before this ends.
 */
async function allOf(
  count: number,
  workers: number,
  canceled: AbortSignal,
  search: (k: number, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([canceled, failed.signal]);
  let next = count - 1;
  const worker = async (): Promise<void> => {
    try {
      while (next >= 0 && !signal.aborted) await search(next--, signal);
    } catch (failure) {
      failed.abort(failed.signal.reason ?? failure);
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, count) }, worker));
  throwIfCanceled(canceled);
  if (failed.signal.aborted) throw failed.signal.reason;
}

/** The folds' progress as one: how many points of all, and the best so far of the fold that trains on most. */
function progressOf(count: number, { progress }: TaskContext): (k: number, part: TaskProgress) => void {
  const parts: (TaskProgress | undefined)[] = Array.from({ length: count });
  return (k, part) => {
    parts[k] = { ...part, message: part.message ?? parts[k]?.message };
    const total = part.total ?? 0;
    const best = parts.findLastIndex((one) => one?.message !== undefined);
    progress({
      done: parts.reduce((sum, one) => sum + (one?.done ?? 0), 0),
      total: total * count,
      message:
        best < 0 ? "Searching" : `Best so far in fold ${best + 1} of ${count}: ${parts[best]?.message}`,
    });
  };
}
