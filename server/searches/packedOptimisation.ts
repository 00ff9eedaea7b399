import { gunzipSync, gzipSync } from "node:zlib";
import type { Candles } from "#engine/candles/candles.ts";
import { ENGINE_VERSION } from "#engine/core/version.ts";
import { parseWire, stringifyWire } from "#engine/core/wireJson.ts";
import type { Optimisation } from "#engine/selection/optimisation.ts";
import type { PackedRun, ResultSummary } from "../runs/packedRun.ts";

/** An optimisation as it is kept. */
export type PackedOptimisation = PackedRun;

type Searched = {
  universe: readonly Candles[];
  /** Over the candles that were read. */
  dataHash: string;
};

export function packOptimisation(result: Optimisation, searched: Searched): PackedOptimisation {
  return { summary: summaryOf(result, searched), body: new Uint8Array(gzipSync(stringifyWire(result))) };
}

export function unpackOptimisation(body: Uint8Array): Optimisation {
  return parseWire(gunzipSync(body).toString("utf8")) as Optimisation;
}

/** Its figures are those of the tests; its parameters the latest choice. */
function summaryOf(result: Optimisation, { universe, dataHash }: Searched): ResultSummary {
  const { strategy, settings, folds, outOfSample, verdict, hash } = result;
  const { study, losses, choose, backtest = {} } = settings;
  const last = folds[folds.length - 1];
  return {
    kind: "optimisation",
    strategy: { ...strategy },
    hash,
    dataHash,
    engineVersion: ENGINE_VERSION,
    simulated: backtest.simulated === true,
    exchange: [...new Set(universe.map(({ exchange }) => exchange))].join(", "),
    symbols: universe.map(({ symbol }) => symbol),
    timeframe: backtest.timeframe ?? universe[0].timeframe,
    settings: {
      ...backtest,
      ...{ startMs: folds[0].train.startMs, endMs: last.test.endMs },
      ...{ folds: folds.length, trials: study.trials, seed: study.seed },
      ...{ sampler: study.sampler?.kind, pruner: study.pruner?.kind },
      losses: losses.map(({ kind }) => kind).join(", "),
      ...(losses.length > 1 && { choose }),
    },
    parameters: { ...last.chosen?.parameters },
    metrics: {
      ...outOfSample.figures,
      ...{ tradeCount: outOfSample.trades, efficiency: outOfSample.efficiency },
      ...{ probability: verdict.probability, claimsEdge: verdict.claimsEdge },
    },
    tradeCount: outOfSample.trades,
  };
}
