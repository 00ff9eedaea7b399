import { describe, expect, test } from "vitest";
import { cellText, notebookFrame, openPage, settled, storedNotebook } from "./app.ts";
import { useWorkbench } from "./workbench.ts";

/** What a person does in the workbench, in the real app in a real Chromium. */
const workbench = useWorkbench();

describe("the tour", () => {
  test("opens at the first start and every cell runs clean", async () => {
    const context = await workbench.browser.newContext();
    const { page, complaints } = await openPage(context, workbench.app);
    await expect.poll(() => page.url()).toContain("#/notebook/tour");
    await settled(page);
    const failed = await notebookFrame(page).locator('[data-state="failed"]').allInnerTexts();
    expect(failed).toEqual([]);
    expect(await notebookFrame(page).locator('[data-state="ok"]').count()).toBeGreaterThan(25);
    expect(await notebookFrame(page).getByText("simulated").count()).toBeGreaterThan(1);
    await context.close();
    expect(complaints).toEqual({ foreignRequests: [], consoleErrors: [] });
  });
});

describe("a slider", () => {
  test("runs the cells that read it again, and no others", async () => {
    const { page } = workbench;
    await workbench.openNotebook("Slider", [
      ["ts", `const length = view(Inputs.range([1, 50], { value: 10, step: 1 }));`],
      ["ts", `const doubled = length * 2;`],
      ["ts", `display("the double is " + doubled);`],
      ["ts", `display("nothing to do with it");`],
    ]);
    await expect.poll(() => cellText(page, 3)).toBe("the double is 20");
    const untouched = await workbench.cell(4).getAttribute("data-run");
    await workbench.slide(1, 21);
    await expect.poll(() => cellText(page, 3)).toBe("the double is 42");
    expect(await workbench.cell(4).getAttribute("data-run")).toBe(untouched);
  });
});

describe("an error", () => {
  test("names its cell, holds back only what reads it, and heals when mended", async () => {
    const { page } = workbench;
    await workbench.openNotebook("Errors", [
      ["ts", `const base = missing + 1;`],
      ["ts", `display("built on " + base);`],
      ["ts", `display("on its own");`],
    ]);
    await expect.poll(() => workbench.cell(1).getAttribute("data-state")).toBe("failed");
    expect(await workbench.cell(1).innerText()).toContain("missing");
    await expect.poll(() => workbench.cell(2).getAttribute("data-state")).toBe("waiting");
    expect(await workbench.cell(2).innerText()).toMatch(/waits for\s+base/);
    await expect.poll(() => cellText(page, 3)).toBe("on its own");
    await workbench.replaceCode(1, `const base = 41 + 1;`);
    await expect.poll(() => cellText(page, 2)).toBe("built on 42");
    expect(await notebookFrame(page).locator('[data-state="failed"]').count()).toBe(0);
  });
});

describe("saving", () => {
  test("keeps an edit through a reload", async () => {
    const { app, page } = workbench;
    const id = await workbench.openNotebook("Saved", [["ts", `display("before");`]]);
    await workbench.replaceCode(1, `display("after " + 6 * 7);`);
    await expect.poll(() => cellText(page, 1)).toBe("after 42");
    await expect.poll(async () => (await storedNotebook(page, app, id)).text).toContain("after ");
    await page.reload();
    await expect.poll(() => cellText(page, 1).catch(() => "")).toBe("after 42");
  });

  test("loses nothing that was typed while the server was away", async () => {
    const { app, context } = workbench;
    workbench.expectsConsoleErrors = true; // the aborted requests
    const id = await workbench.openNotebook("Offline", [["ts", `display("before");`]]);
    await context.route(`**/api/notebooks/${id}`, (route) =>
      route.request().method() === "PUT" ? route.abort() : route.fallback(),
    );
    await workbench.replaceCode(1, `display("typed offline");`);
    await workbench.page.getByText(/kept here/).waitFor();
    await workbench.page.close();
    await context.unroute(`**/api/notebooks/${id}`);
    const { page } = await openPage(context, app, `#/notebook/${id}`);
    await expect.poll(() => notebookFrame(page).locator("body").innerText()).toContain("typed offline");
    await expect.poll(async () => (await storedNotebook(page, app, id)).text).toContain("typed offline");
  });

  test("tells the second of two tabs, and keeps what both wrote", async () => {
    const { app, context, page: first } = workbench;
    workbench.expectsConsoleErrors = true; // the refused save (409)
    const id = await workbench.openNotebook("Two tabs", [["ts", `display("common");`]]);
    const { page: second } = await openPage(context, app, `#/notebook/${id}`);
    await expect.poll(() => cellText(second, 1).catch(() => "")).toBe("common");
    await workbench.replaceCode(1, `display("from the first");`);
    await expect.poll(async () => (await storedNotebook(first, app, id)).text).toContain("from the first");
    workbench.page = second;
    await workbench.replaceCode(1, `display("from the second");`);
    await second
      .getByText(/changed elsewhere/i)
      .first()
      .waitFor();
    expect((await storedNotebook(first, app, id)).text).toContain("from the first");
    expect(await notebookFrame(second).locator("body").innerText()).toContain("from the second");
  });
});
