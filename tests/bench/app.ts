import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Frame, Page } from "playwright";
import type { Candles } from "#engine/candles/candles.ts";
import { builtInStrategies } from "#engine/strategies/index.ts";
import { evaluate } from "#engine/walkforward/evaluate.ts";
import { openLake } from "#server/lake/lake.ts";
import { type App, createNotebook, notebookOf, startApp, startBrowser, tokenOf } from "../e2e/app.ts";
import { walkCandles } from "./candles.ts";
import { type Goal, median } from "./measure.ts";
import { installStopwatch } from "./stopwatch.ts";

type Cells = Parameters<typeof notebookOf>[1];

/** The app as it was built, and what is known of the data in its lake. */
type Bench = { app: App; browser: Browser; million: Candles; universe: Candles[] };

/** Seconds of scrolling through the table of a million rows. */
const SCROLL_MS = 10_000;

/**
 * The built app in a headless Chromium: each round starts cold, with a browser that has nothing cached. Answers are
 * checked against the engine and the data that were put into the lake.
 */
export async function benchApp(rounds: number): Promise<Goal[]> {
  const home = mkdtempSync(join(tmpdir(), "walkforward-bench-"));
  const lake = openLake(join(home, "lake"));
  const million = walkCandles(1_000_000);
  for (const candles of [million, walkCandles(100_000, { symbol: "LONG/USDT" })]) {
    const key = { exchange: "bench", market: "spot", symbol: candles.symbol, timeframe: candles.timeframe };
    await lake.mergeCandles({ key, candles, simulated: true, source: "benchmark" });
  }
  const app = await startApp(home);
  const browser = await startBrowser();
  const taken: Record<string, number[]> = {};
  try {
    await samplesMade(app, browser);
    const bench: Bench = { app, browser, million, universe: await lake.universe("simulated", "5m") };
    for (let round = 0; round < rounds; round++) {
      const scrollMs = rounds === 1 ? 1000 : SCROLL_MS;
      for (const measure of [shell, tour, candlesIntoSql, slider, evaluation, cancel]) {
        for (const [name, ms] of Object.entries(await measure(bench))) (taken[name] ??= []).push(ms);
      }
      for (const [name, ms] of Object.entries(await table(bench, scrollMs))) (taken[name] ??= []).push(ms);
    }
  } finally {
    await browser.close();
    await app.stop();
  }
  console.log("\nThe built app in Chromium (ms, each round cold)");
  const width = Math.max(...Object.keys(LIMITS).map((name) => name.length));
  for (const name of Object.keys(LIMITS)) {
    const rounded = taken[name].map((ms) => ms.toFixed(0).padStart(6)).join("");
    console.log(`  ${name.padEnd(width)} ${rounded}`);
  }
  return Object.entries(LIMITS).map(([name, limit]) => ({
    name,
    measured: median(taken[name]),
    limit,
    unit: "ms",
  }));
}

const LIMITS = {
  "shell interactive after a cold load": 1500,
  "first SQL result after a cold load": 4000,
  "the tour's first chart after a cold load": 4000,
  "1,000,000 candles into the browser's DuckDB": 1000,
  "slider to chart over 100,000 candles": 120,
  "evaluate, 90 days, in a browser worker": 250,
  "longest main-thread task while a job runs": 50,
  "cancel of an evaluation": 200,
  "End in a table of 1,000,000 rows": 200,
  "longest frame while scrolling it": 50,
};
type Taken = Partial<Record<keyof typeof LIMITS, number>>;

/** From the start of the navigation until rail and list are painted and a click in the rail has shown another page. */
async function shell(bench: Bench): Promise<Taken> {
  const { page, startedMs, close } = await coldPage(bench, "");
  const answeredMs = await page.evaluate(async () => {
    await stopwatch.painted(() => document.querySelector("nav a") && document.querySelector("main table a"));
    document.querySelector<HTMLElement>('nav a[href="#/jobs"]')?.click();
    return stopwatch.painted(() => document.querySelector("main h1")?.textContent === "Jobs");
  });
  await close();
  return { "shell interactive after a cold load": answeredMs - startedMs };
}

