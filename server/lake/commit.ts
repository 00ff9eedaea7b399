import { promises as fs } from "node:fs";
import path from "node:path";
import { lowerBound, newColumns } from "#engine/candles/build.ts";
import type { CandleColumns } from "#engine/candles/candles.ts";
import { EngineError } from "#engine/core/errors.ts";
import { closeTime } from "#engine/core/timeframe.ts";
import { countGaps, sliceColumns } from "./columns.ts";
import { type Disk, isSystemError, writeFailure } from "./disk.ts";
import { readFiles, storeFile } from "./files.ts";
import { collectGarbage, GRACE_MS } from "./garbage.ts";
import { withLock } from "./lock.ts";
import { type Manifest, readManifest, writeManifest } from "./manifest.ts";
import {
  type Conflict,
  mergeColumns,
  type OnConflict,
  REPORTED_CONFLICTS,
  requireOpenTimes,
} from "./merge.ts";
import {
  filePeriod,
  keepsSessions,
  periodOf,
  requireSeriesKey,
  type Series,
  type SeriesFile,
  type SeriesKey,
  seriesId,
} from "./series.ts";

/** Candles to be stored, with what the manifest says about them. */
export type Change = {
  key: SeriesKey;
  candles: CandleColumns;
  /** True for made-up data. */
  simulated?: boolean;
  /** Where the rows come from, in words; kept in the manifest. */
  source: string;
};

export type MergeReport = {
  series: Series;
  /** Candles that were not stored before. */
  added: number;
  /** Candles given again with the values that are stored. */
  identical: number;
  /** Candles given with other values than stored ones. */
  conflictCount: number;
  /** The first hundred of them. */
  conflicts: Conflict[];
  /** Stored candles that the given ones replaced: all conflicts with `onConflict: "replace"`, else none. */
  replaced: number;
};

/** What a change makes of the manifest's series; the same array means that there is nothing to commit. */
export type Outcome<T> = {
  series: Series[];
  result: T;
  /** Removes dropped files at once, not after the grace time: for what a user deletes. */
  dropNow?: boolean;
};

type ChangeManifest<T> = (manifest: Manifest, written: string[]) => Promise<Outcome<T>>;

/** Runs `change` on the manifest under the lake's lock and commits what it returns; on failure nothing changes. */
export async function transact<T>(root: string, disk: Disk, change: ChangeManifest<T>): Promise<T> {
  try {
    await disk.makeFolder(root);
    return await withLock(path.join(root, "lake.lock"), () => commit(root, disk, change));
  } catch (error) {
    throw isDiskFailure(error) ? writeFailure(error, root) : error;
  }
}

async function commit<T>(root: string, disk: Disk, change: ChangeManifest<T>): Promise<T> {
  const before = await readManifest(root);
  const written: string[] = [];
  const named = namesOf(before.series);
  let after: Manifest;
  let outcome: Outcome<T>;
  try {
    outcome = await change(before, written);
    if (outcome.series === before.series) return outcome.result;
    after = { format: 1, version: before.version + 1, series: outcome.series };
    await writeManifest(root, after, disk);
  } catch (error) {
    for (const file of written) if (!named.has(file)) await fs.rm(path.join(root, file), { force: true });
    throw error;
  }
  await retire(root, before, after, disk, outcome.dropNow ? 0 : GRACE_MS);
  return outcome.result;
}

/** Starts the grace time of files that were dropped by a commit, and ends it for older ones beside them. */
async function retire(
  root: string,
  before: Manifest,
  after: Manifest,
  disk: Disk,
  olderThanMs: number,
): Promise<void> {
  const kept = namesOf(after.series);
  const dropped = [...namesOf(before.series)].filter((file) => !kept.has(file));
  if (dropped.length === 0) return;
  // The commit stands: what goes wrong here costs disk space until the next collection, not data.
  try {
    for (const file of dropped) await disk.touch(path.join(root, file));
    const folders = [...new Set(dropped.map((file) => path.posix.dirname(file)))];
    await collectGarbage(root, after, disk, { folders, olderThanMs });
  } catch (error) {
    if (!isDiskFailure(error)) throw error;
  }
}

function namesOf(series: readonly Series[]): Set<string> {
  return new Set(series.flatMap(({ files }) => files.map((file) => file.path)));
}

function isDiskFailure(error: unknown): boolean {
  return (
    !(error instanceof EngineError) &&
    error instanceof Error &&
    (isSystemError(error, ...DISK_CODES) || /IO Error/.test(error.message))
  );
}

