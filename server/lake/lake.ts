import path from "node:path";
import type { Candles } from "#engine/candles/candles.ts";
import { EngineError, nearestName } from "#engine/core/errors.ts";
import { type Change, type MergeReport, mergeChange, transact } from "./commit.ts";
import { type Disk, realDisk } from "./disk.ts";
import { faultOf, readFiles } from "./files.ts";
import { collectGarbage } from "./garbage.ts";
import { type Manifest, readManifest } from "./manifest.ts";
import type { OnConflict } from "./merge.ts";
import type { Series, SeriesFile } from "./series.ts";

/** Open times in [fromMs, toMs), UTC milliseconds; all of them by default. */
export type TimeRange = { fromMs?: number; toMs?: number };

export type MergeOptions = {
  /** What becomes of a stored candle that is given with other values: it is kept unless this says `"replace"`. */
  onConflict?: OnConflict;
};

export type UniverseOptions = TimeRange & {
  /** `"spot"` by default. */
  market?: string;
  /** Only these; every symbol of exchange, market and timeframe by default. */
  symbols?: readonly string[];
};

/**
 * A folder of Parquet files and the manifest that names them. Files never change; a change of the lake writes
 * new files and then renames a new manifest into place, so a crash at any point leaves the old lake or the new one.
 */
export interface Lake {
  readonly root: string;
  /** Counts the commits: it changes whenever the lake does. */
  version(): Promise<number>;
  /** Every stored series in order of id. */
  series(): Promise<Series[]>;
  /** One series; an unknown id is an error that suggests the nearest. */
  get(id: string): Promise<Series>;
  candles(id: string, range?: TimeRange): Promise<Candles>;
  /** The candles of all symbols (or those named) of an exchange at one timeframe, in order of symbol. */
  universe(exchange: string, timeframe: string, options?: UniverseOptions): Promise<Candles[]>;
  /** Where the file of this SHA-256 lies, or undefined when the lake names no such file. */
  filePath(hash: string): Promise<string | undefined>;
  /** Adds candles to a series, which is made when there is none. */
  mergeCandles(change: Change, options?: MergeOptions): Promise<MergeReport>;
  /** The same for several series at once: all are stored, or none. */
  mergeAll(changes: readonly Change[], options?: MergeOptions): Promise<MergeReport[]>;
  deleteSeries(id: string): Promise<void>;
  /** Removes files that no manifest names and no reader can be reading; returns the bytes freed. */
  collectGarbage(options?: { olderThanMs?: number }): Promise<number>;
  /** Reads every file and returns those that are missing or changed. */
  verify(): Promise<{ id: string; file: SeriesFile; fault: "missing" | "changed" }[]>;
}

