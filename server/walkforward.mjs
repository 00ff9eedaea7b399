#!/usr/bin/env node
// The command line from a clone: installs and builds when needed, then hands over to the built program.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { ensureInstalled, root } from "./setup/install.mjs";

ensureInstalled();
const { register } = await import("tsx/esm/api");
register();
const { buildIfNeeded } = await import("./setup/build.ts");
// Only the workbench's pages need the whole build; the other commands start from the server's half.
const needsPages = ["serve", "notebook"].includes(process.argv[2] ?? "");
await buildIfNeeded(needsPages ? ["server", "workbench"] : ["server"]);
const child = spawn(
  process.execPath,
  ["--enable-source-maps", join(root, "build/server/main.js"), ...process.argv.slice(2)],
  {
    stdio: "inherit",
  },
);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal ? 130 : (code ?? 1)));