async function tour(bench: Bench): Promise<Taken> {
  const { page, startedMs, close } = await coldPage(bench, "#/notebook/tour");
  const frame = await frameOf(page);
  const [sqlMs, chartMs] = await frame.evaluate(() =>
    Promise.all([
      stopwatch.painted(() => document.querySelector('[data-cell-id="3"] [role="gridcell"]')),
      stopwatch.painted(() => document.querySelector('[data-cell-id="8"] canvas') && stopwatch.strokes > 0),
    ]),
  );
  await close();
  return {
    "first SQL result after a cold load": sqlMs - startedMs,
    "the tour's first chart after a cold load": chartMs - startedMs,
  };
}

/** The database has started; from the moment at which its table is asked for, none of the candles is loaded. */
async function candlesIntoSql(bench: Bench): Promise<Taken> {
  const { frame, close } = await openNotebook(bench, "Load", [
    ["sql", "SELECT 42 AS warm"],
    ["ts", "const least = await new Promise((resolve) => { globalThis.begin = resolve; });"],
    [
      "sql",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the cell fills it in, not we.
      "SELECT count(*)::INTEGER AS n, sum(close) AS total FROM bench.bench_usdt_1m WHERE close > ${least}",
      "all",
    ],
    ["ts", "display([all.get(0).n, all.get(0).total].join());"],
  ]);
  const ms = await frame.evaluate(async () => {
    const isDone = (id: number) =>
      document.querySelector(`[data-cell-id="${id}"]`)?.getAttribute("data-state") === "ok";
    await stopwatch.painted(() => isDone(1) && "begin" in globalThis);
    const startedMs = stopwatch.now();
    (globalThis as unknown as { begin(least: number): void }).begin(0);
    return (await stopwatch.painted(() => isDone(3))) - startedMs;
  });
  const [rows, total] = (await shown(frame, 4)).split(",").map(Number);
  const expected = bench.million.close.reduce((sum, close) => sum + close, 0);
  if (rows !== 1_000_000 || Math.abs(total / expected - 1) > 1e-9)
    throw new Error(`the browser's database holds ${rows} candles with a sum of ${total}, not ${expected}`);
  await close();
  return { "1,000,000 candles into the browser's DuckDB": ms };
}

async function slider(bench: Bench): Promise<Taken> {
  const { frame, close } = await openNotebook(bench, "Slider", [
    ["ts", `const length = view(Inputs.range([5, 200], { value: 20, step: 1 }));`],
    ["ts", `const prices = await candles("LONG/USDT", "1m", { exchange: "bench" });`],
    ["ts", "display(chart(prices, { overlays: { average: sma(prices.close, length) } }));"],
  ]);
  const times = await frame.evaluate(async () => {
    await stopwatch.painted(
      () => document.querySelector('[data-cell-id="3"] canvas') && stopwatch.strokes > 0,
    );
    const cell = document.querySelector<HTMLElement>('[data-cell-id="3"]');
    const input = document.querySelector<HTMLInputElement>('[data-cell-id="1"] input[type="range"]');
    if (cell === null || input === null) throw new Error("no slider");
    const times: number[] = [];
    for (let length = 30; length < 150; length += 8) {
      const before = { run: cell.dataset.run, strokes: stopwatch.strokes };
      const startedMs = stopwatch.now();
      input.value = String(length);
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
      const isPainted = (): boolean =>
        cell.dataset.run !== before.run && cell.dataset.state === "ok" && stopwatch.strokes > before.strokes;
      times.push((await stopwatch.painted(isPainted)) - startedMs);
    }
    return times;
  });
  await close();
  return { "slider to chart over 100,000 candles": median(times) };
}

