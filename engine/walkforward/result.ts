import type { SliceMetrics } from "../metrics/sliceMetrics.ts";
import type { ParameterValue } from "../strategy/parameters.ts";

/** One position of one slice, from its entry to its exit. Times are candle open times in UTC milliseconds. */
export type Trade = {
  /** The slice's *t*: nothing that closed after it was known when the position was chosen. */
  readonly sliceMs: number;
  readonly symbol: string;
  readonly direction: "long" | "short";
  /** 1 for the strategy's first choice. */
  readonly rank: number;
  /** Fraction of the slice's capital, always positive; `direction` has the sign. */
  readonly weight: number;
  /** What the strategy ranked by, NaN where it gave none. */
  readonly score: number;
  readonly entryTime: number;
  readonly entryPrice: number;
  readonly exitTime: number;
  readonly exitPrice: number;
  /** Fraction gained after costs, on the position's own capital. */
  readonly return: number;
  /** The furthest the price went against the position, as a positive fraction of the entry price. */
  readonly maxAdverseExcursion: number;
  /** The furthest the price went in the position's favour, as a positive fraction of the entry price. */
  readonly maxFavourableExcursion: number;
  /** The deepest fall of the position's value from its running peak, as a positive fraction of that peak. */
  readonly drawdown: number;
  /** Every feature of the symbol as it stood at `sliceMs`. */
  readonly features: Readonly<Record<string, number>>;
};

/** How an evaluation was asked for, every default filled in. */
export type EvaluationSettings = {
  readonly timeframe: string;
  /** Slices start at `startMs`, `startMs + shiftMs`, … before `endMs`; nothing at or after `endMs` is read. */
  readonly startMs: number;
  readonly endMs: number;
  readonly windowMs: number;
  readonly shiftMs: number;
  readonly feeBps: number;
  readonly slippageBps: number;
  readonly seed: number;
};

export type EvaluationUniverse = {
  readonly exchange: string;
  /** In code-unit order. */
  readonly symbols: readonly string[];
  /** Of the candles that came in; `settings.timeframe` is the one they were evaluated at. */
  readonly timeframe: string;
  /** Open times of the first and last candle that were used. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** True for made-up data; shown wherever the result is shown. */
  readonly simulated: boolean;
};

export type SliceCounts = {
  /** `traded + empty + dropped`. */
  readonly total: number;
  /** Slices with at least one trade, those for which the strategy chose nothing, and those that could hold nothing. */
  readonly traded: number;
  readonly empty: number;
  readonly dropped: number;
  /** Positions, not slices, without a candle to enter or to leave at. */
  readonly droppedEntry: number;
  readonly droppedExit: number;
};

/** What an evaluation answers with: plain data, the same to the bit wherever it was computed. */
export type Evaluation = {
  readonly strategy: { readonly name: string; readonly hash: string };
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly settings: EvaluationSettings;
  readonly universe: EvaluationUniverse;
  readonly slices: SliceCounts;
  /** In order of slice, then rank. */
  readonly trades: readonly Trade[];
  readonly metrics: SliceMetrics;
  /** SHA-256 over the candle columns that were used. */
  readonly dataHash: string;
  /** SHA-256 over strategy, parameters, settings, data and trades; see `evaluationHash`. */
  readonly hash: string;
  /** Stands beside the hash, not in it. */
  readonly engineVersion: string;
};
