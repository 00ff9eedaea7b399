import { keptValues } from "./keptValues.ts";
import { type BacktestOutcome, backtestCloses } from "./outcome.ts";
import { packReturns, returnFigures } from "./returns.ts";
import type { Trial, TrialKind } from "./trial.ts";
import { trialOfBacktest } from "./trialOf.ts";

/** What a sweep keeps of a point; a `SweepPoint` fits it. */
export type SweptPoint = {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly figures: {
    readonly sharpe: number;
    readonly totalReturn: number;
    readonly maxDrawdown: number;
    readonly tradeCount: number;
  };
  /** From the end of each UTC day that has a candle to the next. */
  readonly dailyReturns: Float32Array;
};

/**
 * The points of a sweep as trials. What they have in common (strategy, data, settings, fill assumptions, the days that
 * have candles) is read from the whole backtest of one of them, run with the same options: so a point that is also run
 * by itself is the same trial, and counts once; where funding is paid, which differs by point, it counts once more.
 */
export function trialsOfSweep(
  single: BacktestOutcome,
  points: readonly SweptPoint[],
  kind: TrialKind = "sweep",
): Trial[] {
  const common = trialOfBacktest(single, kind);
  const { day } = backtestCloses(single).closes;
  return points.map(({ parameters, figures, dailyReturns }) => {
    const equity = new Float64Array(dailyReturns.length);
    let value = 1;
    for (let i = 0; i < dailyReturns.length; i++) equity[i] = value *= 1 + dailyReturns[i];
    const closes = { day: day.subarray(0, equity.length), equity };
    const moments = returnFigures(closes, { before: 1 });
    return {
      ...common,
      parameters: keptValues(parameters),
      result: null,
      trades: figures.tradeCount,
      return: figures.totalReturn,
      drawdown: figures.maxDrawdown,
      ...moments,
      sharpe: figures.sharpe / Math.sqrt(moments.periodsPerYear),
      returns: packReturns(closes, { before: 1 }),
    };
  });
}
