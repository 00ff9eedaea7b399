import type { PathSummary } from "#engine/montecarlo/pathLog.ts";

/** What a backtest could have come to: plain data, shown by `monteCarloView`. */
export type MonteCarlo = PathSummary & {
  /** Whether the trades that were made are drawn, or the backtest is run again on changed candles. */
  readonly method: "trades" | "candles";
  /** The strategy's name, and the hash of the backtest. */
  readonly of: string;
  readonly backtest: string;
  readonly simulated: boolean;
  /** What was random, in words. */
  readonly words: string;
  /** The backtest itself at the same steps; multiples of the starting capital. */
  readonly original: {
    readonly equity: Float64Array;
    readonly finalEquity: number;
    readonly maxDrawdown: number;
  };
  readonly seed: number | string;
  /** Of changed candles: the times of the steps, UTC milliseconds, and by path the Sharpe ratio and the trades. */
  readonly times?: Float64Array;
  readonly sharpe?: Float64Array;
  readonly trades?: Float64Array;
};

export function isMonteCarlo(value: unknown): value is MonteCarlo {
  if (typeof value !== "object" || value === null) return false;
  return ["bands", "ruinProbability", "original", "words", "method"].every((name) =>
    Object.hasOwn(value, name),
  );
}
