import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { findChromium } from "../cli/chromium.ts";

/**
 * A Chromium to test with: an installed one, else Debian's package when we may install it, else a plain
 * sentence about what to do. Playwright's own download is never used.
 */
export function ensureChromium(): string {
  const found = findChromium();
  if (found) return found;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    console.error("No Chromium found: installing Debian's package …");
    const update = spawnSync("apt-get", ["update", "-q"], { stdio: ["ignore", 2, 2] });
    const install = spawnSync("apt-get", ["install", "-y", "-q", "--no-install-recommends", "chromium"], {
      stdio: ["ignore", 2, 2],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    const installed = findChromium();
    if (update.status === 0 && install.status === 0 && installed) return installed;
  }
  console.error(
    "The browser tests need Chromium or Chrome and none was found.\n" +
      "  Debian or Ubuntu: sudo apt-get install chromium\n" +
      "  macOS, Windows:   install Google Chrome\n" +
      "  elsewhere:        set WALKFORWARD_CHROMIUM to the path of a Chromium or Chrome binary\n" +
      "Then run the same command again.",
  );
  process.exit(3);
}
