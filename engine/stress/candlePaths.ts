import type { BacktestOptions, StrategyMix } from "../backtest/options.ts";
import type { Backtest } from "../backtest/result.ts";
import { unhashedBacktest } from "../backtest/run.ts";
import type { Candles } from "../candles/candles.ts";
import { EngineError } from "../core/errors.ts";
import type { TableColumn } from "../core/table.ts";
import { bandSteps, PathLog, type PathSummary } from "../montecarlo/pathLog.ts";
import { type PathOptions, requirePathOptions } from "../montecarlo/pathOptions.ts";
import type { PathProgress } from "../montecarlo/tradePaths.ts";
import type { Strategy } from "../strategy/contract.ts";
import { type CandlePerturbation, candlePerturber } from "./perturbCandles.ts";

/** Some of the paths: a backtest of each changed universe, in brief. Plain data, so that workers can share the work. */
export type CandlePathPart = {
  /** The first path of this part, and how many there are. */
  readonly from: number;
  readonly count: number;
  /** UTC milliseconds at which equity is taken; the first is the start. */
  readonly times: Float64Array;
  /** By path, as multiples of the starting capital: equity at each of `times`, its extremes, and what was traded. */
  readonly equity: readonly Float64Array[];
  readonly maxDrawdown: Float64Array;
  readonly lowest: Float64Array;
  readonly sharpe: Float64Array;
  readonly trades: Float64Array;
};

/** Which paths one worker runs. */
export type CandlePathRange = PathOptions & {
  /** Default: 0. */
  readonly from?: number;
  /** Default: all that are left. */
  readonly count?: number;
};

export type CandlePaths = PathSummary & {
  readonly times: Float64Array;
  /** By path: the annual Sharpe ratio, and how many trades. */
  readonly sharpe: Float64Array;
  readonly trades: Float64Array;
  readonly perturbation: CandlePerturbation;
  readonly seed: number | string;
};

/**
 * Runs a backtest on changed copies of its universe, one path after the other; yields after each. The k-th path is the
 * same wherever it is run. What a strategy learns from candles is made anew on each of them. Lower timeframes inside
 * candles, mark prices and funding of their own belong to the history that was, not to a changed one, and are refused.
 */
export function* candlePathPart(
  strategy: Strategy | StrategyMix,
  universe: readonly Candles[],
  { options = {}, perturbation, ...range }: CandlePathTask,
): Generator<PathProgress, CandlePathPart, void> {
  const { paths, seed, mostSteps } = requirePathOptions("candlePaths", range);
  const { from = 0, count = paths - from } = range;
  requireAlone(options);
  const perturbed = candlePerturber(universe, perturbation, seed);
  const equity: Float64Array[] = [];
  const maxDrawdown = new Float64Array(count);
  const lowest = new Float64Array(count);
  const sharpe = new Float64Array(count);
  const trades = new Float64Array(count);
  let times: Float64Array = new Float64Array(0);
  for (let k = 0; k < count; k++) {
    const { equity: table, metrics, settings } = unhashedBacktest(strategy, perturbed(from + k), options);
    const time = numbers(table.columns.time);
    const values = numbers(table.columns.equity);
    if (k === 0) times = evenTimes(Number(settings.startMs), time, mostSteps);
    const start = metrics.startingBalance;
    equity.push(curveAt(times, time, values, start));
    maxDrawdown[k] = metrics.maxDrawdown;
    lowest[k] = values.reduce((least, value) => Math.min(least, value), start) / start;
    sharpe[k] = metrics.sharpe;
    trades[k] = metrics.tradeCount;
    yield { done: k + 1, total: count };
  }
  return { from, count, times, equity, maxDrawdown, lowest, sharpe, trades };
}

/** What to run on which changes of the candles. */
export type CandlePathTask = CandlePathRange & {
  readonly options?: BacktestOptions;
  readonly perturbation: CandlePerturbation;
};

/** All parts as one, in order of their paths. */
export function joinCandlePaths(
  parts: readonly CandlePathPart[],
  { perturbation, ...range }: Pick<CandlePathTask, "perturbation"> & PathOptions,
): CandlePaths {
  const { seed, quantiles, ruinLevel } = requirePathOptions("candlePaths", range);
  const ordered = [...parts].sort((a, b) => a.from - b.from);
  const count = ordered.reduce((sum, part) => sum + part.count, 0);
  const times = ordered[0].times;
  const log = new PathLog(
    count,
    Float64Array.from(times, (_, step) => step),
  );
  const sharpe = new Float64Array(count);
  const trades = new Float64Array(count);
  let path = 0;
  for (const part of ordered) {
    for (let k = 0; k < part.count; k++, path++) {
      log.addCurve(path, part.equity[k], { maxDrawdown: part.maxDrawdown[k], lowest: part.lowest[k] });
      sharpe[path] = part.sharpe[k];
      trades[path] = part.trades[k];
    }
  }
  return { ...log.summary({ quantiles, ruinLevel }), times, sharpe, trades, perturbation, seed };
}

/** A backtest on changed copies of its universe, all paths in one go; see `candlePathPart`. */
export function candlePaths(
  strategy: Strategy | StrategyMix,
  universe: readonly Candles[],
  task: CandlePathTask,
): CandlePaths {
  const steps = candlePathPart(strategy, universe, task);
  for (;;) {
    const step = steps.next();
    if (step.done) return joinCandlePaths([step.value], task);
  }
}

/** Equity as a multiple of the start at each of the times: of the last row at or before. */
export function curveAt(
  times: Float64Array,
  time: Float64Array,
  equity: Float64Array,
  start: number,
): Float64Array {
  let row = -1;
  return times.map((at) => {
    while (row + 1 < time.length && time[row + 1] <= at) row++;
    return row < 0 ? 1 : equity[row] / start;
  });
}

/** The start, and rows of the equity at even distances to its end. */
function evenTimes(startMs: number, time: Float64Array, most: number): Float64Array {
  const rows = bandSteps(time.length, most);
  return rows.map((row) => (row === 0 ? Math.min(startMs, time[0] ?? startMs) : time[row - 1]));
}

function requireAlone(options: BacktestOptions): void {
  for (const name of ["detail", "markPrice", "funding"] as const) {
    if (options[name] === undefined || options[name].length === 0) continue;
    throw new EngineError(
      "stress.other-columns",
      `candlePaths: the backtest has ${name}, which belongs to the candles as they were; expected candles alone. ` +
        `Run the backtest without ${name} and simulate that.`,
      { option: name },
    );
  }
}

function numbers(column: TableColumn): Float64Array {
  return column instanceof Float64Array ? column : Float64Array.from(column.codes);
}

/** The equity of the backtest itself at the same times. */
export function ownCurve(result: Pick<Backtest, "equity" | "metrics">, times: Float64Array): Float64Array {
  const { time, equity } = result.equity.columns;
  return curveAt(times, numbers(time), numbers(equity), result.metrics.startingBalance);
}