/** Six evaluations, of which the first finds neither a worker nor candles in it. */
async function evaluation(bench: Bench): Promise<Taken> {
  const { page, frame, close } = await openNotebook(bench, "Evaluate", [
    [
      "ts",
      `const taken = [];
let last;
for (let feeBps = 1; feeBps <= 6; feeBps++) {
  const started = performance.now();
  last = await evaluate("macd-rsi-confluence", { feeBps, save: false });
  taken.push(performance.now() - started);
}
display(taken.join() + " " + last.hash);`,
    ],
  ]);
  for (const one of [page, frame]) await requireLongTasksSeen(one);
  await frame.evaluate(() => stopwatch.painted(() => document.querySelector('[role="progressbar"]')));
  for (const one of [page, frame])
    await one.evaluate(() => {
      stopwatch.longestTask = 0;
    });
  const [times, hash] = (await shown(frame, 1)).split(" ");
  const expected = evaluate(builtInStrategies["macd-rsi-confluence"], bench.universe, {
    feeBps: 6,
    simulated: true,
  });
  if (hash !== expected.hash)
    throw new Error(`the browser's hash is ${hash}, the engine's in Node ${expected.hash}`);
  const tasks = [page, frame].map((one) => one.evaluate(() => stopwatch.longestTask));
  const longest = Math.max(...(await Promise.all(tasks)));
  await close();
  return {
    "evaluate, 90 days, in a browser worker": median(times.split(",").slice(1).map(Number)),
    "longest main-thread task while a job runs": longest,
  };
}

/** A task of 120 ms is planted, and must be told of: where none is, "0 ms" would only mean that nobody looked. */
async function requireLongTasksSeen(place: Page | Frame): Promise<void> {
  const toldMs = await place.evaluate(async () => {
    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    stopwatch.longestTask = 0;
    setTimeout(() => {
      const endMs = stopwatch.now() + 120;
      while (stopwatch.now() < endMs);
    });
    for (let waits = 0; waits < 200 && stopwatch.longestTask < 100; waits++) await pause(10);
    return stopwatch.longestTask;
  });
  if (toldMs < 100) throw new Error(`a task of 120 ms in ${place.url()} was told as one of ${toldMs} ms`);
}

async function cancel(bench: Bench): Promise<Taken> {
  const { frame, close } = await openNotebook(bench, "Cancel", [
    [
      "ts",
      `const slow = defineStrategy({
  name: "slow", timeframe: "5m", history: 300, parameters: {},
  features: ({ close }) => ({ average: sma(close, 20) }),
  decide: ({ market }) => {
    let counted = 0;
    for (let i = 0; i < 4e7; i++) counted += i % 7;
    return counted < 0 ? [] : [{ symbol: market.rows[0].symbol, weight: 1 }];
  },
});`,
    ],
    ["ts", "const result = await evaluate(slow);"],
  ]);
  const ms = await frame.evaluate(async () => {
    const cell = '[data-cell-id="2"]';
    const meter = () => document.querySelector(`${cell} [role="progressbar"]`);
    await stopwatch.painted(() => Number(meter()?.getAttribute("aria-valuenow")) > 0);
    const startedMs = stopwatch.now();
    document.querySelector<HTMLElement>(`${cell} button[aria-label^="Cancel"]`)?.click();
    const isOver = () => document.querySelector(cell)?.getAttribute("data-state") === "failed";
    return (await stopwatch.painted(isOver)) - startedMs;
  });
  await close();
  return { "cancel of an evaluation": ms };
}

