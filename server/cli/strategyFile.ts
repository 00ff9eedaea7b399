import { readFile } from "node:fs/promises";
import { EngineError } from "#engine/core/errors.ts";
import { moduleText } from "../runs/moduleText.ts";

/** A strategy's file of one's own, `.ts` or `.js`, as the module text that is hashed and linked. */
export async function readStrategyFile(path: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new EngineError(
      isMissing ? "strategy.no-file" : "strategy.unreadable",
      isMissing ? `There is no file ${path}.` : `Cannot read ${path}: ${(cause as Error).message}.`,
      { path },
      { cause },
    );
  }
  return moduleText(text, path);
}
