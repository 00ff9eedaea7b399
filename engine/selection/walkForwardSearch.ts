import type { BacktestOptions } from "../backtest/options.ts";
import type { Candles } from "../candles/candles.ts";
import { EngineError } from "../core/errors.ts";
import { runTrial } from "../optimise/runTrial.ts";
import { type SearchOptions, searchSpace } from "../optimise/searchSpace.ts";
import { optimising, type Study, type StudyOptions } from "../optimise/study.ts";
import type { Trial } from "../optimise/trial.ts";
import type { Strategy } from "../strategy/contract.ts";
import type { ParameterValues } from "../strategy/parameters.ts";
import { type SweepFigures, type SweepPoint, SweepRunner } from "../sweep/sweep.ts";
import { type Fold, requireFold, type Span } from "./fold.ts";
import { chooseFromFront, type FrontChoice } from "./frontChoice.ts";
import { growingParts } from "./growingParts.ts";
import type { LinkLoss, SearchLoss } from "./pointLosses.ts";
import { type KnownPoint, TrainingObjective } from "./trainingObjective.ts";

/** What every fold of an optimisation has in common: plain data. */
export type FoldSettings = {
  /** What is made small in training: one loss, or several objectives. */
  readonly losses: readonly SearchLoss[];
  /** Of several objectives: which point of the front is deployed. */
  readonly choose: FrontChoice;
  readonly study: StudyOptions;
  readonly search?: SearchOptions;
  /** Of the backtest of every point; spans and parameters are the folds' and the points'. */
  readonly backtest?: Omit<BacktestOptions, "parameters" | "startMs" | "endMs">;
};

/** What a fold is worked with besides, by whoever runs it. */
export type FoldTools = {
  /** Told of each point that was computed: its run over the longest part of the training that it came to, and its losses. */
  readonly onPoint?: (point: SweepPoint, span: Span, known: KnownPoint) => void;
  /** What is known of a point from before; it is not computed again, and nobody is told of it. */
  readonly known?: (parameters: ParameterValues) => KnownPoint | undefined;
  /** The function of a loss that came as text. */
  readonly linkLoss?: LinkLoss;
};

/** A point on one span. */
export type JudgedPoint = {
  readonly figures: SweepFigures;
  readonly dailyReturns: Float32Array;
  readonly dayEnds: Float64Array;
};

/** What one fold found: parameters that saw nothing but `train`, and how they did on both spans. */
export type FoldResult = Fold & {
  readonly study: Study;
  /** None where no point could be judged. */
  readonly chosen?: {
    /** The trial of the study. */
    readonly index: number;
    /** Every default filled in. */
    readonly parameters: ParameterValues;
    readonly losses: readonly number[];
    readonly inSample: JudgedPoint;
    readonly outOfSample: JudgedPoint;
  };
  /** How many points were known from before and not computed. */
  readonly reused: number;
};

export type SearchProgress = {
  readonly done: number;
  readonly total: number;
  /** The best loss so far, and what gave it: in sample, of one objective. */
  readonly best?: { readonly loss: number; readonly parameters: ParameterValues };
};

/**
 * One fold of a walk-forward optimisation: a study over the training span alone, then its best point, once, over the
 * span that follows. Nothing of `test` is read before the study has ended, so what is found there was not chosen there.
 */
export function* searchingFold(
  strategy: Strategy,
  universe: readonly Candles[],
  fold: Fold,
  { losses, choose, study, search, backtest = {} }: FoldSettings,
  { onPoint, known, linkLoss = refuseLossText }: FoldTools = {},
): Generator<SearchProgress, FoldResult, void> {
  requireFold(fold);
  const space = searchSpace(strategy.parameters, search);
  const runner = (span: Span): SweepRunner => new SweepRunner(strategy, universe, { ...backtest, ...span });
  const objective = new TrainingObjective({
    specs: strategy.parameters,
    train: fold.train,
    losses,
    runner,
    linkLoss,
    ...(study.pruner && { parts: growingParts(study.pruner) }),
    ...(known && { known }),
    ...(onPoint && { onPoint }),
  });

  const steps = optimising(space, study);
  let step = steps.next();
  while (!step.done) {
    const { asks, trials, total, best } = step.value;
    const outcomes = [];
    for (const ask of asks) {
      outcomes.push(runTrial(objective.of, ask));
      yield {
        done: trials.length + outcomes.length,
        total: total + 1,
        ...(best && { best: { loss: best.losses[0], parameters: best.parameters } }),
      };
    }
    step = steps.next(outcomes);
  }
  const found = step.value;
  const result = { ...fold, study: found, reused: objective.reused };
  const chosen = chosenOf(found, choose);
  if (chosen === undefined) return result;
  const inSample = objective.whole.run(chosen.parameters);
  const outOfSample = runner(fold.test).run(chosen.parameters);
  return {
    ...result,
    chosen: {
      index: chosen.index,
      parameters: inSample.parameters,
      losses: chosen.losses,
      inSample: judged(inSample),
      outOfSample: judged(outOfSample),
    },
  };
}

/** The trial that is deployed: the one with the smallest loss, or the front's by the rule. */
function chosenOf({ best, front }: Study, choose: FrontChoice): Trial | undefined {
  const isOne = front.length === 0 || front[0].losses.length === 1;
  return isOne ? best : chooseFromFront(front, choose);
}

function judged({ figures, dailyReturns, dayEnds }: SweepPoint): JudgedPoint {
  return { figures, dailyReturns, dayEnds };
}

/** Links no text. */
export function refuseLossText(): never {
  throw new EngineError(
    "optimise.loss-not-linked",
    "A loss of the user's own came as text, and nothing here may run it. Give linkLoss, which links it.",
  );
}