async function table(bench: Bench, scrollMs: number): Promise<Taken> {
  const { frame, close } = await openNotebook(bench, "Table", [
    [
      "sql",
      "SELECT range AS i, (range * 7919) % 1000003 AS mixed, 'row ' || range AS name FROM range(1000000)",
    ],
  ]);
  const [endMs, longestMs] = await frame.evaluate(async (scrollMs) => {
    await stopwatch.painted(() => document.querySelector("[role=gridcell]"));
    const grid = document.querySelector<HTMLElement>("[role=grid]");
    if (grid === null) throw new Error("no table");
    const press = (key: string) => grid.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    const holds = (text: string) =>
      [...grid.querySelectorAll("[role=gridcell]")].some((one) => one.textContent === text);
    grid.focus();
    const startedMs = stopwatch.now();
    press("End");
    const shownMs = await stopwatch.painted(() => holds("row 999999"));
    press("Home");
    await stopwatch.painted(() => holds("row 0"));
    const begin = performance.now();
    let longest = 0;
    for (let before = begin; before < begin + scrollMs; ) {
      const frameMs = await new Promise<number>((resolve) =>
        requestAnimationFrame(() => resolve(performance.now())),
      );
      longest = Math.max(longest, frameMs - before);
      before = frameMs;
      grid.scrollTop = ((frameMs - begin) / scrollMs) * (grid.scrollHeight - grid.clientHeight);
    }
    await stopwatch.painted(() => holds("row 999999"));
    return [shownMs - startedMs, longest];
  }, scrollMs);
  await close();
  return { "End in a table of 1,000,000 rows": endMs, "longest frame while scrolling it": longestMs };
}

type OpenPage = { page: Page; startedMs: number; close(): Promise<void> };

/** A page in a browser that has nothing cached and was here before, so that it stays where it is sent. */
async function coldPage({ app, browser }: Bench, hash: string): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  // Our TypeScript loader names functions by a helper of its own, which the page does not have.
  await context.addInitScript("globalThis.__name = (named) => named;");
  await context.addInitScript(installStopwatch);
  await context.addInitScript(() => {
    if (location.origin !== "null") localStorage.setItem("walkforward.welcomed", "true");
  });
  const page = await context.newPage();
  // A new window loads the browser's own interface for a while, which is nobody's cold load.
  await page.waitForTimeout(1000);
  await page.goto(`${app.url}/${hash}`, { waitUntil: "commit" });
  return { page, startedMs: await page.evaluate(() => performance.timeOrigin), close: () => context.close() };
}

async function frameOf(page: Page): Promise<Frame> {
  const element = await page.waitForSelector("iframe[sandbox]:not([hidden])", { state: "attached" });
  const frame = await element.contentFrame();
  if (frame === null) throw new Error("the notebook has no frame");
  await frame.waitForSelector("#frame", { state: "attached" });
  return frame;
}

async function openNotebook(bench: Bench, title: string, cells: Cells): Promise<OpenPage & { frame: Frame }> {
  const opened = await coldPage(bench, "#/jobs");
  await opened.page.waitForSelector("main h1");
  const id = await createNotebook(opened.page, bench.app, title, notebookOf(title, cells));
  await opened.page.goto(`${bench.app.url}/#/notebook/${id}`);
  await opened.page.getByRole("button", { name: "Run this notebook" }).click();
  return { ...opened, frame: await frameOf(opened.page) };
}

/** What a cell displays once it has run; text is shown in quotes, as values are. */
async function shown(frame: Frame, id: number): Promise<string> {
  const cell = frame.locator(`[data-cell-id="${id}"]:is([data-state="ok"], [data-state="failed"])`);
  await cell.waitFor({ timeout: 120_000 });
  return (await cell.locator(".output").innerText()).trim().replace(/^"(.*)"$/s, "$1");
}

async function samplesMade(app: App, browser: Browser): Promise<void> {
  const page = await browser.newPage();
  await page.goto(`${app.url}/#/jobs`);
  const headers = { "x-walkforward-token": await tokenOf(page) };
  for (;;) {
    const answer = await fetch(`${app.url}/api/health`, { headers });
    if (((await answer.json()) as { ready: boolean }).ready) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await page.close();
}
