import { promises as fs } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { candleAt } from "#engine/candles/build.ts";
import { EngineError } from "#engine/core/errors.ts";
import type { ImportOptions, ImportPreview, ImportReport } from "../../contract.ts";
import { isSystemError } from "../disk.ts";
import type { Lake } from "../lake.ts";
import { REPORTED_CONFLICTS } from "../merge.ts";
import { requireSeriesKey } from "../series.ts";
import { readArrow } from "./arrow.ts";
import { readCsv } from "./csv.ts";
import { DIALECTS, type Dialect } from "./dialects.ts";
import { readJson } from "./json.ts";
import { hintsFromPath, pairOf } from "./names.ts";
import { readParquet } from "./parquet.ts";
import type { RawCandles } from "./raw.ts";
import { type Settled, settle } from "./settle.ts";

/** A file on this machine, and the name by which its owner knows it where that is another (an upload). */
export type ImportSource = { file: string; name?: string };

/** Reads a file as an import would, and stores nothing. */
export async function previewImport(
  source: ImportSource,
  options: ImportOptions = {},
): Promise<ImportPreview> {
  const { preview } = await readCandles(source, options);
  return preview;
}

/** Imports candles from a file: all of them, or on any fault none. */
export async function importFile(
  lake: Lake,
  source: ImportSource,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const { preview, candles } = await readCandles(source, options);
  const { exchange, market, symbol, timeframe } = preview;
  if (symbol === null) {
    throw new EngineError(
      "import.no-symbol",
      `${preview.file}: neither the file nor its name tells the symbol. Name it, such as symbol "BTC/USDT" or "AAPL".`,
      { file: preview.file },
    );
  }
  const key = { exchange, market, symbol, timeframe };
  requireSeriesKey(key);
  const merged = await lake.mergeCandles(
    { key, candles, source: DIALECTS[preview.dialect] },
    { onConflict: options.onConflict ?? "keep" },
  );
  const { first: _, ...rest } = preview;
  return {
    ...rest,
    symbol,
    series: merged.series,
    added: merged.added,
    identical: merged.identical,
    replaced: merged.replaced,
    conflictCount: preview.conflictCount + merged.conflictCount,
    conflicts: [...preview.conflicts, ...merged.conflicts].slice(0, REPORTED_CONFLICTS),
    gaps: merged.series.gaps,
  };
}

/** The candles of a file and what was noticed in it, unstored. */
export async function readCandles(
  source: ImportSource,
  options: ImportOptions = {},
): Promise<{ preview: ImportPreview; candles: Settled["candles"] }> {
  const name = source.name ?? path.basename(source.file);
  const hints = hintsFromPath(source.name ?? source.file);
  if (hints.kind !== undefined && hints.kind !== "candles") {
    throw new EngineError(
      "import.not-candles",
      `${name} holds ${hints.kind.replace("_", " ")}, not candles of trades; the lake stores candles.`,
      { file: name, kind: hints.kind },
    );
  }
  const raw = await readRaw(source.file, name, options);
  const symbol =
    options.symbol ?? (raw.symbol === undefined ? hints.symbol : (pairOf(raw.symbol) ?? raw.symbol)) ?? null;
  const exchange = options.exchange ?? hints.exchange ?? raw.exchange ?? "imported";
  const { candles, ...noticed } = settle(
    raw,
    name,
    { symbol: symbol ?? "", exchange },
    { timeframe: options.timeframe ?? hints.timeframe, timestamps: options.timestamps },
  );
  const rows = candles.timestamp.length;
  const preview: ImportPreview = {
    file: name,
    dialect: raw.dialect,
    dialectTitle: DIALECTS[raw.dialect],
    mapping: raw.mapping,
    exchange,
    market: options.market ?? hints.market ?? raw.market ?? "spot",
    symbol,
    timeframe: candles.timeframe,
    rows,
    firstMs: candles.timestamp[0],
    lastMs: candles.timestamp[rows - 1],
    first: Array.from({ length: Math.min(5, rows) }, (_, row) => candleAt(candles, row)),
    ...noticed,
  };
  return { preview, candles };
}

/** Tells the format by the file's first bytes, whatever its name ends in. */
async function readRaw(file: string, name: string, options: ImportOptions): Promise<RawCandles> {
  const bytes = await readBytes(file, name);
  const magic = bytes.subarray(0, 6).toString("latin1");
  const { dialect, map } = options;
  const only = (symbol: string): boolean => symbol === options.symbol || pairOf(symbol) === options.symbol;
  const found = magic.startsWith("PAR1")
    ? "parquet"
    : magic === "ARROW1" || magic.startsWith("\xff\xff\xff\xff")
      ? "arrow"
      : undefined;
  requireDialect(dialect, found);
  if (found === "parquet") return await readParquet(file, name, { map, only });
  if (found === "arrow") return readArrow(bytes, name, { map });
  const text = bytes.toString("utf8");
  if (dialect === "freqtrade-json" || (dialect === undefined && /^\s*[[{]/.test(text)))
    return readJson(text, name);
  return readCsv(text, name, { ...options, only });
}

function requireDialect(given: Dialect | undefined, found: "parquet" | "arrow" | undefined): void {
  const isBinary = given === "parquet" || given === "arrow";
  if (given === undefined || given === found || (found === undefined && !isBinary)) return;
  throw new EngineError(
    "import.wrong-dialect",
    `The file is not ${DIALECTS[given]}${found === undefined ? "" : `; it is ${DIALECTS[found]}`}. Leave the dialect out to have it found out.`,
    { given, found },
  );
}

async function readBytes(file: string, name: string): Promise<Buffer> {
  let bytes: Buffer;
  try {
    bytes = await fs.readFile(file);
  } catch (cause) {
    const isMissing = isSystemError(cause, "ENOENT");
    throw new EngineError(
      isMissing ? "import.no-file" : "import.unreadable",
      isMissing ? `There is no file ${file}.` : `Cannot read ${file}: ${String(cause)}.`,
      { file },
      { cause },
    );
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return await promisify(gunzip)(bytes);
  } catch (cause) {
    throw new EngineError(
      "import.truncated",
      `${name} is not a whole gzip file (${cause instanceof Error ? cause.message : String(cause)}): it was cut off. Get it again.`,
      { file: name },
      { cause },
    );
  }
}
