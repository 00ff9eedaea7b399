import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "#server/setup/install.mjs";
import { startBrowser } from "../e2e/app.ts";
import type { Goal } from "./measure.ts";

/**
 * What a newcomer waits for: `npm start` in a clone of the last commit until the tour stands in the browser. The
 * packages come out of npm's own cache as far as it has them; the browser is started beforehand.
 */
export async function benchClone(): Promise<Goal[]> {
  const folder = mkdtempSync(join(tmpdir(), "walkforward-clone-"));
  const clone = join(folder, "clone");
  execFileSync("git", ["clone", "--quiet", root, clone]);
  const browser = await startBrowser();
  const startedMs = performance.now();
  const seconds = (): number => (performance.now() - startedMs) / 1000;
  // A group of its own, so that npm, what it starts and what that starts all end together.
  const child = spawn("npm", ["start", "--", "--port", "0"], {
    cwd: clone,
    detached: true,
    env: { ...process.env, WALKFORWARD_HOME: join(folder, "home"), BROWSER: "none" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  try {
    console.log("\nnpm start in a fresh clone (s)");
    const url = await new Promise<string>((resolve, reject) => {
      let output = "";
      const read = (chunk: Buffer): void => {
        for (const line of chunk.toString().split("\n")) {
          if (/^(Installing|Building)/.test(line))
            console.log(`  ${seconds().toFixed(1).padStart(6)}  ${line}`);
        }
        output += chunk.toString();
        const address = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
        if (address !== undefined) resolve(address);
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      child.on("exit", (code) => reject(new Error(`npm start ended with ${code}:\n${output}`)));
    });
    console.log(`  ${seconds().toFixed(1).padStart(6)}  listening at ${url}`);
    const page = await browser.newPage();
    await page.goto(url);
    const notebook = page.frameLocator("iframe[sandbox]:not([hidden])");
    await notebook.locator('[data-cell-id="1"] h1').waitFor({ timeout: 120_000 });
    const usable = seconds();
    console.log(`  ${usable.toFixed(1).padStart(6)}  the tour can be read`);
    await notebook.locator('[data-cell-id="8"] canvas').first().waitFor({ timeout: 120_000 });
    console.log(`  ${seconds().toFixed(1).padStart(6)}  its first chart`);
    return [{ name: "npm start on a clone to the usable page", measured: usable, limit: 150, unit: "s" }];
  } finally {
    await browser.close();
    if (child.pid !== undefined && child.exitCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      process.kill(-child.pid, "SIGTERM");
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  }
}
