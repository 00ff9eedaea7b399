import { moduleText } from "../runs/moduleText.ts";
import { readText } from "./readText.ts";

/** A strategy's file of one's own, `.ts` or `.js`, as the module text that is hashed and linked. */
export async function readStrategyFile(path: string): Promise<string> {
  return moduleText(await readText(path, "strategy"), path);
}
