import { gunzipSync, gzipSync } from "node:zlib";
import { keptBacktest } from "#engine/backtest/kept.ts";
import type { Backtest } from "#engine/backtest/result.ts";
import { parseWire, stringifyWire } from "#engine/core/wireJson.ts";
import type { Evaluation } from "#engine/walkforward/result.ts";
import type { Ingredients, RunSummary } from "../contract.ts";
import { packIngredients } from "./ingredients.ts";

/** What a run's summary takes from its result; the rest says who asked for it, and when. */
export type ResultSummary = Omit<RunSummary, "id" | "createdMs" | "source" | "notebook">;

/** A result as it is kept: small enough to travel between threads and into a row. */
export type PackedRun = {
  summary: ResultSummary;
  body: Uint8Array;
  /** What it was made of, where it can be made again. */
  ingredients?: Uint8Array;
};

export function packRun(evaluation: Evaluation): PackedRun {
  return { summary: summaryOf(evaluation), body: new Uint8Array(gzipSync(stringifyWire(evaluation))) };
}

/** A backtest packed: all that its hash covers, and its equity as far as one can see it. */
export function packBacktest(result: Backtest, ingredients?: Ingredients): PackedRun {
  const kept = keptBacktest(result);
  return {
    summary: backtestSummary(kept),
    body: new Uint8Array(gzipSync(stringifyWire(kept))),
    ...(ingredients && { ingredients: packIngredients(ingredients) }),
  };
}

/** The result's JSON, in the form of `stringifyWire`. */
export function unpackBody(body: Uint8Array): string {
  return gunzipSync(body).toString("utf8");
}

export function unpackRun(body: Uint8Array): Evaluation {
  return parseWire(unpackBody(body)) as Evaluation;
}

export function unpackBacktest(body: Uint8Array): Backtest {
  return parseWire(unpackBody(body)) as Backtest;
}

function backtestSummary(result: Backtest): ResultSummary {
  const { strategies, strategy, hash, dataHash, engineVersion, universe, settings, parameters, metrics } =
    result;
  return {
    kind: "backtest",
    strategy: {
      name: strategies.map(({ name }) => name).join(" + "),
      hash: strategy.hash,
    },
    hash,
    dataHash,
    engineVersion,
    simulated: universe.simulated,
    exchange: universe.exchanges.join(", "),
    symbols: [...universe.symbols],
    timeframe: typeof settings.timeframe === "string" ? settings.timeframe : universe.timeframe,
    settings: { ...settings },
    parameters: { ...parameters },
    metrics: { ...metrics, costs: { ...result.costs } },
    tradeCount: result.trades.rows,
  };
}

function summaryOf(evaluation: Evaluation): ResultSummary {
  const { strategy, hash, dataHash, engineVersion, universe, settings, parameters, metrics, slices } =
    evaluation;
  const { bySymbol: _, byMonth: __, ...figures } = metrics;
  return {
    kind: "evaluation",
    strategy: { name: strategy.name, hash: strategy.hash },
    hash,
    dataHash,
    engineVersion,
    simulated: universe.simulated,
    exchange: universe.exchange,
    symbols: [...universe.symbols],
    timeframe: settings.timeframe,
    settings: { ...settings },
    parameters: { ...parameters },
    metrics: { ...figures, slices: { ...slices } },
    tradeCount: evaluation.trades.length,
  };
}
