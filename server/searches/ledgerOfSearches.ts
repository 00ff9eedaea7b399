import { join } from "node:path";
import { slug } from "../notebooks/slug.ts";
import { LEDGER_SUFFIX } from "../trials/ledgerFile.ts";

/** Where searches outside a notebook are kept. */
export function searchesFolder(home: string): string {
  return join(home, "searches");
}

/**
 * The ledger of the searches of a strategy: one for its name, so that what was tried of it before it was changed goes on
 * counting.
 */
export function ledgerOfSearches(home: string, strategy: string): string {
  return join(searchesFolder(home), slug(strategy) + LEDGER_SUFFIX);
}
