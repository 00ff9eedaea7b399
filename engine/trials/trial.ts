import type { KeptValues } from "./keptValues.ts";
import type { Scored } from "./scored.ts";

/** How a trial was made: slices of an evaluation, one account, a point of a sweep, a step of an optimiser. */
export type TrialKind = "evaluation" | "backtest" | "sweep" | "optimiser";

export const TRIAL_KINDS: readonly TrialKind[] = ["evaluation", "backtest", "sweep", "optimiser"];

/** One look at how a strategy would have done: what a trial ledger counts. Plain data. */
export type Trial = {
  readonly kind: TrialKind;
  /** Of the strategy; those of several on one account joined by " + ". */
  readonly name: string;
  /** The strategy's hash; of several on one account, the hash over theirs, their weights and symbols. */
  readonly strategy: string;
  /** Resolved, every default filled in; of several strategies under `"name.parameter"`. */
  readonly parameters: KeptValues;
  /** SHA-256 over the candle columns that were used. */
  readonly data: string;
  /** The span that was judged, UTC milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  /** How it was asked for: plain values by name, every default filled in. */
  readonly settings: KeptValues;
  /** Hash over the fill assumptions' record and the funding that was paid; null where the settings say all. */
  readonly assumptions: string | null;
  /** True for made-up data. */
  readonly simulated: boolean;
  /** The result's hash; null where a sweep keeps the figures alone. */
  readonly result: string | null;
  readonly trades: number;
  /** Fractions; the drawdown is positive. */
  readonly return: number;
  readonly drawdown: number;
} & ReturnFigures & {
    readonly returns: PackedReturns;
    /** What the search that tried it made of it; of no part in what makes two trials the same. */
    readonly scored?: Scored;
  };

/** Moments of the daily returns; NaN where there is nothing to say. */
export type ReturnFigures = {
  /** Mean by standard deviation (ddof 1) of the returns, of one period: times the root of `periodsPerYear` it is annual. */
  readonly sharpe: number;
  /** How many returns. */
  readonly observations: number;
  readonly periodsPerYear: number;
  /** Third standardised moment of the returns themselves (no correction for their number). */
  readonly skew: number;
  /** Fourth standardised moment, raw: 3 for a normal distribution. */
  readonly kurtosis: number;
};

/** Returns of equal stretches of whole days as they are kept: at most daily, as float32. */
export type PackedReturns = {
  /** When the first stretch begins, UTC milliseconds; always a multiple of its length since the epoch. */
  readonly firstMs: number;
  /** Days of a stretch: 1, or a power of two where the span is long. */
  readonly days: number;
  /** Little-endian float32 as base64; NaN for a stretch without a value. */
  readonly values: string;
};
