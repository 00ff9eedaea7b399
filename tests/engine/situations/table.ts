import { brackets } from "./brackets.ts";
import { costs } from "./costs.ts";
import { entries } from "./entries.ts";
import { lifecycle } from "./lifecycle.ts";
import { limits } from "./limits.ts";
import type { Situation } from "./situation.ts";
import { trailing } from "./trailing.ts";

/** All situations by family. */
export const families: Readonly<Record<string, readonly Situation[]>> = {
  entries,
  brackets,
  trailing,
  "an order's life": lifecycle,
  costs,
  limits,
};
