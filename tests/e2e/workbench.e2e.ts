import type { Browser, BrowserContext, Page } from "playwright";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type App,
  type Complaints,
  cell,
  cellText,
  createNotebook,
  notebookFrame,
  notebookOf,
  openPage,
  settled,
  startApp,
  startBrowser,
  storedNotebook,
} from "./app.ts";

/** What a person does in the workbench, in the real app in a real Chromium. */
let app: App;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: Complaints;

beforeAll(async () => {
  app = await startApp();
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});
beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  ({ page, complaints } = await openPage(context, app));
});
afterEach(async () => {
  await context.close();
  expect(complaints).toEqual({ foreignRequests: [], consoleErrors: [] });
});

async function openOwn(title: string, cells: Parameters<typeof notebookOf>[1]): Promise<string> {
  const id = await createNotebook(page, app, title, notebookOf(title, cells));
  await page.goto(`${app.url}/#/notebook/${id}`);
  await page.getByRole("button", { name: "Run this notebook" }).click();
  await cell(page, 1).waitFor();
  return id;
}

/** Turns one slider of a cell to a value, as dragging does. */
async function slide(id: number, value: number): Promise<void> {
  const range = cell(page, id).locator('input[type="range"]');
  await range.evaluate((input: HTMLInputElement, given) => {
    input.value = String(given);
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }, value);
}

describe("the tour", () => {
  test("opens at the first start and every cell runs clean", async () => {
    await expect.poll(() => page.url()).toContain("#/notebook/tour");
    await settled(page);
    const failed = await notebookFrame(page).locator('[data-state="failed"]').allInnerTexts();
    expect(failed).toEqual([]);
    expect(await notebookFrame(page).locator('[data-state="ok"]').count()).toBeGreaterThan(25);
    expect(await notebookFrame(page).getByText("simulated").count()).toBeGreaterThan(1);
  });
});

describe("a slider", () => {
  test("runs the cells that read it again, and no others", async () => {
    await openOwn("Slider", [
      ["ts", `const length = view(Inputs.range([1, 50], { value: 10, step: 1 }));`],
      ["ts", `const doubled = length * 2;`],
      ["ts", `display("the double is " + doubled);`],
      ["ts", `display("nothing to do with it");`],
    ]);
    await expect.poll(() => cellText(page, 3)).toBe("the double is 20");
    const untouched = await cell(page, 4).getAttribute("data-run");
    await slide(1, 21);
    await expect.poll(() => cellText(page, 3)).toBe("the double is 42");
    expect(await cell(page, 4).getAttribute("data-run")).toBe(untouched);
  });
});

describe("an error", () => {
  test("names its cell, holds back only what reads it, and heals when mended", async () => {
    await openOwn("Errors", [
      ["ts", `const base = missing + 1;`],
      ["ts", `display("built on " + base);`],
      ["ts", `display("on its own");`],
    ]);
    await expect.poll(() => cell(page, 1).getAttribute("data-state")).toBe("failed");
    expect(await cell(page, 1).innerText()).toContain("missing");
    await expect.poll(() => cell(page, 2).getAttribute("data-state")).toBe("waiting");
    expect(await cell(page, 2).innerText()).toMatch(/waits for\s+base/);
    await expect.poll(() => cellText(page, 3)).toBe("on its own");
    await replaceCode(1, `const base = 41 + 1;`);
    await expect.poll(() => cellText(page, 2)).toBe("built on 42");
    expect(await notebookFrame(page).locator('[data-state="failed"]').count()).toBe(0);
  });
});

/** Selects a cell's code, types other code over it and runs it. */
async function replaceCode(id: number, code: string): Promise<void> {
  await cell(page, id).locator(".code, .cm-content").first().click();
  await cell(page, id).locator(".cm-content").waitFor();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText(code);
  await page.keyboard.press("ControlOrMeta+Enter");
}

describe("saving", () => {
  test("keeps an edit through a reload", async () => {
    const id = await openOwn("Saved", [["ts", `display("before");`]]);
    await replaceCode(1, `display("after " + 6 * 7);`);
    await expect.poll(() => cellText(page, 1)).toBe("after 42");
    await expect.poll(async () => (await storedNotebook(page, app, id)).text).toContain("after ");
    await page.reload();
    await expect.poll(() => cellText(page, 1).catch(() => "")).toBe("after 42");
  });

  test("loses nothing that was typed while the server was away", async () => {
    const id = await openOwn("Offline", [["ts", `display("before");`]]);
    await context.route(`**/api/notebooks/${id}`, (route) =>
      route.request().method() === "PUT" ? route.abort() : route.fallback(),
    );
    await replaceCode(1, `display("typed offline");`);
    await page.getByText(/kept here/).waitFor();
    await page.close();
    complaints.consoleErrors.length = 0; // the aborted requests, told by the browser itself
    await context.unroute(`**/api/notebooks/${id}`);
    ({ page } = await openPage(context, app, `#/notebook/${id}`));
    await expect.poll(() => notebookFrame(page).locator("body").innerText()).toContain("typed offline");
    await expect.poll(async () => (await storedNotebook(page, app, id)).text).toContain("typed offline");
  });

  test("tells the second of two tabs, and keeps what both wrote", async () => {
    const id = await openOwn("Two tabs", [["ts", `display("common");`]]);
    const second = (await openPage(context, app, `#/notebook/${id}`)).page;
    const first = page;
    await expect.poll(() => cellText(second, 1).catch(() => "")).toBe("common");
    await replaceCode(1, `display("from the first");`);
    await expect.poll(async () => (await storedNotebook(first, app, id)).text).toContain("from the first");
    page = second;
    await replaceCode(1, `display("from the second");`);
    await second
      .getByText(/changed elsewhere/i)
      .first()
      .waitFor();
    expect((await storedNotebook(first, app, id)).text).toContain("from the first");
    expect(await notebookFrame(second).locator("body").innerText()).toContain("from the second");
    complaints.consoleErrors.length = 0; // the browser reports the refused save (409) as an error of its own
  });
});
