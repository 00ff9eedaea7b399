import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { TrialLedger } from "#engine/trials/ledger.ts";
import { cellText } from "./app.ts";
import { useWorkbench, type Workbench } from "./workbench.ts";

const workbench = useWorkbench();

type Cells = Parameters<Workbench["openNotebook"]>[1];

const CANDLES = `const few = await candles("BTC/USDT", "1h", { exchange: "simulated" });`;

const STRATEGY = `const averages = defineStrategy({
  name: "averages", timeframe: "1h", history: 60,
  parameters: { fast: int(3, 2, 60), slow: int(30, 3, 60) },
  features: ({ close, parameters }) => ({ fast: sma(close, parameters.fast), slow: sma(close, parameters.slow) }),
  signals: ({ fast, slow }) => ({ enterLong: crossAbove(fast, slow), exitLong: crossBelow(fast, slow) }),
});`;

const loop = (count: number | string): string => `let best = -Infinity;
for (let i = 0; i < ${count}; i++) {
  const { metrics } = await backtest(averages, few, { parameters: { fast: 2 + i % 10, slow: 15 + Math.floor(i / 10) * 5 }, save: false });
  best = Math.max(best, metrics.sharpe);
}
display("done: " + best.toFixed(4));`;

const looping = (count: number): Cells => [
  ["ts", CANDLES],
  ["ts", STRATEGY],
  ["ts", loop(count)],
];

const pathOf = (id: string): string => join(workbench.app.home, "notebooks", `${id}.trials.jsonl`);
const textOf = (id: string): string => (existsSync(pathOf(id)) ? readFileSync(pathOf(id), "utf8") : "");
const ledgerOf = (id: string): TrialLedger => TrialLedger.read(textOf(id));
const countOf = (id: string): number => ledgerOf(id).count;

const button = () => workbench.page.getByTestId("trials-button");
const panel = () => workbench.page.getByRole("complementary", { name: "Trials" });
const figure = (id: number, name: string) => workbench.cell(id).locator(`[data-figure="${name}"]`).first();

/** Opens a notebook that tries so much, and waits until it has. */
async function opened(title: string, count: number): Promise<string> {
  const id = await workbench.openNotebook(title, looping(count));
  await finished(id, count);
  return id;
}

/** Waits until the loop is through and the ledger has so many trials. */
async function finished(id: string, count: number): Promise<void> {
  await expect.poll(() => cellText(workbench.page, 3).catch(() => "")).toMatch(/^done: /);
  await expect.poll(() => countOf(id)).toBe(count);
  await expect.poll(() => button().innerText()).toBe(`${count} trials`);
}

