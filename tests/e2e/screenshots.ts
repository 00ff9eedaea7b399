import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "#server/setup/install.mjs";
import { type App, cell, openPage, settled, startApp, startBrowser } from "./app.ts";

/**
 * The pictures of the README, taken from the app as it is with a fresh home: the tour where a strategy written in a
 * cell, a slider, and the report of its evaluation stand together. Run by `npm run screenshots`.
 */
const FOLDER = join(root, "workbench/screenshots");
const MOST_BYTES = 400_000;
const VIEW = { width: 1280, height: 1440 };
/** The tour's cell that evaluates the strategy and shows the report. */
const REPORT_CELL = 21;

async function picture(app: App, theme: "light" | "dark", name: string): Promise<void> {
  const browser = await startBrowser();
  try {
    const context = await browser.newContext({ viewport: VIEW, colorScheme: theme });
    const { page, complaints } = await openPage(context, app, "#/notebook/tour");
    await settled(page);
    // The equity curve's end at the foot of the picture: the code, the slider and the figures stand above it.
    const equity = cell(page, REPORT_CELL).locator("section").first();
    await equity.locator("svg").first().waitFor();
    await equity.evaluate((element) => {
      element.style.scrollMarginBottom = "24px";
      element.scrollIntoView({ block: "end" });
    });
    await page.mouse.move(0, 0);
    const file = join(FOLDER, name);
    await page.screenshot({ path: file });
    const { size } = statSync(file);
    if (size > MOST_BYTES)
      throw new Error(`${name} has ${size} bytes; a README's picture may have ${MOST_BYTES}.`);
    if (complaints.consoleErrors.length > 0) throw new Error(complaints.consoleErrors.join("\n"));
    console.log(`${file}: ${Math.round(size / 1000)} kB`);
  } finally {
    await browser.close();
  }
}

mkdirSync(FOLDER, { recursive: true });
const app = await startApp();
try {
  await picture(app, "light", "tour.png");
  await picture(app, "dark", "tour-dark.png");
} finally {
  await app.stop();
}
