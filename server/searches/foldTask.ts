import { setImmediate as pause } from "node:timers/promises";
import type { Candles } from "#engine/candles/candles.ts";
import { throwIfCanceled } from "#engine/core/cancel.ts";
import type { FoldReport, OptimisationPlan } from "#engine/selection/optimisation.ts";
import { searchHash } from "#engine/selection/searchHash.ts";
import { searching } from "#engine/selection/searching.ts";
import type { SearchProgress } from "#engine/selection/walkForwardSearch.ts";
import type { Strategy } from "#engine/strategy/contract.ts";
import { TrialLedger } from "#engine/trials/ledger.ts";
import { ScoredPoints } from "#engine/trials/scored.ts";
import type { Trial } from "#engine/trials/trial.ts";
import type { TaskContext } from "../jobs/messages.ts";
import { ledgerText } from "../trials/ledgerFile.ts";
import { readSearch, type SearchInput, strategyOf } from "./searchInput.ts";

type Fold = OptimisationPlan["folds"][number];
type Settings = OptimisationPlan["settings"];

export type FoldTaskInput = SearchInput & { fold: Fold; settings: Settings };

/** How long a fold may keep its thread before it looks whether it is still wanted. */
const BREATH_MS = 20;
/** Trials are written down so often: each writing reaches the disk before the next. */
const TOLD_EVERY_MS = 250;

/** One fold of an optimisation in a worker of its own. */
export async function foldTask(input: FoldTaskInput, context: TaskContext): Promise<FoldReport> {
  const strategy = strategyOf(input);
  const { universe } = await readSearch(strategy, input);
  const { fold, settings, ledger } = input;
  return searchFold({ strategy, universe, fold, settings, ledger }, context);
}

/**
 * One fold on this thread. Points that the ledger knows are not computed again, the others are told as it goes, also where
 * it is canceled; its best so far is in the words of its progress.
 */
export async function searchFold(
  {
    strategy,
    universe,
    fold,
    settings,
    ledger,
  }: { strategy: Strategy; universe: readonly Candles[]; fold: Fold; settings: Settings; ledger: string },
  { progress, tell, signal }: TaskContext,
): Promise<FoldReport> {
  const known = TrialLedger.read(await ledgerText(ledger));
  let told: Trial[] = [];
  let toldMs = performance.now();
  const steps = searching(strategy, universe, fold, settings, {
    points: ScoredPoints.from(known.scored(searchHash(strategy, universe, fold, settings))),
    tell: (trial) => told.push(trial),
    isDue: () => signal.aborted || performance.now() - toldMs >= TOLD_EVERY_MS,
  });
  let breathMs = performance.now();
  for (;;) {
    const step = steps.next();
    if (told.length > 0) {
      tell(told);
      told = [];
      toldMs = performance.now();
    }
    if (step.done) return step.value;
    throwIfCanceled(signal);
    const { done, total, best } = step.value;
    progress({ done, total, ...(best && { message: bestWords(best) }) });
    if (performance.now() - breathMs < BREATH_MS) continue;
    // Messages, a cancel among them, arrive only while the thread waits.
    await pause();
    breathMs = performance.now();
  }
}

/** `loss −1.84 at lookback=48 top=3`. */
function bestWords({ loss, parameters }: NonNullable<SearchProgress["best"]>): string {
  const values = Object.entries(parameters).map(([name, value]) => `${name}=${shown(value)}`);
  return `loss ${shown(loss)} at ${values.join(" ")}`;
}

function shown(value: unknown): string {
  if (typeof value !== "number") return String(value);
  return String(Number(value.toPrecision(4))).replace("-", "−");
}
