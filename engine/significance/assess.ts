import { type Numbers, variance } from "../core/stats.ts";
import { type BacktestOverfitting, backtestOverfitting } from "./backtestOverfitting.ts";
import { type BootstrapIntervals, bootstrapIntervals, type Statistic } from "./bootstrapInterval.ts";
import { expectedMaximumSharpe } from "./deflatedSharpe.ts";
import { type HaircutSharpe, haircutSharpe } from "./haircutSharpe.ts";
import { minimumBacktestLength } from "./minimumBacktestLength.ts";
import { minimumTrackRecord } from "./minimumTrackRecord.ts";
import { probabilisticSharpe } from "./probabilisticSharpe.ts";
import { type RealityCheck, type ResamplingOptions, realityCheck } from "./realityCheck.ts";
import { requireReturns, requireTrials } from "./requireReturns.ts";
import { type SharpeEstimate, sharpeEstimate, sharpeStandardError } from "./sharpeEstimate.ts";
import { type SuperiorAbility, superiorAbility } from "./superiorAbility.ts";

/** A result and all that was tried to find it. */
export type AssessInput<Name extends string = string> = {
  /** Of the result, one for each period. */
  readonly returns: Numbers;
  /** How many periods a year has: 365 of days where the market never closes. */
  readonly periodsPerYear: number;
  /** Returns of every trial over the same periods, those of the result among them. Default: it was the only one. */
  readonly trials?: readonly Numbers[];
  /** Which of the trials the result is. Default: 0. */
  readonly own?: number;
  /** What luck alone would show after all that was tried. Default: by the trials given, all of them. */
  readonly luck?: Luck;
  /** What to give an interval. */
  readonly statistics: Readonly<Record<Name, Statistic>>;
};

/** What the best of many shows without an edge; a summary of a trial ledger fits it. */
export type Luck = {
  /** How many were tried. */
  readonly trials: number;
  /** How many of them were different bets. */
  readonly independent: number;
  /** The Sharpe ratio of one period that the best of them has on average. */
  readonly expectedMaximum: number;
};

export type AssessOptions = ResamplingOptions & {
  /** Of the intervals and of the minimum track record. Default: 0.95. */
  readonly confidence?: number;
  /** Of the probability of overfitting. Default: 16, or as many as leave two periods in each. */
  readonly blocks?: number;
};

/** A figure that could not be had, and why: in a sentence for people. */
export type Missing = { readonly missing: string };

/** How likely a result is luck. Sharpe ratios are of one period unless they are called annual. */
export type Assessment<Name extends string = string> = {
  readonly observations: number;
  readonly periodsPerYear: number;
  readonly estimate: Required<SharpeEstimate>;
  readonly annualSharpe: number;
  /** Standard error of the annual ratio. */
  readonly annualError: number;
  /** Why there is no Sharpe ratio, where there is none. */
  readonly undefinedBecause: string | undefined;
  /** Probability that the true ratio is above 0, as if nothing else had been tried. */
  readonly probabilistic: number;
  /** The same, all trials minded. */
  readonly deflated: number;
  /** Trials whose returns were given. */
  readonly trials: number;
  readonly luck: Luck;
  /** The annual ratio that the best of so many trials without an edge shows on average. */
  readonly annualExpectedMaximum: number;
  /** Years of returns like these until the ratio is above 0 with the confidence asked for. */
  readonly minimumTrackYears: number;
  /** Years below which the best of so many trials without an edge, all independent, is expected to show this ratio. */
  readonly minimumBacktestYears: number;
  readonly haircut: HaircutSharpe | Missing;
  readonly overfitting: BacktestOverfitting | Missing;
  readonly realityCheck: RealityCheck | Missing;
  readonly superiorAbility: SuperiorAbility | Missing;
  readonly intervals: BootstrapIntervals<Name>;
  readonly confidence: number;
  readonly seed: number | string;
};

export type AssessProgress = { readonly done: number; readonly total: number };

const STEPS = 5;
/** Blocks of the probability of overfitting, as the paper has them. */
const BLOCKS = 16;

