import { describe, expect, test } from "vitest";
import { backtestHash } from "#engine/backtest/backtestHash.ts";
import { hashText } from "#engine/core/hash.ts";
import { parseWire, stringifyWire } from "#engine/core/wireJson.ts";
import type { BacktestDetails, RunSummary } from "#server/contract.ts";
import { cellText, tokenOf } from "./app.ts";
import { useWorkbench } from "./workbench.ts";

const workbench = useWorkbench();
const dialog = () => workbench.page.getByRole("dialog", { name: "New run" });
const rows = () => workbench.page.getByTestId("run");

/** Starts a run of the form's own defaults but for what is given, and waits until it is listed. */
async function startRun({ strategy, fee }: { strategy: string; fee: number }): Promise<void> {
  const { page, app } = workbench;
  const headers = { "x-walkforward-token": await tokenOf(page) };
  const before = ((await (await fetch(`${app.url}/api/runs`, { headers })).json()) as unknown[]).length;
  await page.getByRole("button", { name: "New run" }).click();
  await dialog().getByLabel("Strategy").selectOption(strategy);
  await dialog().getByLabel("Fee, bps a side").fill(String(fee));
  await dialog().getByRole("button", { name: "Start the run" }).click();
  await dialog().waitFor({ state: "detached" });
  await expect.poll(() => rows().count(), { timeout: 90_000 }).toBe(before + 1);
}

/** A strategy that a cell defines, backtested and kept: the run with what it was made of. */
async function keptDips(title: string, feeBps: number): Promise<BacktestDetails & { id: string }> {
  const { page } = workbench;
  await workbench.openNotebook(title, [
    [
      "ts",
      `const dips = defineStrategy({
  name: "dips", timeframe: "1h", history: 60,
  features: ({ close }) => ({ rsi: rsi(close, 14) }),
  decide: ({ market }) => ({
    signals: market.rows.filter(({ features }) => features.rsi < 35).map(({ symbol }) => ({ symbol, direction: "long" })),
  }),
  exits: { stopLoss: { kind: "fixed", fraction: 0.02 }, timeStopMs: 12 * HOUR_MS },
});`,
    ],
    ["ts", `const result = await backtest(dips, { symbols: ["BTC/USDT"], feeBps: ${feeBps} });`],
    ["ts", "display(result.hash);"],
  ]);
  await expect.poll(() => cellText(page, 3)).toMatch(/^[0-9a-f]{64}$/);
  const hash = await cellText(page, 3);
  const listed = async (): Promise<RunSummary | undefined> =>
    (await get<RunSummary[]>("/runs")).find((run) => run.hash === hash);
  await expect.poll(listed).toBeDefined();
  const { id } = (await listed()) as RunSummary;
  return { ...(await get<BacktestDetails>(`/runs/${id}`)), id };
}

async function get<T>(path: string): Promise<T> {
  const headers = { "x-walkforward-token": await tokenOf(workbench.page) };
  return parseWire(await (await fetch(`${workbench.app.url}/api${path}`, { headers })).text()) as T;
}

async function send<T>(path: string, body: unknown): Promise<T> {
  const headers = {
    "x-walkforward-token": await tokenOf(workbench.page),
    "content-type": "application/json",
  };
  const answer = await fetch(`${workbench.app.url}/api${path}`, {
    ...{ method: "POST", headers, body: stringifyWire(body) },
  });
  expect(answer.status).toBe(201);
  return (await answer.json()) as T;
}

