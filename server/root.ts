import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The folder of the package, found upwards from this file, so that it is the same whether the server runs from
 * its sources or from `build/server`.
 */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && readManifest(manifest).name === "walkforward") return folder;
    const parent = dirname(folder);
    if (parent === folder) throw new Error("walkforward's own package.json was not found above its program.");
    folder = parent;
  }
}

export function packageVersion(): string {
  return readManifest(join(packageRoot(), "package.json")).version ?? "0.0.0";
}

/** Where a person's lake, notebooks and runs live: `WALKFORWARD_HOME`, else `~/.walkforward`. */
export function homeFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env.WALKFORWARD_HOME ? resolve(env.WALKFORWARD_HOME) : join(homedir(), ".walkforward");
}

function readManifest(file: string): { name?: string; version?: string } {
  return JSON.parse(readFileSync(file, "utf8"));
}
