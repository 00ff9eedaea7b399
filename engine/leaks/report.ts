/** How a leak was brought to light: by a future that was taken away, or by one that was changed. */
export type Means = "shortened" | "changed";

/** An input that carries the future into a column: a field of a series of candles, or a column of information. */
export type Carrier = {
  /** Of a series of candles. */
  readonly symbol?: string;
  readonly timeframe?: string;
  /** Of a table of information. */
  readonly information?: string;
  /** `"close"`, `"volume"` …; `"prices"` where no single one could be told, `"rows"` for which candles there are. */
  readonly field: string;
};

/**
 * What a column does that it must not:
 * - `"future"`: a value changes with what comes after it.
 * - `"knownPrice"`: it fills at prices that were known when it decided, whatever comes after.
 * - `"earnsOnNoise"`: it earns on prices that nobody can foresee.
 */
export type LeakKind = "future" | "knownPrice" | "earnsOnNoise";

export type Leak = {
  readonly kind: LeakKind;
  /** The first row that was seen to change, and when it is used, UTC milliseconds. */
  readonly firstRow: number;
  readonly firstTime: number;
  /** Of that row: its value on the whole input and on the one with another future; NaN where it is not known. */
  readonly expected: number;
  readonly given: number;
  /** Whether the row is there in both. */
  readonly isRow: boolean;
  /** What came after this time had been taken away or changed, UTC milliseconds. */
  readonly cutTime: number;
  readonly means: readonly Means[];
  /** Cuts at which it showed. */
  readonly cuts: number;
  /** The largest difference, by the value or the column's mean absolute value, whichever is larger. */
  readonly largest: number;
  /** Whether values appear or vanish as well. */
  readonly vanishes: boolean;
  /** How far it looks ahead at least, from the row's own time, in milliseconds and in candles of the finest series. */
  readonly reachMs: number;
  readonly reachBars: number;
  /** Empty where no input alone brings it about. */
  readonly carriers: readonly Carrier[];
  /** The higher timeframe whose unfinished candle it sees, where that is all that it sees. */
  readonly unfinished?: string;
  /** Of `"earnsOnNoise"`: mean by its standard error. */
  readonly tValue?: number;
};

/**
 * - `"clean"`: no row changed with its future, at any cut.
 * - `"leaks"`: see `leak`.
 * - `"unstable"`: two runs on the same input differ, so nothing can be compared: `why` says how they differ.
 * - `"untested"`: no known value could be compared.
 */
export type ColumnVerdict = "clean" | "leaks" | "unstable" | "untested";

export type ColumnReport = {
  readonly name: string;
  readonly verdict: ColumnVerdict;
  readonly leak?: Leak;
  /** `"random"`: differs from run to run. `"state"`: depends on what it was called with before. */
  readonly why?: "random" | "state";
  /** Cuts at which known rows of it were compared. */
  readonly cuts: number;
  /**
   * Of a clean column: rows come up to so many candles later than they are dated. Their values do not change, but they
   * are not there until later candles are.
   */
  readonly lateBars?: number;
  /** Rows that differed by rounding alone, over all cuts. */
  readonly rounded: number;
};

export type LeakReport = {
  /** The worst of the columns'. */
  readonly verdict: ColumnVerdict;
  /** In the order of the answer; columns that appear on another future only come last. */
  readonly columns: readonly ColumnReport[];
  /** Moments at which the future was taken away and changed. */
  readonly cuts: number;
  /** How often the subject was run. */
  readonly runs: number;
  /** Runs that failed on a shortened or changed input, and what the first of them said. */
  readonly failures: number;
  readonly firstFailure?: string;
  readonly tolerance: number;
  readonly seed: number;
  readonly input: {
    readonly series: readonly {
      readonly symbol: string;
      readonly timeframe: string;
      readonly rows: number;
    }[];
    readonly information: readonly string[];
    readonly firstMs: number;
    readonly lastMs: number;
  };
};

const ORDER: readonly ColumnVerdict[] = ["leaks", "unstable", "untested", "clean"];

/** The worst verdict of several: one leak is a leak. Untested columns do not spoil clean ones. */
export function worstVerdict(verdicts: readonly ColumnVerdict[]): ColumnVerdict {
  const tested = verdicts.filter((verdict) => verdict !== "untested");
  const counted = tested.length === 0 ? verdicts : tested;
  return ORDER.find((verdict) => counted.includes(verdict)) ?? "untested";
}
