import type { BacktestOptions } from "../backtest/options.ts";
import type { Candles } from "../candles/candles.ts";
import { closeOf } from "../candles/cut.ts";
import { EngineError } from "../core/errors.ts";
import { DAY_MS, timeframeMs } from "../core/timeframe.ts";
import { type Importance, parameterImportance } from "../optimise/importance.ts";
import { type Sensitivity, sensitivity } from "../optimise/plateau.ts";
import { defaultSampler, type SamplerKind, type SamplerSpec } from "../optimise/samplers.ts";
import { type SearchOptions, searchSpace } from "../optimise/searchSpace.ts";
import { requireStudy, type StudyOptions } from "../optimise/study.ts";
import type { Trial } from "../optimise/trial.ts";
import type { TrialSpread } from "../significance/deflatedSharpe.ts";
import { type FoldOptions, walkForwardFolds } from "../splits/walkForwardFolds.ts";
import type { Strategy } from "../strategy/contract.ts";
import { strategyHash } from "../strategy/module.ts";
import type { Fold } from "./fold.ts";
import { type FrontChoice, requireFrontChoice } from "./frontChoice.ts";
import { type GivenLoss, ownLosses, searchLosses } from "./givenLosses.ts";
import { type GivenPruner, prunerSpec } from "./givenPruner.ts";
import { optimisationHash } from "./optimisationHash.ts";
import { chainOutOfSample, type OutOfSample } from "./outOfSample.ts";
import { requireSomeLoss } from "./requireSomeLoss.ts";
import { type Verdict, verdictOf } from "./verdict.ts";
import {
  type FoldResult,
  type FoldSettings,
  refuseLossText,
  type SearchProgress,
  searchingFold,
} from "./walkForwardSearch.ts";

/** How a walk-forward optimisation is asked for: plain data. */
export type OptimisationOptions = {
  /** Points tried in each fold. Default: 100. */
  readonly trials?: number;
  /** Default: `"tpe"`; for several objectives `"nsga2"` (two) or `"nsga3"` (more). */
  readonly sampler?: SamplerKind | SamplerSpec;
  /** What is made small in training: a name, or a function of your own. Default: `"deflatedSharpe"`. */
  readonly loss?: GivenLoss;
  /** Several losses that are made small side by side, instead of one. Each fold then finds a front of points. */
  readonly objectives?: readonly GivenLoss[];
  /** Which point of the front a fold deploys; see `FrontChoice`. Default: `"knee"`. */
  readonly choose?: FrontChoice;
  /** Default: 1. */
  readonly seed?: number | string;
  /** See `StudyOptions`. */
  readonly batch?: number;
  /** Gives points up after a part of the training; see `GrowingParts`. Default: none. */
  readonly pruner?: GivenPruner;
  /** Which parameters are searched, and where. Default: all, over their whole ranges. */
  readonly search?: SearchOptions;
  /** Default: four anchored folds, their tests whole days. */
  readonly folds?: Partial<Omit<FoldOptions, "startMs" | "endMs">> & { readonly folds?: number };
  /** Of the backtest of every point. A start and an end bound the folds. */
  readonly backtest?: Omit<BacktestOptions, "parameters">;
};

/** What is to be done, one fold after the other or all at once: plain data, sent to whoever does it. */
export type OptimisationPlan = {
  readonly folds: readonly Fold[];
  readonly settings: FoldSettings;
};

export type FoldReport = FoldResult & {
  /** What the trials say of the parameters, for each objective. */
  readonly objectives: readonly ObjectiveReport[];
};

export type ObjectiveReport = {
  /** How much of the loss each parameter explains; none where the trials are too few. */
  readonly importance?: Importance;
  /** Whether the best point, and the chosen one, stand on a plateau or on a peak. */
  readonly sensitivity?: Sensitivity;
};

/** Parameters chosen on the past of each fold, and what they earned afterwards. */
export type Optimisation = {
  readonly strategy: { readonly name: string; readonly hash: string };
  readonly settings: FoldSettings;
  readonly folds: readonly FoldReport[];
  readonly outOfSample: OutOfSample;
  readonly verdict: Verdict;
  /** See `optimisationHash`. */
  readonly hash: string;
};

export const DEFAULT_TRIALS = 100;
const DEFAULT_FOLDS = 4;

