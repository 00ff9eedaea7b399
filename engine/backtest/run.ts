import type { Candles } from "../candles/candles.ts";
import { columnsHash, dataHash } from "../candles/dataHash.ts";
import { ColumnPool } from "../catalogue/columnPool.ts";
import type { RecipeEvaluator } from "../catalogue/evaluate.ts";
import { ENGINE_VERSION } from "../core/version.ts";
import type { Strategy } from "../strategy/contract.ts";
import { backtestHash } from "./backtestHash.ts";
import type { BacktestOptions, StrategyMix } from "./options.ts";
import { type Prepared, prepare } from "./prepare.ts";
import type { Backtest } from "./result.ts";
import { simulate } from "./simulate.ts";
import { type Unhashed, unhashedResult } from "./unhashed.ts";

/** How far a backtest is; features, candles and hashing each count a part of the total. */
export type BacktestProgress = { readonly done: number; readonly total: number };

const TOTAL = 1000;
const PREPARED = 250;
const SIMULATED = 850;

/** Memory for the columns of features, and how much of it is kept between runs. */
const columns = new ColumnPool(64 * 1024 * 1024);

/** Runs a strategy, or several on one account, over a universe of candles, in one go; see `backtesting`. */
export function backtest(
  strategy: Strategy | StrategyMix,
  universe: readonly Candles[],
  options: BacktestOptions = {},
): Backtest {
  return finish(backtesting(strategy, universe, options));
}

/**
 * Runs a strategy, or several on one account, over a universe of candles, by the same session that trades on paper.
 * Yields its progress often, so that whoever drives it can pause, show it and stop.
 *
 * All columns are cut to [startMs − history, endMs) first and features fold from the first candle of the cut; nothing
 * outside of it changes the result.
 */
export function* backtesting(
  strategy: Strategy | StrategyMix,
  universe: readonly Candles[],
  options: BacktestOptions = {},
): Generator<BacktestProgress, Backtest, void> {
  const { result, used } = yield* simulated(strategy, universe, options);
  for (const [k, candles] of used.entries()) {
    columnsHash(candles);
    yield { done: SIMULATED + Math.floor(((TOTAL - SIMULATED - 1) * (k + 1)) / used.length), total: TOTAL };
  }
  const hashed = { ...result, dataHash: dataHash(used) };
  return { ...hashed, hash: backtestHash(hashed), engineVersion: ENGINE_VERSION };
}

/**
 * Everything of a backtest but its hashes, which cost more than the rest: for sweeps that keep only the figures.
 * `evaluators` keeps the columns of one run for the next over the same candles.
 */
export function unhashedBacktest(
  strategy: Strategy | StrategyMix,
  universe: readonly Candles[],
  options: BacktestOptions = {},
  evaluators?: Map<string, RecipeEvaluator>,
): Unhashed {
  return finish(simulated(strategy, universe, options, evaluators)).result;
}

function* simulated(
  strategy: Strategy | StrategyMix,
  universe: readonly Candles[],
  options: BacktestOptions,
  evaluators?: Map<string, RecipeEvaluator>,
): Generator<BacktestProgress, { result: Unhashed; used: Prepared["used"] }, void> {
  // Columns that nobody keeps for another run are made in memory of the runs before: no result holds any of them.
  const own = evaluators === undefined ? new Map<string, RecipeEvaluator>() : undefined;
  const preparing = prepare(strategy, universe, options, own ?? evaluators, own && columns);
  let step = preparing.next();
  while (!step.done) {
    const { done, total } = step.value;
    yield { done: Math.floor((PREPARED * done) / total), total: TOTAL };
    step = preparing.next();
  }
  const prepared = step.value;
  const simulating = simulate(prepared);
  let part = simulating.next();
  while (!part.done) {
    yield { done: PREPARED + Math.floor((SIMULATED - PREPARED) * part.value), total: TOTAL };
    part = simulating.next();
  }
  const result = unhashedResult(prepared, part.value);
  for (const evaluator of own?.values() ?? []) evaluator.close();
  return { result, used: prepared.used };
}

function finish<T>(steps: Generator<unknown, T, void>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
