import type { BacktestOptions } from "../backtest/options.ts";
import type { Candles } from "../candles/candles.ts";
import { closeOf } from "../candles/cut.ts";
import { EngineError } from "../core/errors.ts";
import { DAY_MS, timeframeMs } from "../core/timeframe.ts";
import { type Importance, parameterImportance } from "../optimise/importance.ts";
import { defaultLoss, type LossKind, type LossSpec, requireLoss } from "../optimise/losses.ts";
import { type Sensitivity, sensitivity } from "../optimise/plateau.ts";
import type { SamplerKind, SamplerSpec } from "../optimise/samplers.ts";
import { type SearchOptions, searchSpace } from "../optimise/searchSpace.ts";
import { type StudyOptions, studySettingsHash } from "../optimise/study.ts";
import type { TrialSpread } from "../significance/deflatedSharpe.ts";
import { type FoldOptions, walkForwardFolds } from "../splits/walkForwardFolds.ts";
import type { Strategy } from "../strategy/contract.ts";
import { strategyHash } from "../strategy/module.ts";
import { optimisationHash } from "./optimisationHash.ts";
import { chainOutOfSample, type OutOfSample } from "./outOfSample.ts";
import { type Verdict, verdictOf } from "./verdict.ts";
import {
  type Fold,
  type FoldResult,
  type FoldSettings,
  type SearchProgress,
  searchingFold,
} from "./walkForwardSearch.ts";

/** How a walk-forward optimisation is asked for: plain data. */
export type OptimisationOptions = {
  /** Points tried in each fold. Default: 100. */
  readonly trials?: number;
  /** Default: `"tpe"`. */
  readonly sampler?: SamplerKind | SamplerSpec;
  /** What is made small in training. Default: `"deflatedSharpe"`. */
  readonly loss?: LossKind | LossSpec;
  /** Default: 1. */
  readonly seed?: number | string;
  /** See `StudyOptions`. */
  readonly batch?: number;
  readonly pruner?: StudyOptions["pruner"];
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
  /** How much of the loss each parameter explains; none where the trials are too few. */
  readonly importance?: Importance;
  /** Whether the best point stands on a plateau or on a peak. */
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
    sampler = "tpe",
    loss,
    seed = 1,
    batch,
    pruner,
    search,
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
  const study: StudyOptions = {
    trials,
    sampler: typeof sampler === "string" ? { kind: sampler } : sampler,
    seed,
    ...(batch !== undefined && { batch }),
    ...(pruner !== undefined && { pruner }),
  };
  // Asked now: what cannot be is an error before anything is computed.
  studySettingsHash(searchSpace(strategy.parameters, search), study);
  const chosen = lossSpec(loss, trials);
  requireLoss(chosen);
  return {
    folds: folds.map(({ train, test }) => ({ train, test })),
    settings: { study, search, loss: chosen, backtest: others },
  };
}

/** The whole optimisation on this thread, fold after fold. */
export function* optimisingStrategy(
  strategy: Strategy,
  universe: readonly Candles[],
  options: OptimisationOptions = {},
): Generator<SearchProgress & { readonly fold: number }, Optimisation, void> {
  const plan = planOptimisation(strategy, universe, options);
  const results: FoldReport[] = [];
  for (const [k, fold] of plan.folds.entries()) {
    const steps = searchingFold(strategy, universe, fold, plan.settings);
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
  { search }: Pick<FoldSettings, "search">,
  fold: FoldResult,
): FoldReport {
  const space = searchSpace(strategy.parameters, search);
  const { trials } = fold.study;
  const importance = orNothing(() => parameterImportance(space, trials));
  const around = orNothing(() => sensitivity(space, trials));
  return { ...fold, ...(importance && { importance }), ...(around && { sensitivity: around }) };
}

/** Puts the folds' results together, whoever computed them, in the order of the plan. */
export function assembleOptimisation(
  strategy: Strategy,
  { settings }: OptimisationPlan,
  folds: readonly FoldReport[],
  looks?: TrialSpread,
): Optimisation {
  const outOfSample = chainOutOfSample(folds);
  const found = { strategy: { name: strategy.name, hash: strategyHash(strategy) }, settings, folds };
  return {
    ...found,
    outOfSample,
    verdict: verdictOf(outOfSample, { looks }),
    hash: optimisationHash(found),
  };
}

function lossSpec(given: LossKind | LossSpec | undefined, trials: number): LossSpec {
  if (given === undefined || given === "deflatedSharpe") return defaultLoss(trials);
  return typeof given === "string" ? { kind: given } : given;
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
