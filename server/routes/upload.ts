import { randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";
import type { Context } from "hono";
import { EngineError } from "#engine/core/errors.ts";
import type { ImportOptions } from "../contract.ts";
import type { ImportSource } from "../lake/import/importFile.ts";
import { importOptions } from "../lake/importOptions.ts";

/**
 * A file that came as `multipart/form-data` (`file`, and `options` as JSON) while `work` reads it: it lies under
 * a name of ours, so that the name its owner gave it never becomes a path.
 */
export async function withUpload<T>(
  c: Context,
  folder: string,
  work: (source: ImportSource, options: ImportOptions) => Promise<T>,
): Promise<T> {
  const { file, options } = await parts(c);
  await mkdir(folder, { recursive: true });
  const path = join(folder, `upload-${randomUUID()}`);
  try {
    await writeFile(path, Readable.fromWeb(file.stream() as NodeReadableStream), { flag: "wx" });
    return await work({ file: path, name: plainName(file.name) }, options);
  } finally {
    await rm(path, { force: true });
  }
}

async function parts(c: Context): Promise<{ file: File; options: ImportOptions }> {
  let form: FormData;
  try {
    form = await c.req.formData();
  } catch (cause) {
    throw invalid("The body is not multipart/form-data with a file.", cause);
  }
  const file = form.get("file");
  if (!(file instanceof File)) throw invalid('The form has no file named "file".');
  const given = form.get("options");
  let options: unknown = {};
  try {
    if (typeof given === "string") options = JSON.parse(given);
  } catch (cause) {
    throw invalid('The form\'s "options" are not JSON.', cause);
  }
  return { file, options: importOptions.parse(options) };
}

/** The last part of the name; some browsers and programs send a whole path. */
function plainName(name: string): string {
  return name.split(/[\\/]/).at(-1)?.slice(0, 255) || "file";
}

function invalid(message: string, cause?: unknown): EngineError {
  return new EngineError("request.invalid", message, {}, { cause });
}
