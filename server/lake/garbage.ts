import { promises as fs } from "node:fs";
import path from "node:path";
import { type Disk, isSystemError } from "./disk.ts";
import { DRAFTS } from "./files.ts";
import type { Manifest } from "./manifest.ts";

/**
 * How long a file outlives the commit that dropped it, so that a reader who has just read the older manifest
 * still finds it.
 */
export const GRACE_MS = 10 * 60_000;

/**
 * Removes the Parquet files below `folders` (of the lake's root) that the manifest does not name, once they are
 * older than `olderThanMs`, and drafts that a crash left. Returns the bytes that were freed. To be called under
 * the lake's lock: a writer's new files are named by no manifest until it commits.
 */
export async function collectGarbage(
  root: string,
  manifest: Manifest,
  disk: Disk,
  {
    folders = ["kind=candles"],
    olderThanMs = GRACE_MS,
  }: { folders?: readonly string[]; olderThanMs?: number } = {},
): Promise<number> {
  const named = new Set(manifest.series.flatMap((series) => series.files.map((file) => file.path)));
  let freed = 0;
  for (const folder of [...folders, DRAFTS]) {
    for (const file of await filesBelow(root, folder)) {
      if (named.has(file) || !file.endsWith(".parquet")) continue;
      const full = path.join(root, file);
      const stat = await fs.stat(full).catch(() => undefined);
      if (stat === undefined || Date.now() - stat.mtimeMs < (folder === DRAFTS ? GRACE_MS : olderThanMs))
        continue;
      await disk.remove(full);
      freed += stat.size;
    }
  }
  return freed;
}

async function filesBelow(root: string, folder: string): Promise<string[]> {
  try {
    const entries = await fs.readdir(path.join(root, folder), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, "/"));
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return [];
    throw error;
  }
}
