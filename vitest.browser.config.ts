import { svelte } from "@sveltejs/vite-plugin-svelte";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";

/**
 * Outputs, charts and workers in a real Chromium. `WALKFORWARD_CHROMIUM` names the browser's program where it is not
 * Debian's; without a sandbox of its own since the checks run as root.
 */
export default defineConfig({
  plugins: [svelte()],
  worker: { format: "es" },
  // Named, since a dependency that is found in the middle of a run reloads the page under its tests.
  optimizeDeps: {
    include: ["@observablehq/plot", "comlink", "lightweight-charts", "@noble/hashes/sha2.js"],
  },
  test: {
    include: ["tests/workbench/**/*.browser.test.ts"],
    testTimeout: 60_000,
    fileParallelism: false,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      viewport: { width: 1200, height: 900 },
      provider: playwright({
        launchOptions: {
          executablePath: process.env.WALKFORWARD_CHROMIUM ?? "/usr/bin/chromium",
          args: [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
          ],
        },
      }),
      instances: [{ browser: "chromium" }],
    },
  },
});
