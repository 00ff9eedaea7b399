import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Browser, BrowserContext, Page } from "playwright";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as engine from "#engine";
import { parseWire } from "#engine/core/wireJson.ts";
import type { Evaluation } from "#engine/walkforward/result.ts";
import type { EvaluateOptions } from "#engine/walkforward/settings.ts";
import type { RunDetails, RunSummary } from "#server/contract.ts";
import { openLake } from "#server/lake/lake.ts";
import { linkStrategy } from "#server/runs/linkStrategy.ts";
import { root } from "#server/setup/install.mjs";
import { sharedData, WITHOUT_DATA } from "../fixtures/sharedData.ts";
import { Bench } from "../workbench/runtime/harness.ts";
import {
  type App,
  type Complaints,
  cell,
  cellText,
  createNotebook,
  notebookOf,
  openPage,
  startApp,
  startBrowser,
  tokenOf,
} from "./app.ts";

/**
 * The same strategy, settings and candles in each place where an evaluation runs: the worker of the notebook's frame,
 * the engine called directly, the command line, and the job that the Runs page starts. One hash.
 */
const HOUR_MS = 3_600_000;
const SPOT = "market/ohlcv/exchange=binance/market=spot";

/** A strategy of a notebook: it uses another cell's function and another's value. */
const CELLS: Parameters<typeof notebookOf>[1] = [
  ["ts", "const least: number = 0.6;"],
  [
    "ts",
    "function strength(rank: number, move: number): number {\n  return (rank + Math.sign(move)) / 2;\n}",
  ],
  [
    "ts",
    `const strategy = defineStrategy({
  name: "breakout-of-the-hour",
  timeframe: "1h",
  informative: ["4h"],
  history: 120,
  parameters: { length: int(24, 6, 96), most: int(2, 1, 5) },
  features: ({ close, volume, candles, parameters, on }) => ({
    move: dividedBy(change(close, parameters.length), close),
    rank: percentileRank(close, 48),
    volume: zscore(volume, 20),
    range: dividedBy(atr(candles, 14), close),
    higher: macd(on("4h").close, 12, 26, 9).histogram,
  }),
  decide: ({ market, parameters }) =>
    market.rows
      .filter(({ features }) => features.rank > least && features.volume > 0 && features.higher > 0)
      .map(({ symbol, features }) => ({ symbol, score: strength(features.rank, features.move), weight: 1 / 5 }))
      .sort((a, b) => b.score - a.score || (a.symbol < b.symbol ? -1 : 1))
      .slice(0, parameters.most),
});`,
  ],
];

let app: App;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: Complaints;
let folder: string;

beforeAll(async () => {
  app = await startApp();
  browser = await startBrowser();
  folder = mkdtempSync(join(tmpdir(), "walkforward-parity-"));
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  ({ page, complaints } = await openPage(context, app, "#/runs"));
  await expect
    .poll(async () => ((await get("/api/health")) as { ready: boolean }).ready, { timeout: 120_000 })
    .toBe(true);
});
afterEach(async () => {
  await context.close();
  expect(complaints).toEqual({ foreignRequests: [], consoleErrors: [] });
});