describe("the runs page", () => {
  test("starts runs from its form, lists, filters, compares and opens them", async () => {
    const { page } = workbench;
    await workbench.go("#/runs");
    await page.getByRole("heading", { name: "Runs" }).waitFor();
    await startRun({ strategy: "macd-rsi-confluence", fee: 10 });
    await startRun({ strategy: "macd-rsi-confluence", fee: 0 });
    await startRun({ strategy: "momentum-rank", fee: 10 });
    expect(await rows().first().innerText()).toContain("simulated");

    await page.getByRole("searchbox", { name: "Filter runs" }).fill("momentum");
    await expect.poll(() => rows().count()).toBe(1);
    expect(await rows().first().innerText()).toContain("momentum-rank");
    await page.getByRole("searchbox", { name: "Filter runs" }).fill("");
    await expect.poll(() => rows().count()).toBe(3);

    await page.getByRole("button", { name: /^Strategy/ }).click();
    expect(await rows().last().innerText()).toContain("momentum-rank");

    const confluence = rows().filter({ hasText: "macd-rsi-confluence" });
    for (const at of [0, 1]) await confluence.nth(at).getByRole("checkbox").check();
    await page.getByRole("button", { name: "Compare 2" }).click();
    await page.getByRole("heading", { name: "2 runs side by side" }).waitFor();
    const differences = page.getByRole("region", { name: "What differs" });
    expect(await differences.innerText()).toMatch(/fee/i);
    expect(await differences.innerText()).not.toMatch(/window/i);
    await page.getByRole("article", { name: "Runs side by side" }).waitFor();

    await page.getByRole("link", { name: "All runs" }).click();
    await rows().filter({ hasText: "momentum-rank" }).getByRole("link").click();
    const report = page.getByRole("article", { name: "Evaluation of momentum-rank" });
    await report.waitFor();
    expect(await report.innerText()).toContain("By symbol");
    expect(await report.getByText("simulated").count()).toBeGreaterThan(0);
  });

  test("keeps what a notebook evaluates, with the hash that the notebook shows", async () => {
    const { page } = workbench;
    await workbench.openNotebook("Kept run", [
      ["ts", `const result = await evaluate("momentum-rank", { feeBps: 3 });`],
      ["ts", `display(result.hash);`],
    ]);
    await expect.poll(() => cellText(page, 2)).toMatch(/^[0-9a-f]{64}$/);
    const hash = await cellText(page, 2);
    await workbench.go("#/runs");
    await page.getByRole("searchbox", { name: "Filter runs" }).fill(hash.slice(0, 16));
    await expect.poll(() => rows().count()).toBe(1);
    await rows().first().getByRole("link").click();
    await expect.poll(() => page.getByRole("article").textContent()).toContain(hash);
  });

  test("makes a kept backtest again, with worse fills and step by step, from its own strategy's text", async () => {
    const { page } = workbench;
    const run = await keptDips("Made again", 3);
    await workbench.go(`#/runs/${run.id}`);
    const sheet = page.getByRole("article", { name: "Backtest of dips" });
    await sheet.getByRole("button", { name: "Run it with worse fills" }).click();
    const worse = sheet.getByRole("group", { name: "Figures with worse fills" });
    await expect.poll(() => worse.getByRole("columnheader").count(), { timeout: 90_000 }).toBe(5);
    // Beside the trials of the notebook that it came from.
    const deflated = worse.getByRole("row", { name: /^deflated/ });
    await expect.poll(() => deflated.innerText()).toMatch(/\(\d trials?\)/);
    await sheet.getByRole("button", { name: "Step through it" }).click();
    const steps = sheet.getByRole("group", { name: "Step through the backtest" });
    await expect
      .poll(() => steps.getByText(/USDT at .* fee/).count(), { timeout: 90_000 })
      .toBeGreaterThan(0);
  });

  test("says plainly of a backtest that was kept without its strategy's text that it cannot be made again", async () => {
    const { page } = workbench;
    const { backtest } = await keptDips("Kept without", 4);
    const { id } = await send<{ id: string }>("/runs", { backtest, notebook: null });
    await workbench.go(`#/runs/${id}`);
    const sheet = page.getByRole("article", { name: "Backtest of dips" });
    await sheet.getByText("Not from here: this run was kept by an earlier version").waitFor();
    expect(await sheet.getByRole("button", { name: "Run it with worse fills" }).count()).toBe(0);
  });

  test("runs a stranger's text apart from the page, and says that it is not what was kept", async () => {
    const { page } = workbench;
    const { backtest, ingredients } = await keptDips("A stranger's", 5);
    const text = `import { defineStrategy } from "walkforward";
try { document.title = "stolen"; parent.stolen = true; } catch {}
export default defineStrategy({
  name: "dips", timeframe: "1h", history: 60,
  features: ({ close }) => ({ close }),
  decide: ({ market }) => { try { document.body.remove(); } catch {} return { signals: [] }; },
});
`;
    const [first] = backtest.strategies;
    const forged = { ...backtest, strategies: [{ ...first, hash: hashText(text) }] };
    const { id } = await send<{ id: string }>("/runs", {
      backtest: { ...forged, hash: backtestHash(forged) },
      ingredients: {
        ...ingredients,
        strategies: [{ strategy: { kind: "module", text, hash: hashText(text) } }],
      },
      notebook: null,
    });
    await workbench.go(`#/runs/${id}`);
    const sheet = page.getByRole("article", { name: "Backtest of dips" });
    await sheet.getByRole("button", { name: "Run it with worse fills" }).click();
    await expect
      .poll(() => sheet.getByRole("alert").allInnerTexts(), { timeout: 90_000 })
      .toEqual([expect.stringMatching(/came to another hash than the one it was kept under/)]);
    expect(await page.title()).toBe("dips · Walkforward");
    expect(await page.evaluate(() => "stolen" in globalThis)).toBe(false);
    workbench.expectsConsoleErrors = true;
  });

  test("deletes a run", async () => {
    const { page } = workbench;
    await workbench.go("#/runs");
    await startRun({ strategy: "momentum-rank", fee: 7 });
    const before = await rows().count();
    await rows().first().getByRole("checkbox").check();
    await page.getByRole("button", { name: "Delete 1" }).click();
    await expect.poll(() => rows().count()).toBe(before - 1);
  });

  test("says what the form's values lack before anything is started", async () => {
    const { page } = workbench;
    await workbench.go("#/runs");
    await page.getByRole("button", { name: "New run" }).click();
    await dialog().getByLabel("Window: hold for").fill("soon");
    expect(await dialog().getByRole("alert").innerText()).toMatch(/90m, 4h or 1d/);
    expect(await dialog().getByRole("button", { name: "Start the run" }).isDisabled()).toBe(true);
    await dialog().getByLabel("Window: hold for").fill("1m");
    await dialog().getByRole("button", { name: "Start the run" }).click();
    await expect.poll(() => page.getByText(/window/i).allInnerTexts()).not.toEqual([]);
    workbench.expectsConsoleErrors = true;
  });
});

describe("the jobs page", () => {
  test("shows what the server did, and leads to the run", async () => {
    const { page } = workbench;
    await workbench.go("#/runs");
    await startRun({ strategy: "macd-rsi-confluence", fee: 4 });
    await workbench.go("#/jobs");
    const job = page.getByTestId("job").filter({ hasText: "macd-rsi-confluence" }).first();
    await expect.poll(() => job.getAttribute("data-state")).toBe("done");
    await job.getByRole("link", { name: "Open the run" }).click();
    await page.getByRole("article", { name: "Evaluation of macd-rsi-confluence" }).waitFor();
  });
});