describe("what a notebook tries", () => {
  test("is counted by itself: a cell's own loop of fifty backtests adds fifty, once", async () => {
    const id = await opened("Fifty", 50);
    const ledger = ledgerOf(id);
    expect(ledger.faults).toEqual([]);
    expect(new Set(ledger.trials.map(({ strategy }) => strategy)).size).toBe(1);
    expect(ledger.trials[7]).toMatchObject({
      kind: "backtest",
      name: "averages",
      parameters: { fast: 9, slow: 15 },
    });

    const before = textOf(id);
    const run = () => workbench.cell(3).getAttribute("data-run");
    const first = await run();
    await workbench.cell(3).focus();
    await workbench.page.keyboard.press("ControlOrMeta+Enter");
    await expect.poll(run).not.toBe(first);
    await expect.poll(() => workbench.state(3)).toBe("ok");
    await workbench.page.reload();
    await finished(id, 50);
    expect(textOf(id)).toBe(before);

    // The best of them is long gone from the page, and counts.
    await workbench.cell(3).focus();
    await workbench.page.keyboard.press("d");
    await workbench.page.keyboard.press("d");
    await workbench.cell(3).waitFor({ state: "detached" });
    await expect
      .poll(() => workbench.page.getByTestId("save-state").getAttribute("data-state"))
      .toBe("saved");
    await workbench.page.reload();
    await workbench.cell(2).waitFor();
    await expect.poll(() => button().innerText()).toBe("50 trials");
    expect(textOf(id)).toBe(before);
  });

  test("deflates every Sharpe ratio on the page, the ones shown before as well", async () => {
    const one = `const first = await backtest(averages, few, { save: false }); display(tearsheet(first));`;
    const id = await workbench.openNotebook("Deflated", [
      ["ts", CANDLES],
      ["ts", STRATEGY],
      ["ts", one],
      ["ts", `const more = view(Inputs.range([0, 20], { value: 0, step: 1 }));`],
      ["ts", `${loop("more")} first;`],
      ["ts", `display(report(await evaluate("momentum-rank", { symbols: ["BTC/USDT"], save: false })));`],
    ]);
    const note = () => figure(3, "deflated").innerText();
    await expect.poll(note).toMatch(/2 trials/);
    await expect.poll(() => figure(6, "deflated").innerText()).toMatch(/2 trials/);
    const deflated = async () => Number(/0\.\d+/.exec(await note())?.[0]);
    const before = await deflated();
    await workbench.slide(4, 20);
    await expect.poll(note).toMatch(/2[12] trials/);
    await expect.poll(() => countOf(id)).toBeGreaterThan(20);
    expect(before).toBeGreaterThan(0);
    await expect.poll(deflated).not.toBe(before);
  });

  test("counts in a sample too, and goes along when the sample becomes one's own", async () => {
    await workbench.go("#/notebook/backtest");
    await expect.poll(() => button().innerText(), { timeout: 90_000 }).toMatch(/^[1-9]\d* trials?$/);
    expect(countOf("backtest")).toBeGreaterThan(0);
    await workbench.cell(1).focus();
    await workbench.page.keyboard.press("b");
    await expect
      .poll(() => workbench.page.getByTestId("save-state").getAttribute("data-state"))
      .toBe("saved");
    const own = decodeURIComponent(new URL(workbench.page.url()).hash.split("/").pop() ?? "");
    expect(own).not.toBe("backtest");
    // What is still under way in it goes to the copy alone.
    expect(textOf(own).startsWith(textOf("backtest"))).toBe(true);
    expect(ledgerOf(own).faults).toEqual([]);
  });

  test("is not lost while the server is away", async () => {
    workbench.expectsConsoleErrors = true;
    const id = await opened("Away", 3);
    await workbench.context.route("**/api/notebooks/*/trials", (route) => route.abort());
    await workbench.replaceCode(3, loop(12));
    await expect.poll(() => button().innerText()).toBe("12 trials");
    expect(countOf(id)).toBe(3);
    await button().click();
    await panel().getByText("the server is away, the browser holds them").waitFor();
    // The page goes before the server is back; the loop that made them is gone as well.
    await workbench.replaceCode(3, `display("nothing");`);
    await expect
      .poll(() => workbench.page.getByTestId("save-state").getAttribute("data-state"))
      .toBe("saved");
    await workbench.page.reload();
    await workbench.context.unroute("**/api/notebooks/*/trials");
    await workbench.page.reload();
    await expect.poll(() => countOf(id)).toBe(12);
    expect(ledgerOf(id).faults).toEqual([]);
  });

  test("cannot be told by the notebook itself", async () => {
    const id = await opened("Told", 2);
    const line = JSON.stringify(JSON.parse(textOf(id).split("\n")[0]));
    await workbench.replaceCode(
      3,
      `const trial = JSON.parse(${JSON.stringify(line)});
const frame = globalThis.eval("parent");
for (const message of [trial, { type: "trial", trial }, { type: "trials", trials: [trial] }, null]) {
  frame.postMessage(message, "*");
  for (let i = 0; i < frame.length; i++) frame[i].postMessage(message, "*");
}
display("done: " + frame.length);`,
    );
    await expect.poll(() => cellText(workbench.page, 3)).toBe("done: 2");
    await workbench.replaceCode(3, loop(3));
    await finished(id, 3);
  });
});

