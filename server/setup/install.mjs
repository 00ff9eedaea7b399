// Runs before anything is installed: Node's own modules only, and plain JavaScript for the same reason.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** What Vite and its bundler ask for: the first versions of each line that load ES modules by `require`. */
const MINIMUM_NODE = { 20: 19, 22: 12 };

/** Installs the locked packages unless this very lock file has been installed here before. */
export function ensureInstalled() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (!(major > 22 || minor >= MINIMUM_NODE[major])) {
    console.error(
      `Walkforward needs Node.js 20.19, or 22.12 or newer; this is ${process.versions.node}. ` +
        "Install a current version from https://nodejs.org and run the command again.",
    );
    process.exit(3);
  }
  const stampFile = join(root, "node_modules", ".walkforward-installed");
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted) return;
  console.error("Installing packages (once; about a minute) …");
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    // npm's own words go to stderr, so that a command's --json output stays clean.
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (npm.status !== 0) {
    console.error(
      "npm ci did not finish. Its message stands above: most often the network or a proxy is in the way. " +
        "Nothing else was changed; run the same command again.",
    );
    process.exit(3);
  }
  writeFileSync(stampFile, wanted);
}

/** Runs one of the project's TypeScript programs and ends with its exit code; signals are passed on. */
export async function runTypeScript(file, args) {
  const { spawn } = await import("node:child_process");
  const child = spawn(process.execPath, ["--import", "tsx", join(root, file), ...args], {
    cwd: root,
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(signal ? 130 : (code ?? 1)));
}
