import type { BacktestOptions } from "../backtest/options.ts";
import { type Prepared, prepare } from "../backtest/prepare.ts";
import { backtest, unhashedBacktest } from "../backtest/run.ts";
import { signalRecipes } from "../backtest/signalColumns.ts";
import { isSignalsOnly } from "../backtest/signalPath.ts";
import { signalScan } from "../backtest/signalScan.ts";
import { setUp } from "../broker/setUp.ts";
import type { Candles } from "../candles/candles.ts";
import { RecipeEvaluator } from "../catalogue/evaluate.ts";
import { EngineError } from "../core/errors.ts";
import { type DailyReturns, type EquityMetrics, equityFigures, lastOfDay } from "../metrics/equityMetrics.ts";
import { type TradeMetrics, tradeMetrics } from "../metrics/tradeMetrics.ts";
import type { SessionStrategy } from "../session/settings.ts";
import type { Strategy } from "../strategy/contract.ts";
import { featureRecipes } from "../strategy/featureRecipes.ts";
import { type ParameterValues, resolveParameters } from "../strategy/parameters.ts";
import { type LeanMarket, leanRun } from "./leanRun.ts";

/** What a sweep says of a point: the figures that its single run has, to the bit. */
export type SweepFigures = EquityMetrics & TradeMetrics;

export type SweepPoint = {
  readonly parameters: ParameterValues;
  readonly figures: SweepFigures;
  /** From the end of each UTC day to the next, as a trial keeps them. */
  readonly dailyReturns: Float32Array;
  /** When each of those days ended: the last close in it, UTC milliseconds. Points share it; read only. */
  readonly dayEnds: Float64Array;
  /** Of each closed trade after costs, in quote currency, in the order of their exits. */
  readonly profits: Float64Array;
  readonly startingBalance: number;
};

export type SweepProgress = { readonly done: number; readonly total: number; readonly point: SweepPoint };

/** Points that may be asked for at once: more is a mistake in a space, and no machine's afternoon. */
const MOST_POINTS = 1_000_000;

/** All points in one go; see `sweeping`. */
export function sweep(
  strategy: Strategy,
  universe: readonly Candles[],
  points: readonly ParameterValues[],
  options: BacktestOptions = {},
): SweepPoint[] {
  const all: SweepPoint[] = [];
  for (const { point } of sweeping(strategy, universe, points, options)) all.push(point);
  return all;
}

/**
 * Backtests one strategy with many sets of parameters over the same candles, and yields each point as it is done, in
 * their order. What points have in common is computed once; a strategy of signals over one market is folded in numbers
 * alone. `backtest` with a point's parameters gives the same figures, and the tables and the hash besides.
 */
export function* sweeping(
  strategy: Strategy,
  universe: readonly Candles[],
  points: readonly ParameterValues[],
  options: BacktestOptions = {},
): Generator<SweepProgress, void, void> {
  requirePoints(points);
  const runner = new SweepRunner(strategy, universe, options);
  for (let k = 0; k < points.length; k++) {
    yield { done: k + 1, total: points.length, point: runner.run(points[k]) };
  }
}

/** Runs points one by one as they are asked for: what an optimiser, which does not know them beforehand, needs. */
export class SweepRunner {
  readonly #strategy: Strategy;
  readonly #universe: readonly Candles[];
  readonly #options: BacktestOptions;
  readonly #evaluators = new Map<string, RecipeEvaluator>();
  #lean: LeanSweep | undefined;
  #isPrepared = false;

  constructor(strategy: Strategy, universe: readonly Candles[], options: BacktestOptions = {}) {
    if (options.parameters !== undefined) {
      throw new EngineError(
        "sweep.parameters",
        "parameters are given among a sweep's options; expected them as its points, each a whole set of its own.",
      );
    }
    this.#strategy = strategy;
    this.#universe = universe;
    this.#options = options;
  }