async function get(path: string): Promise<unknown> {
  const answer = await fetch(`${app.url}${path}`, {
    headers: { "x-walkforward-token": await tokenOf(page) },
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${text}`);
  return parseWire(text);
}

async function commandLine(...args: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(root, "build/server/main.js"), ...args, "--json"],
    { env: { ...process.env, WALKFORWARD_HOME: app.home }, maxBuffer: 1e9 },
  );
  return parseWire(stdout);
}

/** What the frame would bundle, made by the same runtime in Node. */
async function moduleText(): Promise<string> {
  const bench = new Bench({ library: { ...engine }, engineNames: new Set(Object.keys(engine)) });
  await bench.open(CELLS.map(([, code]) => ["ts", code]));
  await expect.poll(() => bench.runtime.value("strategy")).toBeDefined();
  const { text } = bench.runtime.bundle(bench.runtime.value("strategy"));
  bench.runtime.dispose();
  return text;
}

type Case = {
  exchange: string;
  timeframe: string;
  stored: string;
  /** Start and end as dates, which is what the form takes; undefined: all there is. */
  from?: string;
  to?: string;
};
const dateMs = (date: string | undefined): number | undefined =>
  date === undefined ? undefined : Date.parse(`${date}T00:00:00Z`);

function optionsOf({ timeframe, from, to }: Case): EvaluateOptions {
  const [startMs, endMs] = [dateMs(from), dateMs(to)];
  return {
    timeframe,
    windowMs: 8 * HOUR_MS,
    shiftMs: 4 * HOUR_MS,
    feeBps: 7.5,
    slippageBps: 2,
    ...(startMs === undefined ? {} : { startMs }),
    ...(endMs === undefined ? {} : { endMs }),
  };
}

function flags({ exchange, timeframe, from, to }: Case): string[] {
  const settings =
    `--exchange ${exchange} --timeframe ${timeframe} --window 8h --shift 4h --fee-bps 7.5 --slippage-bps 2`.split(
      " ",
    );
  return [...settings, ...(from ? ["--from", from] : []), ...(to ? ["--to", to] : [])];
}

/** (a) In the compute worker of the notebook's frame; the run that it keeps is read back from the server. */
async function inFrame(title: string, expression: string, given: Case): Promise<Evaluation> {
  const options = JSON.stringify({ ...optionsOf(given), exchange: given.exchange });
  const cells: typeof CELLS = [
    ...CELLS,
    ["ts", `const evaluation = await evaluate(${expression}, ${options});`],
    ["ts", "display(evaluation.hash);"],
  ];
  const id = await createNotebook(page, app, title, notebookOf(title, cells));
  await page.goto(`${app.url}/#/notebook/${id}`);
  await page.getByRole("button", { name: "Run this notebook" }).click();
  const state = (): Promise<string | null> => cell(page, 4).getAttribute("data-state");
  await expect.poll(state, { timeout: 300_000 }).toMatch(/ok|failed/);
  expect(await state(), await cell(page, 4).innerText()).toBe("ok");
  await expect.poll(() => cellText(page, 5)).toMatch(/^[0-9a-f]{64}$/);
  const shown = await cellText(page, 5);
  let kept: RunSummary | undefined;
  await expect
    .poll(async () => {
      const runs = (await get("/api/runs")) as RunSummary[];
      kept = runs.find(({ notebook, source }) => notebook === id && source === "notebook");
      return kept?.hash;
    })
    .toBe(shown);
  return ((await get(`/api/runs/${kept?.id}`)) as RunDetails).evaluation;
}

/** (b) The engine itself, over what the lake holds. */
async function inNode(strategy: engine.Strategy, given: Case): Promise<Evaluation> {
  const lake = openLake(join(app.home, "lake"));
  const universe = await lake.universe(given.exchange, given.stored);
  const simulated = (await lake.series()).some(
    (series) => series.exchange === given.exchange && series.simulated,
  );
  return engine.evaluate(strategy, universe, { ...optionsOf(given), simulated });
}

/** (d) A job of the server, started by hand from the form of the Runs page. */
async function fromForm(name: string, given: Case): Promise<Evaluation> {
  await page.goto(`${app.url}/#/runs`);
  await page
    .getByRole("button", { name: /New run/ })
    .first()
    .click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Strategy").selectOption(name);
  await dialog.getByLabel("Universe").selectOption(`${given.exchange}/spot/${given.stored}`);
  await dialog.getByLabel("Timeframe").selectOption(given.timeframe);
  if (given.from) await dialog.getByLabel("From, UTC").fill(given.from);
  if (given.to) await dialog.getByLabel("To, UTC").fill(given.to);
  await dialog.getByLabel("Window").fill("8h");
  await dialog.getByLabel("Shift").fill("4h");
  await dialog.getByLabel("Fee").fill("7.5");
  await dialog.getByLabel("Slippage").fill("2");
  await dialog.getByRole("button", { name: "Start the run" }).click();
  await page.getByRole("button", { name: "Open" }).click();
  const shown = await page.locator('[data-hash="result"]').innerText();
  const run = ((await get("/api/runs")) as RunSummary[]).find(
    ({ source, hash }) => source === "form" && hash === shown,
  );
  return ((await get(`/api/runs/${run?.id}`)) as RunDetails).evaluation;
}

async function fromCommandLine(given: Case, ...which: string[]): Promise<Evaluation> {
  const { evaluation } = (await commandLine("evaluate", ...which, ...flags(given))) as {
    evaluation: Evaluation;
  };
  return evaluation;
}

/** Not only the hash: every trade, every figure. */
function expectSame(places: Record<string, Evaluation>): void {
  const [[, first], ...rest] = Object.entries(places);
  expect(first.trades.length).toBeGreaterThan(50);
  for (const [place, evaluation] of rest) {
    expect(evaluation.hash, place).toBe(first.hash);
    expect(evaluation, place).toEqual(first);
  }
}

async function everywhere(given: Case): Promise<void> {
  const name = "momentum-rank";
  expectSame({
    engine: await inNode(engine.builtInStrategy(name), given),
    "the notebook's worker": await inFrame(`Built in ${given.exchange}`, JSON.stringify(name), given),
    "the command line": await fromCommandLine(given, name),
    "the Runs page": await fromForm(name, given),
  });
  const text = await moduleText();
  const file = join(folder, "strategy.js");
  writeFileSync(file, text);
  expectSame({
    engine: await inNode(linkStrategy(text), given),
    "the notebook's worker": await inFrame(`Own ${given.exchange}`, "strategy", given),
    "the command line": await fromCommandLine(given, "--strategy-file", file),
  });
}

describe("an evaluation has one hash in the notebook, the engine, the command line and the Runs page", () => {
  test("on the bundled universe", async () => {
    await everywhere({ exchange: "simulated", timeframe: "1h", stored: "5m" });
  }, 400_000);

  const spot = sharedData(SPOT);
  const title = spot === undefined ? `on real markets (${WITHOUT_DATA})` : "on twelve real markets, imported";
  test.skipIf(spot === undefined)(
    title,
    async () => {
      const symbols = readdirSync(spot as string).sort();
      expect(symbols).toHaveLength(12);
      for (const [i, entry] of symbols.entries()) {
        const file = join(spot as string, entry, "timeframe=1h/data.parquet");
        const symbol = entry.replace("symbol=", "").replace("-", "/");
        // The first three by the API, as the page's import does it; the others by the command line.
        if (i < 3) await upload(file, symbol);
        else
          await commandLine("import", file, "--exchange", "binance", "--market", "spot", "--symbol", symbol);
      }
      const stored = (await openLake(join(app.home, "lake")).series()).filter(
        ({ exchange }) => exchange === "binance",
      );
      expect(stored.map(({ symbol }) => symbol)).toEqual(
        symbols.map((entry) => entry.replace("symbol=", "").replace("-", "/")),
      );
      await everywhere({
        exchange: "binance",
        timeframe: "1h",
        stored: "1h",
        from: "2021-06-01",
        to: "2023-12-01",
      });
    },
    900_000,
  );
});

async function upload(file: string, symbol: string): Promise<void> {
  const form = new FormData();
  form.set("file", new Blob([new Uint8Array(await readFile(file))]), "data.parquet");
  form.set("options", JSON.stringify({ exchange: "binance", market: "spot", symbol }));
  const answer = await fetch(`${app.url}/api/lake/import`, {
    method: "POST",
    headers: { "x-walkforward-token": await tokenOf(page) },
    body: form,
  });
  expect(answer.status, await answer.text()).toBe(201);
}
