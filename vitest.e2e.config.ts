import { defineConfig } from "vitest/config";

/** The real app in a real Chromium: one server and one browser a file, files one after the other. */
export default defineConfig({
  test: {
    include: ["tests/e2e/**/*.e2e.ts"],
    environment: "node",
    // A loaded machine is slow, not wrong: how long things take is the benchmark's business.
    expect: { poll: { timeout: 45_000, interval: 100 } },
    testTimeout: 180_000,
    hookTimeout: 180_000,
    fileParallelism: false,
    pool: "forks",
  },
});