/** Lays out the folds over the candles and fills in every default. */
export function planOptimisation(
  strategy: Strategy,
  universe: readonly Candles[],
  options: OptimisationOptions = {},
): OptimisationPlan {
  const {
    trials = DEFAULT_TRIALS,
    sampler,
    seed = 1,
    batch,
    search,
    choose = "knee",
    backtest = {},
  } = options;
  const { startMs: firstMs, endMs: lastMs, ...others } = backtest;
  const span = spanOf(strategy, universe);
  const startMs = firstMs ?? span.startMs;
  const endMs = lastMs ?? span.endMs;
  const given = options.folds ?? {};
  const isByLength = "trainMs" in given;
  const { folds } = walkForwardFolds({
    kind: "anchored",
    ...(isByLength ? {} : { folds: DEFAULT_FOLDS, alignMs: endMs - startMs > 40 * DAY_MS ? DAY_MS : 1 }),
    ...given,
    startMs,
    endMs,
  } as FoldOptions);
  const losses = searchLosses(options, trials);
  requireFrontChoice(choose);
  if (options.choose !== undefined && losses.length === 1) {
    throw new EngineError(
      "optimise.choose",
      `choose is "${choose}", but there is one loss, and so no front to choose from; leave it out, or give objectives.`,
      { given: choose },
    );
  }
  const pruner = prunerSpec(options.pruner);
  const study: StudyOptions = {
    trials,
    sampler: typeof sampler === "string" ? { kind: sampler } : (sampler ?? defaultSampler(losses.length)),
    seed,
    objectives: losses.length,
    ...(batch !== undefined && { batch }),
    ...(pruner && { pruner }),
  };
  // Asked now: what cannot be is an error before anything is computed.
  requireStudy(searchSpace(strategy.parameters, search), study);
  return {
    folds: folds.map(({ train, test }) => ({ train, test })),
    settings: { study, search, losses, choose, backtest: others },
  };
}

/** The whole optimisation on this thread, fold after fold. */
export function* optimisingStrategy(
  strategy: Strategy,
  universe: readonly Candles[],
  options: OptimisationOptions = {},
): Generator<SearchProgress & { readonly fold: number }, Optimisation, void> {
  const plan = planOptimisation(strategy, universe, options);
  const own = ownLosses(options);
  const results: FoldReport[] = [];
  for (const [k, fold] of plan.folds.entries()) {
    const steps = searchingFold(strategy, universe, fold, plan.settings, {
      linkLoss: ({ hash }) => own.get(hash) ?? refuseLossText(),
    });
    let step = steps.next();
    while (!step.done) {
      const { done, total } = step.value;
      yield { ...step.value, fold: k, done: k * total + done, total: plan.folds.length * total };
      step = steps.next();
    }
    results.push(reportFold(strategy, plan.settings, step.value));
  }
  return assembleOptimisation(strategy, plan, results);
}

/** What a fold's trials say of the parameters. */
export function reportFold(
  strategy: Strategy,
  { search, losses }: Pick<FoldSettings, "search" | "losses">,
  fold: FoldResult,
): FoldReport {
  const space = searchSpace(strategy.parameters, search);
  const trials = fold.study.trials;
  const chosen = fold.chosen?.index;
  return {
    ...fold,
    objectives: losses.map((_, m) => {
      const own = losses.length === 1 ? trials : trials.map((trial) => ofObjective(trial, m));
      const importance = orNothing(() => parameterImportance(space, own));
      const around = orNothing(() => sensitivity(space, own, chosen === undefined ? {} : { trial: chosen }));
      return { ...(importance && { importance }), ...(around && { sensitivity: around }) };
    }),
  };
}

function ofObjective(trial: Trial, m: number): Trial {
  return trial.state === "complete" ? { ...trial, losses: [trial.losses[m]] } : trial;
}

/** Puts the folds' results together, whoever computed them, in the order of the plan. */
export function assembleOptimisation(
  strategy: Strategy,
  { settings }: OptimisationPlan,
  folds: readonly FoldReport[],
  looks?: TrialSpread,
): Optimisation {
  requireSomeLoss(folds);
  const outOfSample = chainOutOfSample(folds);
  const found = { strategy: { name: strategy.name, hash: strategyHash(strategy) }, settings, folds };
  return {
    ...found,
    outOfSample,
    verdict: verdictOf(outOfSample, { looks }),
    hash: optimisationHash(found),
  };
}

/** From the first time at which the strategy has its history to the last close. */
function spanOf(strategy: Strategy, universe: readonly Candles[]): { startMs: number; endMs: number } {
  let firstMs = Infinity;
  let endMs = -Infinity;
  for (const { timestamp, timeframe } of universe) {
    if (timestamp.length === 0) continue;
    firstMs = Math.min(firstMs, timestamp[0]);
    endMs = Math.max(endMs, closeOf(timeframe)(timestamp[timestamp.length - 1]));
  }
  return { startMs: firstMs + strategy.history * timeframeMs(strategy.timeframe), endMs };
}

/** What too few trials say nothing about is left out. */
function orNothing<T>(say: () => T): T | undefined {
  try {
    return say();
  } catch (error) {
    if (error instanceof EngineError && error.code === "optimise.too-few-trials") return undefined;
    throw error;
  }
}