/** The lake in this folder; it is made by the first write. */
export function openLake(root: string, { disk = realDisk }: { disk?: Disk } = {}): Lake {
  const manifest = (): Promise<Manifest> => readManifest(root);

  async function candlesOf(id: string, range: TimeRange): Promise<Candles> {
    const series = find(await manifest(), id);
    try {
      return { ...named(series), ...(await readFiles(root, id, series.files, range)) };
    } catch (error) {
      // A commit may have dropped the file since: the new manifest knows its successor.
      const now = find(await manifest(), id);
      if (!(error instanceof EngineError) || error.code !== "lake.missing-file" || isSame(now, series))
        throw error;
      return { ...named(now), ...(await readFiles(root, id, now.files, range)) };
    }
  }

  async function mergeAll(
    changes: readonly Change[],
    { onConflict = "keep" }: MergeOptions = {},
  ): Promise<MergeReport[]> {
    return await transact(root, disk, async (before, written) => {
      let series = before.series;
      const reports: MergeReport[] = [];
      for (const change of changes) {
        const report = await mergeChange(root, { ...before, series }, change, onConflict, written, disk);
        reports.push(report);
        if (report.added === 0 && report.replaced === 0) continue;
        series = [...series.filter(({ id }) => id !== report.series.id), report.series];
      }
      return { series, result: reports };
    });
  }

  return {
    root,
    version: async () => (await manifest()).version,
    series: async () => (await manifest()).series,
    get: async (id) => find(await manifest(), id),
    candles: (id, range = {}) => candlesOf(id, range),
    mergeAll,
    mergeCandles: async (change, options) => (await mergeAll([change], options))[0],
    async universe(exchange, timeframe, { market = "spot", symbols, ...range } = {}) {
      const members = await membersOf(await manifest(), { exchange, timeframe, market, symbols });
      const all: Candles[] = [];
      for (const series of members) all.push(await candlesOf(series.id, range));
      return all;
    },
    async filePath(hash) {
      const files = (await manifest()).series.flatMap((series) => series.files);
      const file = files.find((candidate) => candidate.hash === hash);
      return file && path.join(root, file.path);
    },
    async deleteSeries(id) {
      await transact(root, disk, async (before) => {
        const gone = find(before, id);
        return {
          series: before.series.filter((series) => series !== gone),
          result: undefined,
          dropNow: true,
        };
      });
    },
    collectGarbage: async (options) =>
      await transact(root, disk, async (before) => ({
        series: before.series,
        result: await collectGarbage(root, before, disk, options),
      })),
    async verify() {
      const faults: { id: string; file: SeriesFile; fault: "missing" | "changed" }[] = [];
      for (const { id, files } of (await manifest()).series) {
        for (const file of files) {
          const fault = await faultOf(root, file);
          if (fault !== undefined) faults.push({ id, file, fault });
        }
      }
      return faults;
    },
  };
}

function named({ symbol, timeframe, exchange }: Series): {
  symbol: string;
  timeframe: string;
  exchange: string;
} {
  return { symbol, timeframe, exchange };
}

function isSame(a: Series, b: Series): boolean {
  return a.files.length === b.files.length && a.files.every((file, k) => file.hash === b.files[k].hash);
}

function find(manifest: Manifest, id: string): Series {
  const series = manifest.series.find((candidate) => candidate.id === id);
  if (series !== undefined) return series;
  const nearest = nearestName(
    id,
    manifest.series.map((candidate) => candidate.id),
  );
  throw new EngineError(
    "lake.unknown-series",
    `There is no series "${id}" in the lake` +
      (nearest === undefined
        ? `. It holds ${manifest.series.length} series; import or ingest this one first.`
        : `; did you mean "${nearest}"?`),
    { id, nearest },
  );
}

function membersOf(
  manifest: Manifest,
  wanted: { exchange: string; timeframe: string; market: string; symbols: readonly string[] | undefined },
): Series[] {
  const { exchange, timeframe, market, symbols } = wanted;
  const all = manifest.series.filter(
    (series) => series.exchange === exchange && series.market === market && series.timeframe === timeframe,
  );
  if (all.length === 0) {
    const known = [...new Set(manifest.series.map((s) => `${s.exchange} ${s.market} ${s.timeframe}`))];
    throw new EngineError(
      "lake.empty-universe",
      `The lake holds no candles of ${exchange} ${market} at ${timeframe}; it holds ${known.join(", ") || "nothing"}.`,
      { exchange, market, timeframe, known },
    );
  }
  const bySymbol = new Map(all.map((series) => [series.symbol, series]));
  return (symbols ?? [...bySymbol.keys()]).toSorted().map((symbol) => {
    const series = bySymbol.get(symbol);
    if (series !== undefined) return series;
    const nearest = nearestName(symbol, bySymbol.keys());
    throw new EngineError(
      "lake.unknown-symbol",
      `The lake holds no ${symbol} of ${exchange} ${market} at ${timeframe}` +
        (nearest === undefined
          ? `; it holds ${[...bySymbol.keys()].join(", ")}.`
          : `; did you mean "${nearest}"?`),
      { symbol, exchange, market, timeframe, nearest },
    );
  });
}
