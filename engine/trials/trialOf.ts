import { hashPlain } from "../core/hash.ts";
import { keptName, keptValues } from "./keptValues.ts";
import {
  type BacktestOutcome,
  backtestCloses,
  type EvaluationOutcome,
  evaluationCloses,
  type OutcomeCloses,
} from "./outcome.ts";
import { packReturns, returnFigures } from "./returns.ts";
import type { PackedReturns, ReturnFigures, Trial, TrialKind } from "./trial.ts";

/** A backtest as a trial: the returns are those of the account from day to day. */
export function trialOfBacktest(result: BacktestOutcome, kind: TrialKind = "backtest"): Trial {
  const { strategies, settings, assumptions, universe, dataHash, hash = null, metrics, costs } = result;
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
    ...returnsOf(backtestCloses(result)),
  };
}

/** An evaluation as a trial: the returns are those of all slices as one portfolio. */
export function trialOfEvaluation(result: EvaluationOutcome): Trial {
  const { strategy, parameters, settings, universe, trades, metrics, dataHash, hash } = result;
  return {
    kind: "evaluation",
    name: keptName(strategy.name),
    strategy: strategy.hash,
    parameters: keptValues(parameters),
    data: dataHash,
    startMs: settings.startMs,
    endMs: settings.endMs,
    settings: keptValues(settings),
    assumptions: null,
    simulated: universe.simulated,
    result: hash,
    trades: trades.length,
    return: metrics.aggregateReturn,
    drawdown: metrics.aggregateMaxDrawdown,
    ...returnsOf(evaluationCloses(result)),
  };
}

function returnsOf({ closes, options }: OutcomeCloses): ReturnFigures & { readonly returns: PackedReturns } {
  return { ...returnFigures(closes, options), returns: packReturns(closes, options) };
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}