const DISK_CODES = ["ENOSPC", "EDQUOT", "EACCES", "EPERM", "EROFS", "EIO", "ENOTDIR", "EMFILE", "ENOENT"];

/** Merges candles into one series of the manifest: the periods they touch get new files, the others keep theirs. */
export async function mergeChange(
  root: string,
  manifest: Manifest,
  change: Change,
  onConflict: OnConflict,
  written: string[],
  disk: Disk,
): Promise<MergeReport> {
  const { key, candles } = change;
  requireSeriesKey(key);
  requireOpenTimes(candles.timestamp);
  const id = seriesId(key);
  const stored = manifest.series.find((series) => series.id === id);
  const simulated = change.simulated ?? stored?.simulated ?? false;
  requireSameOrigin(id, stored, simulated);
  if (candles.timestamp.length === 0 && stored === undefined) {
    throw new EngineError("lake.no-candles", `${id}: there are no candles to store.`, { id });
  }
  const files = new Map((stored?.files ?? []).map((file) => [file.period, file]));
  const report = { added: 0, identical: 0, conflictCount: 0, replaced: 0, conflicts: [] as Conflict[] };
  for (const [period, part] of splitByPeriod(candles, key.timeframe)) {
    const old = files.get(period);
    const merged = mergeColumns(old ? await readFiles(root, id, [old]) : newColumns(0), part, onConflict);
    const replaced = onConflict === "replace" ? merged.conflictCount : 0;
    report.added += merged.added;
    report.identical += merged.identical;
    report.conflictCount += merged.conflictCount;
    report.replaced += replaced;
    report.conflicts.push(...merged.conflicts.slice(0, REPORTED_CONFLICTS - report.conflicts.length));
    if (merged.added === 0 && replaced === 0) continue;
    const file = await storeFile(root, key, period, merged.columns, disk);
    written.push(file.path);
    files.set(period, file);
  }
  if (stored !== undefined && report.added === 0 && report.replaced === 0)
    return { series: stored, ...report };
  const source = joinSources(stored?.source, change.source);
  return { series: describe(key, [...files.values()], simulated, source), ...report };
}

/** Made-up rows must never hide among real ones. */
function requireSameOrigin(id: string, stored: Series | undefined, simulated: boolean): void {
  if (stored === undefined || stored.simulated === simulated) return;
  const [there, given] = stored.simulated ? ["simulated", "real"] : ["real", "simulated"];
  throw new EngineError(
    "lake.simulated-mismatch",
    `${id} holds ${there} candles and cannot take in ${given} ones. Store them under another exchange, or delete the series first.`,
    { id, stored: there, given },
  );
}

function splitByPeriod(candles: CandleColumns, timeframe: string): [period: string, part: CandleColumns][] {
  const parts: [string, CandleColumns][] = [];
  const { timestamp } = candles;
  const span = filePeriod(timeframe);
  for (let from = 0; from < timestamp.length; ) {
    const to = span === null ? timestamp.length : lowerBound(timestamp, closeTime(timestamp[from], span));
    parts.push([periodOf(timestamp[from], timeframe), sliceColumns(candles, from, to)]);
    from = to;
  }
  return parts;
}

function joinSources(stored: string | undefined, given: string): string {
  if (stored === undefined || stored === given) return given;
  return stored.split("; ").includes(given) ? stored : `${stored}; ${given}`;
}

function describe(key: SeriesKey, files: SeriesFile[], simulated: boolean, source: string): Series {
  files.sort((a, b) => a.firstMs - b.firstMs);
  const gaps = { count: 0, missing: 0 };
  files.forEach((file, k) => {
    const seam =
      k === 0 || keepsSessions(key.market)
        ? { count: 0, missing: 0 }
        : countGaps([files[k - 1].lastMs, file.firstMs], key.timeframe);
    gaps.count += file.gaps.count + seam.count;
    gaps.missing += file.gaps.missing + seam.missing;
  });
  return {
    id: seriesId(key),
    kind: "candles",
    exchange: key.exchange,
    market: key.market,
    symbol: key.symbol,
    timeframe: key.timeframe,
    rows: files.reduce((sum, file) => sum + file.rows, 0),
    firstMs: files[0].firstMs,
    lastMs: files[files.length - 1].lastMs,
    gaps,
    simulated,
    source,
    files,
  };
}
