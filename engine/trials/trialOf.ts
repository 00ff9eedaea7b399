import type { Backtest } from "../backtest/result.ts";
import { hashPlain } from "../core/hash.ts";
import type { Table, TableColumn } from "../core/table.ts";
import { DAY_MS } from "../core/timeframe.ts";
import { aggregateCurve, type WeightedTrade } from "../metrics/aggregateCurve.ts";
import type { ParameterValue } from "../strategy/parameters.ts";
import { keptName, keptValues } from "./keptValues.ts";
import { type DailyCloses, dailyCloses, packReturns, type ReturnOptions, returnFigures } from "./returns.ts";
import type { PackedReturns, ReturnFigures, Trial, TrialKind } from "./trial.ts";

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

/** A backtest as a trial: the returns are those of the account from day to day. */
export function trialOfBacktest(result: BacktestOutcome, kind: TrialKind = "backtest"): Trial {
  const {
    strategies,
    settings,
    assumptions,
    universe,
    dataHash,
    hash = null,
    equity,
    metrics,
    costs,
  } = result;
  const closes = dailyCloses(numbers(equity, "time"), numbers(equity, "equity"));
  const isAlone =
    strategies.length === 1 &&
    strategies[0].weight === 1 &&
    sameTexts(strategies[0].symbols, universe.symbols);
  return {
    kind,
    name: keptName(strategies.map(({ name }) => name).join(" + ")),
    strategy: isAlone
      ? strategies[0].hash
      : hashPlain(strategies.map(({ hash: own, weight, symbols }) => [own, weight, [...symbols]])),
    parameters: keptValues(
      strategies.length === 1
        ? strategies[0].parameters
        : Object.fromEntries(
            strategies.flatMap(({ name, parameters }) =>
              Object.entries(parameters).map(([key, value]) => [`${name}.${key}`, value]),
            ),
          ),
    ),
    data: dataHash,
    startMs: Number(settings.startMs),
    endMs: Number(settings.endMs),
    settings: keptValues(settings),
    // Funding rates come in beside the candles: what was paid is the only trace of them.
    assumptions: hashPlain([assumptions.record, costs.funding]),
    simulated: universe.simulated,
    result: hash,
    trades: metrics.tradeCount,
    return: metrics.totalReturn,
    drawdown: metrics.maxDrawdown,
    ...returnsOf(closes, { before: metrics.startingBalance }),
  };
}

/**
 * An evaluation as a trial: the returns are those of all slices as one portfolio (`aggregateCurve`), which is booked at
 * the exits. A day on which nothing ended returned 0.
 */
export function trialOfEvaluation(result: EvaluationOutcome): Trial {
  const { strategy, parameters, settings, universe, trades, metrics, dataHash, hash } = result;
  const curve = aggregateCurve(trades, settings);
  const { startMs, endMs } = settings;
  const everyDay = { first: Math.floor(startMs / DAY_MS), last: Math.ceil(endMs / DAY_MS) - 1 };
  return {
    kind: "evaluation",
    name: keptName(strategy.name),
    strategy: strategy.hash,
    parameters: keptValues(parameters),
    data: dataHash,
    startMs,
    endMs,
    settings: keptValues(settings),
    assumptions: null,
    simulated: universe.simulated,
    result: hash,
    trades: trades.length,
    return: metrics.aggregateReturn,
    drawdown: metrics.aggregateMaxDrawdown,
    ...returnsOf(dailyCloses(curve.time, curve.equity), { before: 1, everyDay }),
  };
}

function returnsOf(
  closes: DailyCloses,
  options: ReturnOptions,
): ReturnFigures & { readonly returns: PackedReturns } {
  return { ...returnFigures(closes, options), returns: packReturns(closes, options) };
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}

function numbers<Name extends string>(table: Table<Name>, name: Name): Float64Array {
  const column: TableColumn = table.columns[name];
  return column instanceof Float64Array ? column : Float64Array.from(column.codes);
}
