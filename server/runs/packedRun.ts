import { gunzipSync, gzipSync } from "node:zlib";
import { parseWire, stringifyWire } from "#engine/core/wireJson.ts";
import type { Evaluation } from "#engine/walkforward/result.ts";
import type { RunSummary } from "../contract.ts";

/** What a run's summary takes from its evaluation; the rest says who asked for it, and when. */
export type EvaluationSummary = Omit<RunSummary, "id" | "createdMs" | "source" | "notebook">;

/** An evaluation as it is kept: small enough to travel between threads and into a row. */
export type PackedRun = { summary: EvaluationSummary; body: Uint8Array };

export function packRun(evaluation: Evaluation): PackedRun {
  return { summary: summaryOf(evaluation), body: new Uint8Array(gzipSync(stringifyWire(evaluation))) };
}

/** The evaluation's JSON, in the form of `stringifyWire`. */
export function unpackBody(body: Uint8Array): string {
  return gunzipSync(body).toString("utf8");
}

export function unpackRun(body: Uint8Array): Evaluation {
  return parseWire(unpackBody(body)) as Evaluation;
}

function summaryOf(evaluation: Evaluation): EvaluationSummary {
  const { strategy, hash, dataHash, engineVersion, universe, settings, parameters, metrics, slices } =
    evaluation;
  const { bySymbol: _, byMonth: __, ...figures } = metrics;
  return {
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
