import { backtest } from "../backtest/run.ts";
import type { Candles } from "../candles/candles.ts";
import type { Strategy } from "../strategy/contract.ts";
import type { SweepPoint } from "../sweep/sweep.ts";
import type { ScoredPoints } from "../trials/scored.ts";
import type { Trial } from "../trials/trial.ts";
import { trialOfBacktest } from "../trials/trialOf.ts";
import { trialsOfSweep } from "../trials/trialsOfSweep.ts";
import type { Fold, Span } from "./fold.ts";
import { type FoldReport, reportFold } from "./optimisation.ts";
import { searchHash } from "./searchHash.ts";
import type { KnownPoint } from "./trainingObjective.ts";
import {
  type FoldSettings,
  type FoldTools,
  type SearchProgress,
  searchingFold,
} from "./walkForwardSearch.ts";

/** What a fold's search is given by whoever runs it. */
export type SearchTools = Pick<FoldTools, "linkLoss"> & {
  /** Told of each point that is computed, and of the one look at the test. */
  readonly tell: (trial: Trial) => void;
  /** What a ledger knows of this search (`searchHash`): those points are not computed again. */
  readonly points?: Pick<ScoredPoints, "find">;
  /** Whether it is time to tell of the points since it was last asked. Default: of each at once. */
  readonly isDue?: () => boolean;
};

type Tried = { readonly point: SweepPoint; readonly known: KnownPoint };

/** One fold of an optimisation that tells each point it tries, and the one look at the test, as trials. */
export function* searching(
  strategy: Strategy,
  universe: readonly Candles[],
  fold: Fold,
  settings: FoldSettings,
  { tell, points, linkLoss, isDue = () => true }: SearchTools,
): Generator<SearchProgress, FoldReport, void> {
  const search = searchHash(strategy, universe, fold, settings);
  const whole = (span: Span, parameters: SweepPoint["parameters"]) =>
    backtest(strategy, universe, { ...settings.backtest, ...span, parameters });
  // By the end of their span. What all points of one have in common is read from the whole backtest of one of them.
  const waiting = new Map<number, { span: Span; tried: Tried[]; single?: ReturnType<typeof backtest> }>();
  const tellPoints = (): void => {
    for (const group of waiting.values()) {
      if (group.tried.length === 0) continue;
      const tried = group.tried.splice(0);
      group.single ??= whole(group.span, tried[0].point.parameters);
      const trials = trialsOfSweep(
        group.single,
        tried.map(({ point }) => point),
        "optimiser",
      );
      for (const [k, trial] of trials.entries()) tell({ ...trial, scored: { search, ...tried[k].known } });
    }
  };
  const steps = searchingFold(strategy, universe, fold, settings, {
    ...(linkLoss && { linkLoss }),
    ...(points && { known: (parameters) => points.find(search, parameters) }),
    onPoint: (point, span, known) => {
      const group = waiting.get(span.endMs) ?? { span, tried: [] };
      waiting.set(span.endMs, group);
      group.tried.push({ point, known });
    },
  });
  let step = steps.next();
  while (!step.done) {
    if (isDue()) tellPoints();
    yield step.value;
    step = steps.next();
  }
  tellPoints();
  const { chosen } = step.value;
  if (chosen !== undefined) tell(trialOfBacktest(whole(fold.test, chosen.parameters), "optimiser"));
  return reportFold(strategy, settings, step.value);
}
