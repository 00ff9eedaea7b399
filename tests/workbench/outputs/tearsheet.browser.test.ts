import "#workbench/styles/tokens.css";
import { afterEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { CandleChartElement } from "#workbench/charts/candles.ts";
import type { Output } from "#workbench/outputs/element.ts";
import { numbersOf } from "#workbench/outputs/engineTable.ts";
import { markedTrade } from "#workbench/outputs/tearsheet/backtestTrades.ts";
import { tearsheetPage } from "#workbench/outputs/tearsheet/tearsheet.ts";
import { wanderingUniverse } from "../workers/universe.ts";
import { sampleBacktest } from "./sampleBacktest.ts";

const universe = wanderingUniverse(3, 9000);
const result = sampleBacktest(universe);
const candles = (symbol: string) => universe.find((one) => one.symbol === symbol)!;

let shown: Output | undefined;
function show(output: Output): Output {
  shown = output;
  document.body.replaceChildren(output);
  return output;
}
afterEach(() => {
  // Twice: a cell ends what it showed, and every part of it by itself.
  shown?.destroy();
  shown?.destroy();
});

/** A busy machine is slow, not wrong. */
const patient = { timeout: 20_000 };

const plain = (node: Element | null | undefined): string =>
  (node?.textContent ?? "").replaceAll("\u202f", "").replaceAll("−", "-");
const section = (root: ParentNode, title: string): Element | undefined =>
  [...root.querySelectorAll("section")].find((one) => one.firstElementChild?.textContent?.startsWith(title));

test("the headline gives the figures of the result, with what one must know to read them", () => {
  const root = show(tearsheetPage(result));
  const text = plain(root.querySelector(".wf-report-figures"));
  expect(text).toContain(`${(100 * result.metrics.totalReturn).toFixed(2)}%`);
  expect(text).toContain(`trades${result.metrics.tradeCount}`);
  expect(text).toMatch(/Sharpe0\.8495% -?\d+\.\d … -?\d+\.\d/);
  expect(text).toMatch(/win rate[\d.]+%95% [\d.]+ … [\d.]+%/);
});

test("months stand in a grid and compound to the year", () => {
  const root = show(tearsheetPage(result));
  const cells = [...(section(root, "Months")?.querySelectorAll("tbody td") ?? [])].map(plain);
  expect(cells.filter((text) => text !== "").length).toBeGreaterThan(1);
  expect(cells.at(-1)).toBe(
    `${result.metrics.totalReturn > 0 ? "+" : ""}${(100 * result.metrics.totalReturn).toFixed(1)}%`,
  );
});

test("costs lead from the profit before them to what was left", () => {
  const root = show(tearsheetPage(result));
  const amounts = [...(section(root, "Costs")?.querySelectorAll("td:nth-child(2)") ?? [])].map((cell) =>
    Number(plain(cell).replace(/[^\d.-]/g, "")),
  );
  const sum = amounts.slice(0, -1).reduce((total, amount) => total + amount, 0);
  expect(Math.abs(sum - (amounts.at(-1) ?? Number.NaN))).toBeLessThan(3);
});

test("a trade that is chosen in the table is shown on the chart of its market", async () => {
  const root = show(tearsheetPage(result, { candles }));
  await expect.poll(() => root.querySelector(".wf-chart"), patient).not.toBeNull();
  const row = result.trades.rows - 40;
  const wanted = markedTrade(result.trades, row);
  const grid = section(root, "Trades")?.querySelector<HTMLElement>("[role=grid]");
  grid?.focus();
  const table = grid?.closest<HTMLElement & { goTo(row: number): void }>(".wf-table");
  table?.goTo(row);
  await userEvent.keyboard("{Enter}");
  const chart = (): CandleChartElement | null => root.querySelector<CandleChartElement>(".wf-chart");
  await expect.poll(() => chart()?.candles.symbol, patient).toBe(wanted.symbol);
  await expect
    .poll(() => chart()?.visibleRange.fromMs ?? Infinity, patient)
    .toBeLessThanOrEqual(wanted.entryTime);
  const { fromMs, toMs } = chart()?.visibleRange ?? { fromMs: 0, toMs: 0 };
  expect(toMs).toBeGreaterThanOrEqual(wanted.exitTime);
  expect(toMs - fromMs).toBeLessThan(numbersOf(result.equity, "time").at(-1)! - universe[0].timestamp[0]);
});

test("candles that are not to be had are told, and the table stands", async () => {
  const root = show(
    tearsheetPage(result, {
      candles: () => {
        throw new Error("The lake has no candles of C0/USDT.");
      },
    }),
  );
  await expect
    .poll(() => plain(section(root, "Trades")), patient)
    .toContain("The lake has no candles of C0/USDT.");
  expect(section(root, "Trades")?.querySelectorAll("[role=gridcell]").length).toBeGreaterThan(10);
});

test("assumptions, hashes and risk events stand at its foot, orders behind a door", async () => {
  const root = show(tearsheetPage(result));
  for (const sentence of result.assumptions.sentences) expect(root.textContent).toContain(sentence);
  expect(root.querySelector("[data-hash=result]")?.textContent).toBe(result.hash);
  await expect.poll(() => plain(section(root, "Risk")), patient).toContain("dailyLoss");
  expect(plain(section(root, "Risk"))).toContain("untilMs");
  const door = root.querySelector("details");
  expect(door?.querySelector("[role=grid]")).toBeNull();
  await userEvent.click(door!.querySelector("summary")!);
  await expect
    .poll(() => door?.querySelector("[role=grid]")?.getAttribute("aria-rowcount"), patient)
    .toBe(String(result.orders.rows + 1));
});
