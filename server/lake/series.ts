import { EngineError } from "#engine/core/errors.ts";
import { isoMonth } from "#engine/core/isoTime.ts";
import { DAY_MS, HOUR_MS, timeframeMs } from "#engine/core/timeframe.ts";
import type { SeriesFile as ListedFile, Series as ListedSeries } from "../contract.ts";

/** One immutable Parquet file of a series. Its name carries its hash, so a path never changes its meaning. */
export type SeriesFile = ListedFile & {
  /** Path below the lake's root, with forward slashes. */
  path: string;
  /** Holes between the candles of this file; holes between files follow from `lastMs` and `firstMs`. */
  gaps: GapCount;
};

/** One stored series; `files` are in order of time and do not overlap. */
export type Series = Omit<ListedSeries, "files"> & { files: SeriesFile[] };

/** Runs of absent candles, and the absent candles in them. */
export type GapCount = { count: number; missing: number };

/** What names a series. */
export type SeriesKey = { exchange: string; market: string; symbol: string; timeframe: string };

/**
 * Markets that keep sessions: an absent candle there is a night, a weekend or a holiday, which the lake
 * cannot tell from a hole, so it counts none.
 */
const SESSION_MARKETS: ReadonlySet<string> = new Set(["equity", "index", "forex", "futures"]);

export function keepsSessions(market: string): boolean {
  return SESSION_MARKETS.has(market);
}

/** `"binance/spot/BTC/USDT/1h"`: the first two and the last part hold no slash, the symbol may. */
export function seriesId(key: SeriesKey): string {
  return `${key.exchange}/${key.market}/${key.symbol}/${key.timeframe}`;
}

/** Refuses names that could not stand in an id or on a disk. */
export function requireSeriesKey(key: SeriesKey): void {
  for (const part of ["exchange", "market"] as const) {
    if (!/^[a-z0-9][a-z0-9_-]{0,63}$/.test(key[part])) {
      throw new EngineError(
        "lake.bad-series-key",
        `${part} "${key[part]}" cannot name a series; expected lower-case letters, digits, "-" and "_", such as "${part === "exchange" ? "binance" : "spot"}".`,
        { part, given: key[part] },
      );
    }
  }
  if (
    !/^[^\s/\\.][^\\]{0,63}$/.test(key.symbol) ||
    key.symbol.split("/").some((part) => part.trim() === "")
  ) {
    throw new EngineError(
      "lake.bad-series-key",
      `symbol "${key.symbol}" cannot name a series; expected a name such as "BTC/USDT" or "AAPL".`,
      { part: "symbol", given: key.symbol },
    );
  }
  timeframeMs(key.timeframe);
}

/** The folder of a series below the lake's root, in the Hive style that DuckDB and others read. */
export function seriesFolder(key: SeriesKey): string {
  return [
    "kind=candles",
    `exchange=${encodeURIComponent(key.exchange)}`,
    `market=${encodeURIComponent(key.market)}`,
    `symbol=${encodeURIComponent(key.symbol)}`,
    `timeframe=${encodeURIComponent(key.timeframe)}`,
  ].join("/");
}

/**
 * What span of time one file of a timeframe holds: a month below 1h, a year below 1d, everything (null) from 1d
 * on. Twenty years of daily bars by month would be 240 files of 20 rows.
 */
export function filePeriod(timeframe: string): "1M" | "1y" | null {
  const length = timeframeMs(timeframe);
  if (length >= DAY_MS) return null;
  return length >= HOUR_MS ? "1y" : "1M";
}

/** The name of the period whose file holds the candle that opens at `timestamp`: `"2024-01"`, `"2024"`, `"all"`. */
export function periodOf(timestamp: number, timeframe: string): string {
  const period = filePeriod(timeframe);
  if (period === null) return "all";
  return period === "1M" ? isoMonth(timestamp) : isoMonth(timestamp).slice(0, 4);
}
