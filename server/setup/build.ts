import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { root } from "./install.mjs";

export type BuildPart = "server" | "workbench";

/** What each half is made from: a change in any of these files makes it out of date. */
const SOURCES: Record<BuildPart, string[]> = {
  server: [
    "engine",
    "server",
    "datasets",
    "workbench/src/runtime",
    "workbench/src/data/tableNames.ts",
    "package-lock.json",
  ],
  workbench: [
    "engine",
    "workbench/src",
    "workbench/index.html",
    "workbench/frame.html",
    "workbench/compute.html",
    "workbench/svelte.config.js",
    "server/contract.ts",
    "vite.config.ts",
    "package-lock.json",
  ],
};

const BUILDERS: Record<BuildPart, () => Promise<void>> = { server: buildServer, workbench: buildWorkbench };

/** Builds the parts whose sources changed since their last build; quick when nothing did. */
export async function buildIfNeeded(parts: BuildPart[] = ["server", "workbench"]): Promise<void> {
  for (const part of parts) {
    const stampFile = join(root, "build", `${part}.stamp`);
    const wanted = sourcesHash(SOURCES[part]);
    if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted) continue;
    console.error(`Building the ${part} …`);
    await BUILDERS[part]();
    mkdirSync(join(root, "build"), { recursive: true });
    writeFileSync(stampFile, wanted);
  }
}

async function buildServer(): Promise<void> {
  const { build } = await import("esbuild");
  await build({
    absWorkingDir: root,
    entryPoints: { main: "server/main.ts", worker: "server/jobs/worker.ts" },
    outdir: "build/server",
    bundle: true,
    // Packages stay in node_modules: several carry native parts or are loaded only when used.
    packages: "external",
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: true,
    logLevel: "warning",
  });
}

async function buildWorkbench(): Promise<void> {
  const { build } = await import("vite");
  await build({ configFile: join(root, "vite.config.ts"), logLevel: "warn" });
  compressLarge(join(root, "build", "workbench"));
}

/** Precompresses what the server would otherwise compress on every cold load (DuckDB is 34 MB plain). */
function compressLarge(folder: string): void {
  for (const file of files(folder)) {
    if (!/\.(js|css|wasm|html|svg|map)$/.test(file) || statSync(file).size < 10_000) continue;
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 6 }));
  }
}

function sourcesHash(paths: string[]): string {
  const hash = createHash("sha256");
  for (const path of paths) {
    for (const file of files(join(root, path))) {
      hash.update(relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
    }
  }
  return hash.digest("hex");
}

function files(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => files(join(path, entry.name)));
}

if (process.argv[1]?.endsWith("build.ts")) await buildIfNeeded();
