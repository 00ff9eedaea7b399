import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Cancel, throwIfCanceled } from "#engine/core/cancel.ts";
import type { Change } from "#server/lake/commit.ts";
import { readCandles } from "#server/lake/import/importFile.ts";
import type { Lake } from "#server/lake/lake.ts";
import { type SeriesKey, seriesId } from "#server/lake/series.ts";
import { MARKETS } from "./markets.ts";
import {
  SIMULATED_EXCHANGE,
  SIMULATED_TIMEFRAME,
  type Simulation,
  simulateUniverse,
} from "./simulatedUniverse.ts";

/** Raise it with every change of the simulation: the stored candles are then made anew. */
const SIMULATION_VERSION = 1;
const SIMULATION_SOURCE = `Simulated: made up by datasets/simulatedUniverse.ts, version ${SIMULATION_VERSION}, seed 1`;

/** A bundled series and how its candles are made; the source text tells whether the stored ones are current. */
type Sample = { key: SeriesKey; source: string; make: () => Promise<Change> };

export type SamplesProgress = { done: number; total: number; message: string };

export type EnsureSamplesOptions = { onProgress?: (progress: SamplesProgress) => void; cancel?: Cancel };

/**
 * Puts the bundled data into the lake: those series that are missing, or were made by an older version. Each
 * series is one commit, so that a run that was broken off goes on where it stopped. Returns the ids that it made.
 */
export async function ensureSamples(
  lake: Lake,
  { onProgress, cancel }: EnsureSamplesOptions = {},
): Promise<string[]> {
  const stored = new Map((await lake.series()).map((series) => [series.id, series.source]));
  const wanted = missing(stored);
  const made: string[] = [];
  for (const { key, make } of wanted) {
    throwIfCanceled(cancel);
    const id = seriesId(key);
    onProgress?.({ done: made.length, total: wanted.length, message: `${key.symbol} ${key.timeframe}` });
    const change = await make();
    if (stored.has(id)) await lake.deleteSeries(id);
    await lake.mergeCandles(change);
    made.push(id);
  }
  if (made.length > 0)
    onProgress?.({ done: made.length, total: made.length, message: "Bundled data are in the lake" });
  return made;
}

/** The ids of the bundled series that `ensureSamples` would make. */
export async function missingSamples(lake: Lake): Promise<string[]> {
  const stored = new Map((await lake.series()).map((series) => [series.id, series.source]));
  return missing(stored).map(({ key }) => seriesId(key));
}

function missing(stored: ReadonlyMap<string, string>): Sample[] {
  // A series into which someone imported more keeps its first source among others.
  return bundledSamples().filter(
    ({ key, source }) => !stored.get(seriesId(key))?.split("; ").includes(source),
  );
}

function bundledSamples(): Sample[] {
  let simulation: Simulation | undefined;
  const simulated = MARKETS.map(({ symbol }): Sample => {
    const key = { exchange: SIMULATED_EXCHANGE, market: "spot", symbol, timeframe: SIMULATED_TIMEFRAME };
    const make = async (): Promise<Change> => {
      simulation ??= simulateUniverse();
      return { key, candles: simulation.candles(symbol), simulated: true, source: SIMULATION_SOURCE };
    };
    return { key, source: SIMULATION_SOURCE, make };
  });
  return [...simulated, ...DAILY_BARS.map(dailySample)];
}

type DailyBars = { symbol: string; market: string; source: string; file: () => string };

const require = createRequire(import.meta.url);

/** Real daily bars that come with packages which this project uses anyway; see README.md for where they come from. */
const DAILY_BARS: readonly DailyBars[] = [
  {
    symbol: "AAPL",
    market: "equity",
    source: "Yahoo Finance, by way of @observablehq/sample-datasets 1.0.1 (aapl.csv)",
    file: () => require.resolve("@observablehq/sample-datasets/aapl.csv"),
  },
  {
    symbol: "SPX",
    market: "index",
    source: "Yahoo Finance, by way of vega-datasets 3.2.1 (sp500-2000.csv)",
    // The package exports its program only; the data lie in the folder beside it.
    file: () =>
      path.join(path.dirname(fileURLToPath(import.meta.resolve("vega-datasets"))), "../data/sp500-2000.csv"),
  },
];

function dailySample({ symbol, market, source, file }: DailyBars): Sample {
  const key = { exchange: "sample", market, symbol, timeframe: "1d" };
  const make = async (): Promise<Change> => ({
    key,
    candles: (await readCandles({ file: file() }, key)).candles,
    source,
  });
  return { key, source, make };
}
