import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildIfNeeded } from "../server/setup/build.ts";
import { ensureChromium } from "../server/setup/ensureChromium.ts";
import { root } from "../server/setup/install.mjs";

/**
 * Every check of the project, in the order in which a mistake is cheapest to find. All steps run even when
 * one fails, so that one look shows all that is wrong; the exit code is 0 only when everything passed.
 * `npm test -- types lint unit browser e2e bench` runs the named steps only.
 */
const results = join(root, "tests", "results");
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const STEPS: { name: string; run: () => boolean | Promise<boolean> }[] = [
  {
    name: "types",
    run: () => ["engine", "server", "tests"].every((folder) => node("typescript/bin/tsc", "-p", folder)),
  },
  {
    name: "svelte",
    run: () =>
      node(
        "svelte-check/bin/svelte-check",
        "--workspace",
        "workbench",
        "--tsconfig",
        "./tsconfig.json",
        "--fail-on-warnings",
        "--output",
        "human",
      ),
  },
  { name: "lint", run: () => node("@biomejs/biome/bin/biome", "check", "--error-on-warnings", ".") },
  // Before the unit tests: those of `notebook run` open the built pages.
  { name: "build", run: () => buildIfNeeded().then(() => true) },
  { name: "unit", run: () => vitest("unit", "vitest.config.ts") },
  { name: "browser", run: () => vitest("browser", "vitest.browser.config.ts") },
  { name: "e2e", run: () => vitest("e2e", "vitest.e2e.config.ts") },
  { name: "bench", run: () => node("tsx/dist/cli.mjs", "tests/bench/run.ts", "--short") },
];

const counts = { passed: 0, failed: 0, skipped: 0 };
const failedSteps: string[] = [];

function node(script: string, ...args: string[]): boolean {
  const done = spawnSync(process.execPath, [join(root, "node_modules", script), ...args], {
    cwd: root,
    stdio: "inherit",
  });
  return done.status === 0;
}

function vitest(name: string, config: string): boolean {
  const file = join(results, `${name}.json`);
  const ok = node(
    "vitest/vitest.mjs",
    "run",
    "--config",
    config,
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${file}`,
  );
  if (!existsSync(file)) {
    counts.failed++;
    return false;
  }
  const report = JSON.parse(readFileSync(file, "utf8"));
  counts.passed += report.numPassedTests;
  counts.failed += report.numFailedTests;
  counts.skipped += report.numPendingTests + report.numTodoTests;
  return ok;
}

if (!process.env.WALKFORWARD_TEST_DATA) {
  console.log(
    "WALKFORWARD_TEST_DATA is not set: tests against real market data are skipped, each saying so.",
  );
}
process.env.WALKFORWARD_CHROMIUM = ensureChromium();
const wanted = process.argv.slice(2);
for (const step of STEPS) {
  if (wanted.length > 0 && !wanted.includes(step.name)) continue;
  const startedMs = performance.now();
  console.log(`\n── ${step.name} ${"─".repeat(60 - step.name.length)}`);
  const ok = await step.run();
  console.log(
    `── ${step.name}: ${ok ? "passed" : "FAILED"} in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`,
  );
  if (!ok) failedSteps.push(step.name);
}
console.log(failedSteps.length === 0 ? "\nAll steps passed." : `\nFailed steps: ${failedSteps.join(", ")}.`);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(failedSteps.length === 0 ? 0 : 1);
