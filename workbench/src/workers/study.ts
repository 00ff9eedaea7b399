import { annualReturn, compoundReturn } from "#engine/metrics/annualReturn.ts";
import { maxDrawdown } from "#engine/metrics/drawdown.ts";
import { calmarRatio } from "#engine/metrics/drawdownRatios.ts";
import { sharpeRatio } from "#engine/metrics/sharpe.ts";
import { sortinoRatio } from "#engine/metrics/sortino.ts";
import { annualVolatility } from "#engine/metrics/volatility.ts";
import { simulatingTrades, type TradePathOptions, type TradePaths } from "#engine/montecarlo/tradePaths.ts";
import {
  type AssessInput,
  type Assessment,
  type AssessOptions,
  assessing,
} from "#engine/significance/assess.ts";
import type { Statistic } from "#engine/significance/bootstrapInterval.ts";
import { type CandlePathPart, type CandlePathTask, candlePathPart } from "#engine/stress/candlePaths.ts";
import type { BacktestArguments } from "./stepping.ts";

/** The figures of an account for which intervals are made. */
export type HeadlineName =
  | "annualReturn"
  | "annualVolatility"
  | "sharpe"
  | "sortino"
  | "maxDrawdown"
  | "calmar";

/** What is asked of a worker about a result that is there already: how much of it is luck. */
export type StudyWork =
  | { kind: "simulateTrades"; returns: Float64Array; options: TradePathOptions }
  | { kind: "assess"; input: Omit<AssessInput, "statistics">; options: AssessOptions };

export type StudyAnswers = { simulateTrades: TradePaths; assess: Assessment<HeadlineName> };

/** Which of a backtest's paths on changed candles to run; the backtest itself comes beside it. */
export type CandlePathWork = Omit<CandlePathTask, "options">;

type Steps<T> = Generator<{ readonly done: number; readonly total: number }, T, void>;

export function studying(work: StudyWork): Steps<StudyAnswers[StudyWork["kind"]]> {
  switch (work.kind) {
    case "simulateTrades":
      return simulatingTrades(work.returns, work.options);
    case "assess":
      return assessing(
        { ...work.input, statistics: headlineStatistics(work.input.periodsPerYear) },
        work.options,
      );
  }
}

/** A part of the paths of a backtest on changed candles. */
export function pathing(
  { strategies, universe, options }: BacktestArguments,
  work: CandlePathWork,
): Steps<CandlePathPart> {
  return candlePathPart(strategies, universe, { ...work, options });
}

/** The headline's figures as functions of returns. */
export function headlineStatistics(periodsPerYear: number): Readonly<Record<HeadlineName, Statistic>> {
  const yearly: Statistic = (returns) =>
    annualReturn(compoundReturn(returns), returns.length / periodsPerYear);
  const deepest: Statistic = (returns) => {
    const equity = new Float64Array(returns.length + 1).fill(1);
    for (let i = 0; i < returns.length; i++) equity[i + 1] = equity[i] * (1 + returns[i]);
    return maxDrawdown(equity);
  };
  return {
    annualReturn: yearly,
    annualVolatility: (returns) => annualVolatility(returns, periodsPerYear),
    sharpe: (returns) => sharpeRatio(returns, periodsPerYear),
    sortino: (returns) => sortinoRatio(returns, periodsPerYear),
    maxDrawdown: deepest,
    calmar: (returns) => calmarRatio(yearly(returns), deepest(returns)),
  };
}
