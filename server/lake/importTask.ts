import type { ImportOptions, ImportPreview, ImportReport } from "../contract.ts";
import type { TaskContext } from "../jobs/messages.ts";
import { type ImportSource, importFile, previewImport } from "./import/importFile.ts";
import { openLake } from "./lake.ts";

export type ImportTaskInput = { lakeRoot: string; source: ImportSource; options: ImportOptions };

/** Imports one file in a worker; the merge is one commit, so there is nothing to cancel halfway. */
export async function importTask(
  { lakeRoot, source, options }: ImportTaskInput,
  { progress }: TaskContext,
): Promise<ImportReport> {
  progress({ done: 0, total: null, message: `Reading ${source.name ?? source.file}` });
  return importFile(openLake(lakeRoot), source, options);
}

export type PreviewTaskInput = { source: ImportSource; options: ImportOptions };

/** Reads a file as an import would and stores nothing. */
export function previewTask({ source, options }: PreviewTaskInput): Promise<ImportPreview> {
  return previewImport(source, options);
}