  run(given: ParameterValues): SweepPoint {
    const parameters = resolveParameters(this.#strategy.parameters, given);
    if (!this.#isPrepared) this.#prepare(parameters);
    return this.#lean?.run(parameters) ?? this.#single(parameters);
  }

  #prepare(parameters: ParameterValues): void {
    this.#isPrepared = true;
    const preparing = prepare(
      this.#strategy,
      this.#universe,
      { ...this.#options, parameters },
      this.#evaluators,
    );
    let step = preparing.next();
    while (!step.done) step = preparing.next();
    this.#lean = LeanSweep.of(this.#strategy, step.value);
  }

  #single(parameters: ParameterValues): SweepPoint {
    const { metrics, equity, trades } = unhashedBacktest(
      this.#strategy,
      this.#universe,
      { ...this.#options, parameters },
      this.#evaluators,
    );
    const time = equity.columns.time as Float64Array;
    const values = equity.columns.equity as Float64Array;
    const returns: number[] = [];
    const ends: number[] = [];
    let before = metrics.startingBalance;
    for (let row = 0; row < values.length; ) {
      const last = lastOfDay((at) => time[at], row, values.length);
      returns.push(values[last] / before - 1);
      ends.push(time[last]);
      before = values[last];
      row = last + 1;
    }
    return {
      parameters,
      figures: figuresOf(metrics),
      dailyReturns: Float32Array.from(returns),
      dayEnds: Float64Array.from(ends),
      profits: trades.columns.profit as Float64Array,
      startingBalance: metrics.startingBalance,
    };
  }
}

/** The whole backtest of a point: tables, assumptions and hash. */
export function backtestPoint(
  strategy: Strategy,
  universe: readonly Candles[],
  point: SweepPoint,
  options: BacktestOptions = {},
): ReturnType<typeof backtest> {
  return backtest(strategy, universe, { ...options, parameters: point.parameters });
}

/** Points of a strategy of signals over one market. */
class LeanSweep {
  readonly #strategy: Strategy;
  readonly #spec: SessionStrategy;
  readonly #market: LeanMarket;
  readonly #evaluator: RecipeEvaluator;
  readonly #dayEnds: Float64Array;
  readonly #span: { readonly startMs: number; readonly endMs: number };

  private constructor(strategy: Strategy, { settings, feeds, startMs, endMs, used }: Prepared) {
    const [feed] = feeds;
    const [state] = setUp(settings.broker, settings.markets).states;
    const { slippage, startingBalance } = state.venue;
    const { solvency } = settings.risk;
    let from = feed.next;
    while (from < feed.rows && feed.closeAt(from) < startMs) from++;
    const to = feed.rowsUntil(endMs);
    const dayEnds: number[] = [];
    for (let row = from; row < to; row++) {
      row = lastOfDay((at) => feed.closeAt(at), row, to);
      dayEnds.push(row);
    }
    this.#strategy = strategy;
    this.#dayEnds = Float64Array.from(dayEnds, (row) => feed.closeAt(row));
    this.#spec = settings.strategies[0];
    this.#evaluator = new RecipeEvaluator(used[0], used);
    this.#span = { startMs, endMs: to > from ? feed.closeAt(to - 1) : startMs };
    this.#market = {
      candles: feed.candles,
      from,
      to,
      dayEnds: Int32Array.from(dayEnds),
      state,
      startingBalance,
      leastEquity: solvency === false ? 0 : solvency.minFraction * startingBalance,
      slippage: slippage.kind === "fixedBps" ? slippage.bps / 10_000 : 0,
    };
  }

  /** Undefined where the points have to be run singly. */
  static of(strategy: Strategy, prepared: Prepared): LeanSweep | undefined {
    const { settings, fundings, options, executions } = prepared;
    const isLean =
      isSignalsOnly(prepared) &&
      settings.markets.length === 1 &&
      fundings.length === 0 &&
      (options.finalise ?? "lastClose") === "lastClose" &&
      executions.every(({ detail }) => detail === undefined) &&
      Object.values(settings.broker.venues).every(
        ({ fees, slippage }) =>
          (fees === undefined || fees.kind === "flat") && slippage?.kind !== "volumeShare",
      );
    return isLean ? new LeanSweep(strategy, prepared) : undefined;
  }

  run(parameters: ParameterValues): SweepPoint | undefined {
    const strategy = this.#strategy;
    const recipes = signalRecipes(strategy, featureRecipes(strategy, parameters), parameters);
    const evaluator = this.#evaluator;
    const signals = {
      enterLong: signalScan(recipes.enterLong, evaluator),
      exitLong: signalScan(recipes.exitLong, evaluator),
      enterShort: signalScan(recipes.enterShort, evaluator),
      exitShort: signalScan(recipes.exitShort, evaluator),
    };
    const outcome = leanRun(this.#market, signals, this.#specOf(parameters));
    if (outcome === undefined) return undefined;
    const { finalEquity, maxDrawdown, days, dailyReturns, returns } = outcome;
    const profits = new Float64Array(outcome.profits);
    return {
      parameters,
      figures: {
        ...this.#figures(finalEquity, maxDrawdown, days),
        ...tradeMetrics(profits, new Float64Array(returns)),
      },
      dailyReturns,
      dayEnds: this.#dayEnds,
      profits,
      startingBalance: this.#market.startingBalance,
    };
  }

  #figures(finalEquity: number, maxDrawdown: number, days: DailyReturns): EquityMetrics {
    const { startingBalance: startEquity } = this.#market;
    return equityFigures({ ...this.#span, startEquity, finalEquity, maxDrawdown, days });
  }

  #specOf(parameters: ParameterValues): SessionStrategy {
    const { sizing } = this.#strategy;
    // What the first point was prepared with holds for all but a size that is a function of the parameters.
    return typeof sizing === "function" ? { ...this.#spec, sizing: sizing(parameters) } : this.#spec;
  }
}

function figuresOf(metrics: SweepFigures): SweepFigures {
  const { finalEquity, totalReturn, annualReturn, annualVolatility, sharpe, sortino, maxDrawdown, calmar } =
    metrics;
  const { tradeCount, winRate, profitFactor, meanTradeReturn, medianTradeReturn, expectancy } = metrics;
  return {
    finalEquity,
    totalReturn,
    annualReturn,
    annualVolatility,
    sharpe,
    sortino,
    maxDrawdown,
    calmar,
    tradeCount,
    winRate,
    profitFactor,
    meanTradeReturn,
    medianTradeReturn,
    expectancy,
  };
}

function requirePoints(points: readonly ParameterValues[]): void {
  if (points.length > 0 && points.length <= MOST_POINTS) return;
  throw new EngineError(
    "sweep.points",
    `${points.length} points are given; expected from 1 to ${MOST_POINTS} sets of parameters, like ` +
      "[{ fast: 10, slow: 30 }, { fast: 12, slow: 30 }].",
    { given: points.length },
  );
}
