import type { Candles } from "../candles/candles.ts";
import { atTimeframe, cutCandles } from "../candles/cut.ts";
import { columnsHash, dataHash } from "../candles/dataHash.ts";
import { ColumnPool } from "../catalogue/columnPool.ts";
import { evaluateRecipes, RecipeEvaluator } from "../catalogue/evaluate.ts";
import type { Recipe } from "../catalogue/recipe.ts";
import { EngineError } from "../core/errors.ts";
import { isoTime } from "../core/isoTime.ts";
import { timeframeMs } from "../core/timeframe.ts";
import { ENGINE_VERSION } from "../core/version.ts";
import { sliceMetrics } from "../metrics/sliceMetrics.ts";
import type { Strategy } from "../strategy/contract.ts";
import { featureRecipes } from "../strategy/featureRecipes.ts";
import { strategyHash } from "../strategy/module.ts";
import { resolveParameters } from "../strategy/parameters.ts";
import { Decider } from "./decide.ts";
import { evaluationHash } from "./evaluationHash.ts";
import type { Evaluation, EvaluationUniverse } from "./result.ts";
import { type EvaluateOptions, resolveSettings } from "./settings.ts";
import { SliceBook } from "./sliceBook.ts";
import { sliceTimes } from "./slices.ts";
import { SymbolTrack } from "./track.ts";
import { orderedUniverse, spanOf } from "./universe.ts";

/** How far an evaluation is, in slices' worth of work: features, decisions and hashing count the same. */
export type EvaluationProgress = { readonly done: number; readonly total: number };

const SLICES_PER_STEP = 16;

/** Evaluates a strategy over walk-forward slices of a universe, in one go; see `evaluation`. */
export function evaluate(
  strategy: Strategy,
  universe: readonly Candles[],
  options: EvaluateOptions = {},
): Evaluation {
  const steps = evaluation(strategy, universe, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/**
 * Evaluates a strategy over walk-forward slices: at each time it sees what had closed by then, and what it chooses
 * is held for the window. Yields its progress often, so that whoever drives it can pause, show it and stop.
 *
 * All columns are cut to [startMs − history, endMs) first and features fold from the first candle of the cut;
 * nothing outside of it changes the result.
 */
export function* evaluation(
  strategy: Strategy,
  universe: readonly Candles[],
  options: EvaluateOptions = {},
): Generator<EvaluationProgress, Evaluation, void> {
  const parameters = resolveParameters(strategy.parameters, options.parameters);
  const series = orderedUniverse(universe);
  const settings = resolveSettings(strategy, spanOf(series), options);
  const { timeframe, startMs, endMs } = settings;
  const fromMs = startMs - strategy.history * timeframeMs(timeframe);
  const cuts = series.map((candles) => cutCandles(candles, fromMs, endMs));
  if (cuts.every(({ timestamp }) => timestamp.length === 0)) throw noCandles(series, fromMs, endMs);
  const times = sliceTimes(settings);
  const total = 3 * times.length;

  const recipes = featureRecipes(strategy, parameters);
  const markets = cuts.map((cut) => atTimeframe(cut, timeframe, fromMs));
  const tracks: SymbolTrack[] = [];
  const hashes: string[] = [];
  const pool = new ColumnPool();
  const step = times.length / markets.length;
  // One market after the other, each with all that reads its columns from end to end: they are in the cache then.
  for (const [k, candles] of markets.entries()) {
    tracks.push(trackOf(candles, times, recipes, markets, pool));
    yield { done: Math.floor(step * (2 * k + 1)), total };
    hashes.push(columnsHash(cuts[k]));
    yield { done: Math.floor(step * (2 * k + 2)), total };
  }

  const decider = new Decider(strategy, parameters, tracks, settings.seed);
  const book = new SliceBook(settings, tracks);
  for (let i = 0; i < times.length; i++) {
    for (const track of tracks) track.advance(settings.windowMs);
    book.hold(times[i], decider.at(times[i]));
    if (i % SLICES_PER_STEP === SLICES_PER_STEP - 1) yield { done: 2 * times.length + i + 1, total };
  }

  const result = {
    strategy: { name: strategy.name, hash: strategyHash(strategy) },
    parameters,
    settings,
    trades: book.trades,
    dataHash: dataHash(cuts, hashes),
  };
  return {
    ...result,
    universe: describeUniverse(cuts, options),
    slices: book.counts(),
    metrics: sliceMetrics(book.trades, { count: times.length, ...settings }),
    hash: evaluationHash(result),
    engineVersion: ENGINE_VERSION,
  };
}

function trackOf(
  candles: Candles,
  times: Float64Array,
  recipes: Readonly<Record<string, Recipe>>,
  markets: readonly Candles[],
  pool: ColumnPool,
): SymbolTrack {
  const names = Object.keys(recipes);
  const evaluator = new RecipeEvaluator(candles, markets, pool);
  const columns = names.map((name) => evaluator.column(recipes[name]));
  const again = (): readonly Float64Array[] => Object.values(evaluateRecipes(recipes, candles, markets));
  const track = new SymbolTrack(candles, times, { names, columns, again });
  evaluator.close();
  return track;
}

function describeUniverse(cuts: readonly Candles[], { simulated }: EvaluateOptions): EvaluationUniverse {
  const { exchange, timeframe } = cuts[0];
  const used = cuts.filter(({ timestamp }) => timestamp.length > 0);
  return {
    exchange,
    symbols: cuts.map(({ symbol }) => symbol),
    timeframe,
    firstMs: Math.min(...used.map(({ timestamp }) => timestamp[0])),
    lastMs: Math.max(...used.map(({ timestamp }) => timestamp[timestamp.length - 1])),
    simulated: simulated ?? exchange === "simulated",
  };
}

function noCandles(universe: readonly Candles[], fromMs: number, endMs: number): EngineError {
  const { firstMs, lastCloseMs } = spanOf(universe);
  return new EngineError(
    "walkforward.no-candles",
    `No symbol has a candle from ${isoTime(fromMs)} (start less history) to ${isoTime(endMs)}. ` +
      `The candles reach from ${isoTime(firstMs)} to ${isoTime(lastCloseMs)}: choose dates among them.`,
    { fromMs, endMs, firstMs, lastCloseMs },
  );
}