/** How likely a result is luck, in one go; see `assessing`. */
export function assess<Name extends string>(
  input: AssessInput<Name>,
  options: AssessOptions = {},
): Assessment<Name> {
  const steps = assessing(input, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/**
 * Everything that this folder can say of one result and of the trials that it was chosen from, at one seed. What cannot
 * be had from so few periods or trials says why instead; throws for fewer than two returns.
 */
export function* assessing<Name extends string>(
  { returns, periodsPerYear, trials = [returns], own = 0, luck: given, statistics }: AssessInput<Name>,
  options: AssessOptions = {},
): Generator<AssessProgress, Assessment<Name>, void> {
  requireReturns("significance", returns);
  requireTrials("significance", trials);
  const { confidence = 0.95, seed = 1 } = options;
  const resampling = { resamples: options.resamples, blockLength: options.blockLength, seed };
  const estimate = sharpeEstimate(returns);
  const ratios = trials.map((trial) => sharpeEstimate(trial).sharpe);
  const known = ratios.filter((ratio) => !Number.isNaN(ratio));
  const luck = given ?? luckOf(known);
  const year = Math.sqrt(periodsPerYear);
  const annualSharpe = estimate.sharpe * year;

  const intervals = bootstrapIntervals(returns, statistics, { ...resampling, confidence });
  yield { done: 1, total: STEPS };
  const overfitting = overfittingOf(trials, options.blocks);
  yield { done: 2, total: STEPS };
  const checked = isFlat(trials) ? NEVER_MOVED : realityCheck(trials, resampling);
  yield { done: 3, total: STEPS };
  const superior = isFlat(trials)
    ? NEVER_MOVED
    : returns.length < 3
      ? { missing: `It needs three returns; there are ${returns.length}.` }
      : superiorAbility(trials, resampling);
  yield { done: 4, total: STEPS };

  return {
    observations: returns.length,
    periodsPerYear,
    estimate,
    annualSharpe,
    annualError: sharpeStandardError(estimate) * year,
    undefinedBecause: Number.isNaN(estimate.sharpe)
      ? "The returns are all the same: there is nothing to divide by."
      : undefined,
    probabilistic: probabilisticSharpe(estimate),
    deflated: probabilisticSharpe(estimate, { benchmark: luck.expectedMaximum }),
    trials: trials.length,
    luck,
    annualExpectedMaximum: luck.expectedMaximum * year,
    minimumTrackYears: minimumTrackRecord(estimate, { confidence }) / periodsPerYear,
    minimumBacktestYears:
      annualSharpe > 0 ? minimumBacktestLength(luck.trials, { sharpe: annualSharpe }) : Number.NaN,
    haircut: Number.isNaN(estimate.sharpe)
      ? { missing: "There is no Sharpe ratio to cut." }
      : haircutSharpe(ratios, { index: own, observations: returns.length }),
    overfitting,
    realityCheck: checked,
    superiorAbility: superior,
    intervals,
    confidence,
    seed,
  };
}

/** Of trials taken as so many independent ones: their number and the variance of their Sharpe ratios. */
function luckOf(ratios: readonly number[]): Luck {
  const trials = Math.max(1, ratios.length);
  const expectedMaximum = expectedMaximumSharpe({ trials, variance: variance(ratios) });
  return { trials, independent: trials, expectedMaximum };
}

const NEVER_MOVED: Missing = { missing: "No trial's returns ever moved." };

function isFlat(trials: readonly Numbers[]): boolean {
  return trials.every((trial) => Number.isNaN(sharpeEstimate(trial).sharpe));
}

function overfittingOf(trials: readonly Numbers[], asked: number | undefined): BacktestOverfitting | Missing {
  if (trials.length < 2) {
    return {
      missing: "Nothing was chosen: it takes two trials, each with its returns over the same periods.",
    };
  }
  // As many blocks as leave two periods in each, an even number.
  const blocks = asked ?? Math.min(BLOCKS, 2 * Math.floor(trials[0].length / 4));
  if (blocks < 2) return { missing: `It needs four periods; there are ${trials[0].length}.` };
  return backtestOverfitting(trials, { blocks });
}

/** Whether a figure could be had. */
export function isKnown<T extends object>(figure: T | Missing): figure is T {
  return !("missing" in figure);
}
