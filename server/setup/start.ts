import { spawn } from "node:child_process";
import { join } from "node:path";
import { buildIfNeeded } from "./build.ts";
import { root } from "./install.mjs";

await buildIfNeeded();
const child = spawn(
  process.execPath,
  ["--enable-source-maps", join(root, "build/server/main.js"), "serve", "--open", ...process.argv.slice(2)],
  { stdio: "inherit" },
);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal ? 130 : (code ?? 1)));
