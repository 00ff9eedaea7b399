import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { EngineError } from "#engine/core/errors.ts";

/** The text of a file that was named on the command line; `what` begins the error's code, `"notebook"`. */
export async function readText(file: string, what: "notebook" | "strategy" | "space"): Promise<string> {
  const path = resolve(file);
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new EngineError(
      `${what}.${isMissing ? "no-file" : "unreadable"}`,
      isMissing ? `There is no file ${path}.` : `Cannot read ${path}: ${(cause as Error).message}.`,
      { path },
      { cause },
    );
  }
}
