import { backtest } from "../backtest/run.ts";
import type { Candles } from "../candles/candles.ts";
import type { Strategy } from "../strategy/contract.ts";
import type { SweepPoint } from "../sweep/sweep.ts";
import type { Trial } from "../trials/trial.ts";
import { trialOfBacktest } from "../trials/trialOf.ts";
import { trialsOfSweep } from "../trials/trialsOfSweep.ts";
import { type FoldReport, reportFold } from "./optimisation.ts";
import { type Fold, type FoldSettings, type SearchProgress, searchingFold } from "./walkForwardSearch.ts";

/** So many points are told of at once: what was tried counts, also where the search is stopped before its end. */
const TOLD_AT_ONCE = 8;

/** One fold of an optimisation that tells each point it tries, and the one look at the test, as trials. */
export function* searching(
  strategy: Strategy,
  universe: readonly Candles[],
  fold: Fold,
  settings: FoldSettings,
  tell: (trial: Trial) => void,
): Generator<SearchProgress, FoldReport, void> {
  const waiting: SweepPoint[] = [];
  // What all points have in common is read from the whole backtest of one of them.
  let single: ReturnType<typeof backtest> | undefined;
  const whole = (span: Fold["train"], parameters: SweepPoint["parameters"]) =>
    backtest(strategy, universe, { ...settings.backtest, ...span, parameters });
  const tellPoints = (): void => {
    if (waiting.length === 0) return;
    single ??= whole(fold.train, waiting[0].parameters);
    for (const trial of trialsOfSweep(single, waiting.splice(0), "optimiser")) tell(trial);
  };
  const steps = searchingFold(strategy, universe, fold, settings, (point) => waiting.push(point));
  let step = steps.next();
  while (!step.done) {
    if (waiting.length >= TOLD_AT_ONCE) tellPoints();
    yield step.value;
    step = steps.next();
  }
  tellPoints();
  const { chosen } = step.value;
  if (chosen !== undefined) tell(trialOfBacktest(whole(fold.test, chosen.parameters), "optimiser"));
  return reportFold(strategy, settings, step.value);
}
