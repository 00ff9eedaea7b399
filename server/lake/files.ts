import { createHash, randomUUID } from "node:crypto";
import { promises as fs } from "node:fs";
import path from "node:path";
import { lowerBound, newColumns } from "#engine/candles/build.ts";
import type { CandleColumns } from "#engine/candles/candles.ts";
import { EngineError } from "#engine/core/errors.ts";
import { readCandleFiles } from "./candleFile.ts";
import { countGaps, sliceColumns } from "./columns.ts";
import { type Disk, isSystemError } from "./disk.ts";
import { writeCandleFile } from "./duckdb.ts";
import { keepsSessions, type SeriesFile, type SeriesKey, seriesFolder } from "./series.ts";

/** Where files grow before they are renamed into place; on the lake's own disk, so that renaming is atomic. */
export const DRAFTS = "drafts";

/** Writes candles of one period as a file of the lake, under a name that carries its content's hash. */
export async function storeFile(
  root: string,
  key: SeriesKey,
  period: string,
  columns: CandleColumns,
  disk: Disk,
): Promise<SeriesFile> {
  const drafts = path.join(root, DRAFTS);
  const draft = path.join(drafts, `${process.pid}-${randomUUID()}.parquet`);
  const folder = seriesFolder(key);
  await disk.makeFolder(drafts);
  await disk.makeFolder(path.join(root, folder));
  try {
    await writeCandleFile(draft, columns);
    await disk.flush(draft);
    const bytes = await fs.readFile(draft);
    const hash = createHash("sha256").update(bytes).digest("hex");
    const file = `${folder}/${period}.${hash}.parquet`;
    await disk.rename(draft, path.join(root, file));
    const { timestamp } = columns;
    return {
      period,
      hash,
      path: file,
      rows: timestamp.length,
      firstMs: timestamp[0],
      lastMs: timestamp[timestamp.length - 1],
      bytes: bytes.length,
      gaps: keepsSessions(key.market) ? { count: 0, missing: 0 } : countGaps(timestamp, key.timeframe),
    };
  } catch (error) {
    await fs.rm(draft, { force: true });
    throw error;
  }
}

/** Candles with open time in [fromMs, toMs) out of files in order of time. */
export async function readFiles(
  root: string,
  id: string,
  files: readonly SeriesFile[],
  { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = {},
): Promise<CandleColumns> {
  const wanted = files.filter((file) => file.lastMs >= fromMs && file.firstMs < toMs);
  if (wanted.length === 0) return newColumns(0);
  const columns = await readOrExplain(root, id, wanted);
  const from = lowerBound(columns.timestamp, fromMs);
  const to = lowerBound(columns.timestamp, toMs);
  return from === 0 && to === columns.timestamp.length ? columns : sliceColumns(columns, from, to);
}

async function readOrExplain(root: string, id: string, files: readonly SeriesFile[]): Promise<CandleColumns> {
  try {
    return await readCandleFiles(
      files.map(({ path: name, rows }) => ({ file: path.join(root, name), rows })),
    );
  } catch (cause) {
    // Something is wrong with one of them: look at each, so that the message names it.
    for (const file of files) {
      const fault = await faultOf(root, file);
      if (fault !== undefined) throw corrupt(root, id, file, fault, cause);
    }
    throw cause;
  }
}

/** What is wrong with a file of the lake, or undefined when its bytes are the ones that were written. */
export async function faultOf(root: string, file: SeriesFile): Promise<"missing" | "changed" | undefined> {
  try {
    const bytes = await fs.readFile(path.join(root, file.path));
    return createHash("sha256").update(bytes).digest("hex") === file.hash ? undefined : "changed";
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return "missing";
    throw error;
  }
}

function corrupt(root: string, id: string, file: SeriesFile, fault: string, cause: unknown): EngineError {
  const full = path.join(root, file.path);
  return new EngineError(
    fault === "missing" ? "lake.missing-file" : "lake.corrupt-file",
    `${id}: the file for ${file.period} ${fault === "missing" ? "is missing" : "does not hold what was written (its SHA-256 differs)"}: ${full}. ` +
      "Restore it from a backup, or delete the series and import or ingest it again.",
    { id, period: file.period, path: full },
    { cause },
  );
}