describe("the ledger of trials", () => {
  test("is opened by a key, shows each trial, and is cleared by an act that it records", async () => {
    const { page } = workbench;
    const id = await opened("Shown", 20);
    await workbench.cell(2).focus();
    await page.keyboard.press("t");
    await panel().waitFor();
    expect(await panel().getByTestId("trial-count").innerText()).toBe("20");
    await panel().getByText("Chain of 20 lines verified, kept beside the notebook").waitFor();
    await expect.poll(() => panel().locator("svg circle").count()).toBe(20);
    await panel().getByText("Return by drawdown").click();
    await panel().locator("svg", { hasText: "max drawdown" }).waitFor();
    const rows = panel().getByRole("grid", { name: "Trials" }).getByRole("row");
    await rows.nth(1).click();
    await panel().getByRole("region", { name: "The chosen trial" }).getByText("line 20").waitFor();

    await panel().getByRole("button", { name: "Clear…" }).click();
    const clear = page.getByRole("button", { name: "Clear 20 trials" });
    expect(await clear.isDisabled()).toBe(true);
    await page.getByLabel("Why").fill("a new question");
    await clear.click();
    await expect.poll(() => button().innerText()).toBe("0 trials");
    await panel().getByText("20 trials: a new question").waitFor();
    const ledger = ledgerOf(id);
    expect([ledger.records.length, ledger.count, ledger.faults]).toEqual([21, 0, []]);
    expect(ledger.cleared).toMatchObject([{ trials: 20, reason: "a new question" }]);

    await page.getByRole("button", { name: "Close trials" }).focus();
    await page.keyboard.press("Escape");
    await panel().waitFor({ state: "detached" });
    await page.reload();
    await finished(id, 20);
    expect(ledgerOf(id).records).toHaveLength(41);
  });

  test("says which line of the file was changed", async () => {
    const id = await opened("Changed", 5);
    await workbench.go("#/jobs");
    writeFileSync(pathOf(id), textOf(id).replace('"seq":3,"atMs":1', '"seq":3,"atMs":2'));
    await workbench.go(`#/notebook/${id}`);
    await expect.poll(() => button().innerText()).toBe("ledger broken");
    await button().click();
    await panel()
      .getByText("Line 3: its words do not have the hash that it carries: it was changed.")
      .waitFor();
  });

  test("goes with a duplicate, under a new name, and out and in again with the file", async () => {
    const { page } = workbench;
    const id = await opened("Travels", 4);
    const text = textOf(id);
    const menu = async (item: string): Promise<void> => {
      await page.getByRole("button", { name: "More about this notebook" }).click();
      await page.getByRole("menuitem", { name: item }).click();
    };
    await menu("Duplicate");
    await expect.poll(() => textOf("travels-copy")).toBe(text);
    await expect.poll(() => button().innerText()).toBe("4 trials");

    await page.getByRole("button", { name: "Travels (copy)" }).click();
    await page.getByLabel("Title of the notebook").fill("Arrived");
    await page.keyboard.press("Enter");
    await expect.poll(() => textOf("arrived")).toBe(text);
    await expect.poll(() => existsSync(pathOf("travels-copy"))).toBe(false);

    const files: string[] = [];
    const saved = async (act: () => Promise<void>): Promise<void> => {
      const [download] = await Promise.all([page.waitForEvent("download"), act()]);
      const path = join(workbench.app.home, download.suggestedFilename());
      await download.saveAs(path);
      files.push(path);
    };
    await saved(() => menu("Export the file"));
    await saved(() => page.getByRole("button", { name: "Save it too" }).click());
    expect(files.map((path) => path.split("/").pop())).toEqual(["arrived.html", "arrived.trials.jsonl"]);
    await workbench.go("#/");
    await page.getByTestId("import-notebook").setInputFiles(files);
    await expect.poll(() => textOf("arrived-2")).toBe(text);
  });
});
