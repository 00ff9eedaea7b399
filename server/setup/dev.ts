import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { root } from "./install.mjs";

/**
 * `npm run dev`: the API under `tsx watch` and the pages under Vite, one token for both. Open Vite's address;
 * it passes `/api` on.
 */
const env = { ...process.env, WALKFORWARD_TOKEN: randomBytes(24).toString("base64url") };
const start = (script: string, ...args: string[]): ChildProcess =>
  spawn(process.execPath, [join(root, "node_modules", script), ...args], {
    cwd: root,
    stdio: "inherit",
    env,
  });

const children = [
  start("tsx/dist/cli.mjs", "watch", "--clear-screen=false", "server/main.ts", "serve", "--port", "8788"),
  start("vite/bin/vite.js", "--open"),
];
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    for (const child of children) child.kill(signal);
  });
}
for (const child of children) {
  child.on("exit", (code) => {
    for (const other of children) other.kill();
    process.exitCode ??= code ?? 0;
  });
}
