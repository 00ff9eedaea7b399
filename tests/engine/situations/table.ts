import { brackets } from "./brackets.ts";
import { entries } from "./entries.ts";
import type { Situation } from "./situation.ts";
import { trailing } from "./trailing.ts";

/** All situations by family. */
export const families: Readonly<Record<string, readonly Situation[]>> = {
  entries,
  brackets,
  trailing,
};
