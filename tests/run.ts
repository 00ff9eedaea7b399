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

type Step = {
  name: string;
  /** True for a step that opens pages. */
  needsChromium?: boolean;
  run: () => boolean | Promise<boolean>;
};

const STEPS: Step[] = [
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
  { name: "unit", needsChromium: true, run: () => vitest("unit", "vitest.config.ts") },
  { name: "browser", needsChromium: true, run: () => vitest("browser", "vitest.browser.config.ts") },
  { name: "e2e", needsChromium: true, run: () => vitest("e2e", "vitest.e2e.config.ts") },
  {
    name: "bench",
    needsChromium: true,
    run: () => node("tsx/dist/cli.mjs", "tests/bench/run.ts", "--short"),
  },
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
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => STEPS.every((step) => step.name !== name));
if (unknown.length > 0) {
  console.error(
    `There is no step ${unknown.join(", ")}; the steps are ${STEPS.map(({ name }) => name).join(", ")}.`,
  );
  process.exit(2);
}
const steps = STEPS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
// Before the first step: who has to install a browser hears of it at once.
if (steps.some(({ needsChromium }) => needsChromium)) process.env.WALKFORWARD_CHROMIUM = ensureChromium();
for (const step of steps) {
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
