import AxeBuilder from "@axe-core/playwright";
import type { Browser, BrowserContext, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  type App,
  type Complaints,
  cell,
  createNotebook,
  notebookFrame,
  notebookOf,
  openPage,
  samplesReady,
  settled,
  skipWelcome,
  startApp,
  startBrowser,
  tokenOf,
} from "./app.ts";

/** Every page and everything that opens over one, in both themes, wide and narrow, looked at by axe. */
let app: App;
let browser: Browser;

beforeAll(async () => {
  app = await startApp();
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };
const CONDITIONS = (["light", "dark"] as const).flatMap((theme) =>
  [WIDE, NARROW].map((viewport) => ({ theme, viewport, width: viewport.width })),
);

describe.each(CONDITIONS)("in the $theme theme, $width px wide,", ({ theme, viewport }) => {
  let context: BrowserContext;
  let page: Page;
  let complaints: Complaints;

  beforeAll(async () => {
    context = await browser.newContext({ viewport, colorScheme: theme });
    await context.addInitScript(skipWelcome);
    ({ page, complaints } = await openPage(context, app));
    await page.getByRole("heading", { name: "Notebooks" }).waitFor();
    await twoRuns();
  });
  afterAll(async () => {
    await context.close();
    expect(complaints).toEqual({ foreignRequests: [], consoleErrors: [] });
  });

  /** At least two runs to list and to compare. */
  async function twoRuns(): Promise<void> {
    const headers = { "content-type": "application/json", "x-walkforward-token": await tokenOf(page) };
    const get = async (path: string): Promise<unknown> =>
      (await fetch(`${app.url}/api/${path}`, { headers })).json();
    const atLeast = (count: number) =>
      vi.waitFor(
        async () => expect(((await get("runs")) as unknown[]).length).toBeGreaterThanOrEqual(count),
        {
          timeout: 90_000,
          interval: 200,
        },
      );
    if (((await get("runs")) as unknown[]).length >= 2) return;
    await samplesReady(page, app);
    for (const [before, feeBps] of [10, 0].entries()) {
      const body = JSON.stringify({ strategy: "macd-rsi-confluence", exchange: "simulated", feeBps });
      const answer = await fetch(`${app.url}/api/runs/evaluate`, { method: "POST", headers, body });
      expect(answer.ok).toBe(true);
      await atLeast(before + 1);
    }
  }

  async function go(hash: string): Promise<void> {
    // By way of a blank page: what one place left open must not stand in the next.
    await page.goto("about:blank");
    await page.goto(`${app.url}/${hash}`);
  }

  /** What axe calls serious or critical, in words that find it again, once no colour is on its way to another. */
  async function violations(): Promise<string[]> {
    await page.waitForFunction(() =>
      document.getAnimations().every((animation) => !(animation instanceof CSSTransition)),
    );
    const { violations: found } = await new AxeBuilder({ page }).analyze();
    return found
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`),
      );
  }

  test("the list of notebooks", async () => {
    await go("#/");
    await page.getByRole("link", { name: "Tour" }).waitFor();
    expect(await violations()).toEqual([]);
    await page.getByRole("button", { name: "More about Tour" }).click();
    await page.getByRole("menuitem", { name: "Duplicate" }).waitFor();
    expect(await violations()).toEqual([]);
  });

  test("the tour, with all its results", async () => {
    await go("#/notebook/tour");
    await settled(page);
    expect(await violations()).toEqual([]);
  });

  test("a backtest, with its tearsheet, its steps and what worse fills do", async () => {
    await go("#/notebook/backtest");
    await settled(page);
    await cell(page, 7).getByRole("group", { name: "Figures with worse fills" }).waitFor();
    await cell(page, 7).locator(".wf-chart").waitFor();
    await cell(page, 15)
      .getByText(/USDT at .* fee/)
      .first()
      .waitFor();
    expect(await violations()).toEqual([]);
  });

  test("a notebook's panels, help, menus and an open editor", async () => {
    const text = notebookOf("Panels", [
      ["md", "# First part\n\nSome words.\n\n## Second part"],
      ["ts", `const length = view(Inputs.range([5, 50], { value: 20, step: 1, label: "Length" }));`],
      ["sql", "SELECT * FROM simulated.btc_usdt_5m LIMIT 50", "rows"],
      ["ts", `const average = rows.numRows / length;`],
    ]);
    const id = await createNotebook(page, app, `Panels ${theme} ${viewport.width}`, text);
    await go(`#/notebook/${id}`);
    await page.getByRole("button", { name: "Run this notebook" }).click();
    await settled(page);
    const frame = notebookFrame(page);
    for (const panel of ["Outline", "Variables"]) {
      await frame.getByRole("button", { name: panel, exact: true }).click();
      await frame.getByRole("complementary", { name: panel }).waitFor();
      expect(await violations()).toEqual([]);
      await frame.getByRole("button", { name: `Close ${panel.toLowerCase()}` }).click();
    }
    await frame.getByRole("button", { name: "Keys", exact: true }).click();
    await frame.getByRole("dialog", { name: "Keys" }).waitFor();
    expect(await violations()).toEqual([]);
    await page.keyboard.press("Escape");
    await cell(page, 4).getByRole("button", { name: "More for this cell" }).click();
    await cell(page, 4).getByRole("menu").waitFor();
    expect(await violations()).toEqual([]);
    await page.keyboard.press("Escape");
    await cell(page, 4).focus();
    await page.keyboard.press("f");
    await frame.getByRole("searchbox").or(frame.getByPlaceholder(/find/i)).first().waitFor();
    expect(await violations()).toEqual([]);
    await page.keyboard.press("Escape");
    await cell(page, 4).locator(".code").click();
    await cell(page, 4).locator(".cm-content").waitFor();
    expect(await violations()).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "More about this notebook" }).click();
    await page.getByRole("menuitem").first().waitFor();
    expect(await violations()).toEqual([]);
  });

  test("a notebook that does not run yet, and one that failed", async () => {
    const text = notebookOf("Failing", [
      ["md", "# A heading"],
      ["ts", `const base = missing + 1;`],
      ["ts", `display(base);`],
      ["sql", "SELECT nothing FROM nowhere"],
    ]);
    const id = await createNotebook(page, app, `Failing ${theme} ${viewport.width}`, text);
    await go(`#/notebook/${id}`);
    await cell(page, 2).waitFor();
    expect(await violations()).toEqual([]);
    await page.getByRole("button", { name: "Run this notebook" }).click();
    await expect.poll(() => cell(page, 4).getAttribute("data-state")).toBe("failed");
    expect(await violations()).toEqual([]);
  });

  test("the data, a series, and the dialogs over them", async () => {
    await go("#/data");
    await page.getByRole("link", { name: "BTC/USDT" }).waitFor();
    expect(await violations()).toEqual([]);
    await page.getByRole("button", { name: "Fetch from an exchange" }).click();
    await page.getByRole("dialog").waitFor();
    expect(await violations()).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Import file" }).click();
    const csv =
      "timestamp,open,high,low,close,volume\n2024-01-01,1,2,0.5,1.5,10\n2024-01-02,1.5,1,0.5,2,10\n2024-01-04,2,3,1,2,9\n";
    await page
      .getByTestId("import-file")
      .setInputFiles({ name: "candles.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
    await page.getByRole("dialog").getByRole("table").first().waitFor();
    expect(await violations()).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "BTC/USDT" }).click();
    await page.getByRole("grid").waitFor();
    expect(await violations()).toEqual([]);
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByRole("dialog").waitFor();
    expect(await violations()).toEqual([]);
  });

  test("the runs, the form, one run and two side by side", async () => {
    await go("#/runs");
    await page.getByTestId("run").first().waitFor();
    for (const at of [0, 1]) await page.getByTestId("run").nth(at).getByRole("checkbox").check();
    expect(await violations()).toEqual([]);
    await page.getByRole("button", { name: "Compare 2" }).click();
    // Evaluations or backtests: what the notebooks before this test kept.
    await page.locator(".wf-report").first().waitFor();
    expect(await violations()).toEqual([]);
    await page.getByRole("link", { name: "All runs" }).click();
    await page.getByRole("button", { name: "New run" }).click();
    await page
      .getByRole("dialog", { name: "New run" })
      .getByText(/of 12 symbols/)
      .waitFor();
    expect(await violations()).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByTestId("run").first().getByRole("link").click();
    await page.getByRole("grid").first().waitFor();
    expect(await violations()).toEqual([]);
  });

  test("the jobs, the palette, the keys, and an address that leads nowhere", async () => {
    await go("#/jobs");
    await page.getByTestId("job").first().waitFor();
    expect(await violations()).toEqual([]);
    await page.keyboard.press("ControlOrMeta+k");
    await page.getByRole("dialog", { name: "Commands" }).waitFor();
    expect(await violations()).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Commands" }).waitFor({ state: "detached" });
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    expect(await violations()).toEqual([]);
    await go("#/nowhere");
    await page.getByRole("heading").first().waitFor();
    expect(await violations()).toEqual([]);
  });
});
