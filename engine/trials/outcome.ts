import type { Backtest } from "../backtest/result.ts";
import type { Table, TableColumn } from "../core/table.ts";
import { DAY_MS } from "../core/timeframe.ts";
import { aggregateCurve, type WeightedTrade } from "../metrics/aggregateCurve.ts";
import type { ParameterValue } from "../strategy/parameters.ts";
import { type DailyCloses, dailyCloses, type ReturnOptions, returnFigures } from "./returns.ts";
import type { ReturnFigures } from "./trial.ts";

/** What a trial is made of; a whole `Backtest` fits it, and so does one without hashes whose data's hash is known. */
export type BacktestOutcome = Pick<
  Backtest,
  "strategies" | "settings" | "assumptions" | "universe" | "dataHash" | "equity" | "metrics" | "costs"
> & { readonly hash?: string };

/** The same of an evaluation over slices. */
export type EvaluationOutcome = {
  readonly strategy: { readonly name: string; readonly hash: string };
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly settings: {
    readonly startMs: number;
    readonly endMs: number;
    readonly windowMs: number;
    readonly shiftMs: number;
  };
  readonly universe: { readonly simulated: boolean };
  readonly trades: readonly WeightedTrade[];
  readonly metrics: { readonly aggregateReturn: number; readonly aggregateMaxDrawdown: number };
  readonly dataHash: string;
  readonly hash: string;
};

/** Daily closes, and how returns are made of them. */
export type OutcomeCloses = { readonly closes: DailyCloses; readonly options: ReturnOptions };

/** The account from day to day. */
export function backtestCloses({
  equity,
  metrics,
}: Pick<BacktestOutcome, "equity" | "metrics">): OutcomeCloses {
  return {
    closes: dailyCloses(numbers(equity, "time"), numbers(equity, "equity")),
    options: { before: metrics.startingBalance },
  };
}

/**
 * All slices as one portfolio (`aggregateCurve`), which is booked at the exits: a day on which nothing ended returned 0.
 */
export function evaluationCloses({
  trades,
  settings,
}: Pick<EvaluationOutcome, "trades" | "settings">): OutcomeCloses {
  const { time, equity } = aggregateCurve(trades, settings);
  const { startMs, endMs } = settings;
  const everyDay = { first: Math.floor(startMs / DAY_MS), last: Math.ceil(endMs / DAY_MS) - 1 };
  return { closes: dailyCloses(time, equity), options: { before: 1, everyDay } };
}

/** What the Sharpe ratio of a backtest is deflated from; the ratio is the one that its metrics have. */
export function backtestFigures(result: Pick<BacktestOutcome, "equity" | "metrics">): ReturnFigures {
  const { closes, options } = backtestCloses(result);
  const figures = returnFigures(closes, options);
  // A kept result may have lost rows of its equity, and with them a part of the moments' precision.
  return { ...figures, sharpe: result.metrics.sharpe / Math.sqrt(figures.periodsPerYear) };
}

/** The same of an evaluation. */
export function evaluationFigures(result: Pick<EvaluationOutcome, "trades" | "settings">): ReturnFigures {
  const { closes, options } = evaluationCloses(result);
  return returnFigures(closes, options);
}

function numbers<Name extends string>(table: Table<Name>, name: Name): Float64Array {
  const column: TableColumn = table.columns[name];
  return column instanceof Float64Array ? column : Float64Array.from(column.codes);
}
