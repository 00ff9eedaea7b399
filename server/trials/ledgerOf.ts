import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { packageRoot } from "../root.ts";
import { ledgerBeside } from "./ledgerFile.ts";

/**
 * Where the ledger of a notebook's file lies: beside it; for a sample that comes with the program, and is only ever
 * read, among one's own notebooks, where the workbench keeps it too.
 */
export function ledgerOf(notebook: string, home: string): string {
  const samples = realpathSync(join(packageRoot(), "notebooks"));
  const isSample = realpathSync(dirname(notebook)) === samples;
  return isSample ? join(home, "notebooks", basename(ledgerBeside(notebook))) : ledgerBeside(notebook);
}
