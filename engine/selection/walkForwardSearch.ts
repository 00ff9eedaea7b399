import type { BacktestOptions } from "../backtest/options.ts";
import type { Candles } from "../candles/candles.ts";
import { EngineError } from "../core/errors.ts";
import { isoTime } from "../core/isoTime.ts";
import { type LossInput, type LossSpec, scoreLoss } from "../optimise/losses.ts";
import { runTrial, type Scored } from "../optimise/runTrial.ts";
import { type SearchOptions, searchSpace } from "../optimise/searchSpace.ts";
import { optimising, type Study, type StudyOptions } from "../optimise/study.ts";
import type { Strategy } from "../strategy/contract.ts";
import type { ParameterValues } from "../strategy/parameters.ts";
import { type SweepFigures, type SweepPoint, SweepRunner } from "../sweep/sweep.ts";

/** A stretch of time, the end excluded, UTC milliseconds. */
export type Span = { readonly startMs: number; readonly endMs: number };

/** Parameters are chosen on `train` and judged on `test`, which begins when `train` is over, or later. */
export type Fold = { readonly train: Span; readonly test: Span };

/** What every fold of an optimisation has in common: plain data. */
export type FoldSettings = {
  /** What is made small in training. */
  readonly loss: LossSpec;
  readonly study: StudyOptions;
  readonly search?: SearchOptions;
  /** Of the backtest of every point; spans and parameters are the folds' and the points'. */
  readonly backtest?: Omit<BacktestOptions, "parameters" | "startMs" | "endMs">;
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
    readonly parameters: ParameterValues;
    readonly loss: number;
    readonly inSample: JudgedPoint;
    readonly outOfSample: JudgedPoint;
  };
};

export type SearchProgress = {
  readonly done: number;
  readonly total: number;
  /** The best loss so far, and what gave it: in sample. */
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
  { loss, study, search, backtest = {} }: FoldSettings,
  onPoint: (point: SweepPoint) => void = () => undefined,
): Generator<SearchProgress, FoldResult, void> {
  requireFold(fold);
  const space = searchSpace(strategy.parameters, search);
  const inTraining = new SweepRunner(strategy, universe, { ...backtest, ...fold.train });
  const objective = (parameters: ParameterValues): Scored => {
    const point = inTraining.run(parameters);
    onPoint(point);
    return scoreLoss(lossInput(point), loss);
  };

  const steps = optimising(space, study);
  let step = steps.next();
  while (!step.done) {
    const { asks, trials, total, best } = step.value;
    const outcomes = [];
    for (const ask of asks) {
      outcomes.push(runTrial(objective, ask));
      yield {
        done: trials.length + outcomes.length,
        total: total + 1,
        ...(best && { best: { loss: best.losses[0], parameters: best.parameters } }),
      };
    }
    step = steps.next(outcomes);
  }
  const found = step.value;
  const { best } = found;
  if (best === undefined) return { ...fold, study: found };
  const afterwards = new SweepRunner(strategy, universe, { ...backtest, ...fold.test });
  const inSample = inTraining.run(best.parameters);
  const outOfSample = afterwards.run(best.parameters);
  return {
    ...fold,
    study: found,
    chosen: {
      parameters: inSample.parameters,
      loss: best.losses[0],
      inSample: judged(inSample),
      outOfSample: judged(outOfSample),
    },
  };
}

function lossInput({ figures, startingBalance, dailyReturns, profits }: SweepPoint): LossInput {
  return { metrics: { ...figures, startingBalance }, returns: dailyReturns, profits };
}

function judged({ figures, dailyReturns, dayEnds }: SweepPoint): JudgedPoint {
  return { figures, dailyReturns, dayEnds };
}

function requireFold({ train, test }: Fold): void {
  if (train.endMs > train.startMs && test.startMs >= train.endMs && test.endMs > test.startMs) return;
  const text = ({ startMs, endMs }: Span): string => `${isoTime(startMs)} to ${isoTime(endMs)}`;
  throw new EngineError(
    "selection.fold",
    `A fold trains from ${text(train)} and tests from ${text(test)}; expected a test that begins when the training ` +
      "is over, or later, and neither of them empty.",
    { train, test },
  );
}
