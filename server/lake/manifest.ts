import { promises as fs } from "node:fs";
import path from "node:path";
import { EngineError } from "#engine/core/errors.ts";
import type { Disk } from "./disk.ts";
import { isSystemError } from "./disk.ts";
import type { Series } from "./series.ts";

/** What the lake holds. Renaming a new manifest over the old one is the commit. */
export type Manifest = {
  /** Format of this file. */
  format: 1;
  /** Counts the commits; a writer that finds another number than it started from must not commit. */
  version: number;
  /** In order of id. */
  series: Series[];
};

export const MANIFEST = "manifest.json";

export async function readManifest(root: string): Promise<Manifest> {
  const file = path.join(root, MANIFEST);
  let text: string;
  try {
    text = await fs.readFile(file, "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return { format: 1, version: 0, series: [] };
    throw new EngineError(
      "lake.unreadable",
      `Cannot read ${file}: ${String(error)}`,
      { file },
      { cause: error },
    );
  }
  return parseManifest(text, file);
}

function parseManifest(text: string, file: string): Manifest {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(text) as Manifest;
  } catch (cause) {
    throw new EngineError(
      "lake.bad-manifest",
      `${file} is not valid JSON. It is written by Walkforward alone; restore it from a backup, or move the folder away and import again.`,
      { file },
      { cause },
    );
  }
  if (manifest.format !== 1 || !Array.isArray(manifest.series)) {
    throw new EngineError(
      "lake.bad-manifest",
      `${file} has format ${JSON.stringify(manifest.format)}; this version of Walkforward reads format 1. Update Walkforward, or point WALKFORWARD_HOME at another folder.`,
      { file, format: manifest.format },
    );
  }
  return manifest;
}

/** Commits: writes the manifest beside the old one, waits for the disk, renames it over the old one. */
export async function writeManifest(root: string, manifest: Manifest, disk: Disk): Promise<void> {
  const file = path.join(root, MANIFEST);
  const draft = `${file}.${process.pid}.tmp`;
  const series = [...manifest.series].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  try {
    await disk.write(draft, JSON.stringify({ ...manifest, series }, null, 1) + "\n");
    await disk.rename(draft, file);
  } catch (error) {
    await fs.rm(draft, { force: true });
    throw error;
  }
}
