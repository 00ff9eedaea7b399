import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

/** Unit, property, contract and server tests in Node; the browser tests have `vitest.browser.config.ts`. */
export default defineConfig({
  plugins: [svelte()],
  test: {
    include: ["tests/{engine,contracts,server,datasets,workbench,docs}/**/*.test.ts"],
    exclude: ["tests/**/*.browser.test.ts"],
    environment: "node",
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: "forks",
  },
});
