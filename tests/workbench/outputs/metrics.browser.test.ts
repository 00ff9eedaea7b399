import "#workbench/styles/tokens.css";
import { afterEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { Table } from "#engine/core/table.ts";
import { metricsOf } from "#engine/metrics/accountMetrics.ts";
import { ONE_TRIAL } from "#engine/trials/summary.ts";
import { settledTrials } from "#workbench/outputs/deflated.ts";
import type { Output } from "#workbench/outputs/element.ts";
import { isAccountMetrics, metricsView } from "#workbench/outputs/tearsheet/metricsView.ts";
import { tearsheetPage } from "#workbench/outputs/tearsheet/tearsheet.ts";
import { wanderingUniverse } from "../workers/universe.ts";
import { sampleBacktest } from "./sampleBacktest.ts";

const universe = wanderingUniverse(3, 9000);
const result = sampleBacktest(universe);
const metrics = metricsOf(result, { benchmark: universe[0] });
const trials = settledTrials(ONE_TRIAL);

let shown: Output | undefined;
function show(output: Output): Output {
  shown = output;
  document.body.replaceChildren(output);
  return output;
}
afterEach(() => {
  shown?.destroy();
  shown?.destroy();
});

/** A busy machine is slow, not wrong. */
const patient = { timeout: 20_000 };

const plain = (node: Element | null | undefined): string =>
  (node?.textContent ?? "").replaceAll("\u202f", "").replaceAll("−", "-");
const section = (root: ParentNode, title: string): Element | undefined =>
  [...root.querySelectorAll("section")].find((one) => one.firstElementChild?.textContent === title);
const row = (root: ParentNode, title: string): HTMLElement | undefined =>
  [...root.querySelectorAll<HTMLElement>("[data-tip]")].find(
    (one) => one.querySelector("th")?.textContent === title,
  );
const textOf = (root: ParentNode, title: string): string => plain(row(root, title)?.querySelector("td"));
const tip = (root: ParentNode): HTMLElement => root.querySelector<HTMLElement>("[role=tooltip]")!;

test("the metrics stand by families, each in its unit", () => {
  const root = show(metricsView(metrics, { quote: "USDT", trials }));
  const captions = [...root.querySelectorAll("caption")].map(plain);
  expect(captions).toEqual([
    ...["Returns", "Return by risk", "Risk", "Trades", "Holding", "Excursions", "R-multiples"],
    ...["Activity and costs", "Beside the benchmark"],
  ]);
  const { returns, trades, risk, benchmark } = metrics;
  const sign = returns.totalReturn > 0 ? "+" : "";
  expect(textOf(root, "Total return")).toBe(`${sign}${(100 * returns.totalReturn).toFixed(2)}%`);
  expect(textOf(root, "Trades")).toBe(String(trades.tradeCount));
  expect(textOf(root, "Expectancy")).toMatch(/^[+-][\d.]+USDT$/);
  expect(textOf(root, "Longest drawdown")).toMatch(/^\d+ ?d/);
  expect(textOf(root, "Kurtosis")).toBe(risk.kurtosis.toFixed(2));
  expect(textOf(root, "Mean R")).toMatch(/^[+-][\d.]+R$/);
  expect(textOf(root, "Beta")).toBe((benchmark?.beta ?? Number.NaN).toFixed(2));
});

test("the Sharpe ratio stands beside its deflated twin and the count of trials", () => {
  const root = show(metricsView(metrics, { trials }));
  expect(row(root, "Sharpe ratio")?.nextElementSibling).toBe(row(root, "Deflated Sharpe"));
  expect(textOf(root, "Deflated Sharpe")).toMatch(/^\d\.\d\d 1 trial/);
});

test("a figure says what it means when one points at it, and goes quiet when one leaves", async () => {
  const root = show(metricsView(metrics, { trials }));
  expect(tip(root).hidden).toBe(true);
  await userEvent.hover(row(root, "Ulcer index")!);
  await expect.poll(() => tip(root).hidden, patient).toBe(false);
  expect(tip(root).textContent).toContain("Root of the mean square of the drawdowns");
  const outside = document.createElement("button");
  outside.textContent = "elsewhere";
  root.before(outside);
  await userEvent.hover(outside);
  await expect.poll(() => tip(root).hidden, patient).toBe(true);
});

test("the figures are one stop of the tab key, the arrows go on, and Escape takes the words away", async () => {
  const root = show(metricsView(metrics, { trials }));
  const stops = [...root.querySelectorAll<HTMLElement>("[data-tip]")].filter(
    ({ tabIndex }) => tabIndex === 0,
  );
  expect(stops).toEqual([row(root, "Total return")]);
  stops[0].focus();
  expect(tip(root).hidden).toBe(false);
  await userEvent.keyboard("{ArrowDown}");
  const next = row(root, "Annual return (CAGR)");
  expect(document.activeElement).toBe(next);
  expect(next?.getAttribute("aria-describedby")).toBe(tip(root).id);
  expect(tip(root).textContent).toContain("compounded");
  await userEvent.keyboard("{Escape}");
  expect(tip(root).hidden).toBe(true);
  await userEvent.keyboard("{End}");
  expect(tip(root).hidden).toBe(false);
});

test("what is undefined is a dash that says why, never 0", () => {
  const empty = <Name extends string>(table: Table<Name>): Table<Name> => ({
    rows: 0,
    columns: Object.fromEntries(
      Object.keys(table.columns).map((name) => [name, new Float64Array(0)]),
    ) as Record<Name, Float64Array>,
  });
  const none = metricsOf({ ...result, trades: empty(result.trades), equity: empty(result.equity) });
  const root = show(metricsView(none, { trials }));
  expect(textOf(root, "Win rate")).toBe("–");
  row(root, "Win rate")?.focus();
  expect(tip(root).textContent).toContain("Undefined: there was no trade.");
  expect([...root.querySelectorAll("caption")].map(plain)).not.toContain("Holding");
  expect(section(root, "Groups of trades")).toBeUndefined();
});

test("the deepest drawdown stands first, and one that has not recovered says so", () => {
  const root = show(metricsView(metrics, { trials }));
  const cells = [...(section(root, "Drawdowns")?.querySelectorAll("[role=gridcell]") ?? [])].map(plain);
  expect(cells[0]).toBe(`${(100 * metrics.risk.maxDrawdown).toFixed(2)}%`);
  const recovered = metrics.drawdowns.columns.recoveryTime as Float64Array;
  const isOpen = recovered.subarray(0, 10).some(Number.isNaN);
  expect(cells.includes("not yet")).toBe(isOpen);
});

test("trades are grouped by what one chooses, each trade once", async () => {
  const root = show(metricsView(metrics, { quote: "USDT", trials }));
  const panel = section(root, "Groups of trades");
  const button = (name: string): HTMLElement | undefined =>
    [...(panel?.querySelectorAll<HTMLElement>(".wf-choice") ?? [])].find(
      ({ textContent }) => textContent === name,
    );
  const counts = (): number[] =>
    [...(panel?.querySelectorAll("[role=row] [role=gridcell]:nth-child(2)") ?? [])].map((cell) =>
      Number(plain(cell)),
    );
  const total = (): number => counts().reduce((sum, one) => sum + one, 0);
  expect(button("symbol")?.getAttribute("aria-pressed")).toBe("true");
  expect(total()).toBe(metrics.trades.tradeCount);
  await userEvent.click(button("weekday")!);
  expect(button("weekday")?.getAttribute("aria-pressed")).toBe("true");
  expect(plain(panel)).toContain("Monday");
  expect(counts()).toHaveLength(7);
  expect(total()).toBe(metrics.trades.tradeCount);
  await userEvent.click(button("exit")!);
  expect(plain(panel)).toContain("target");
});

test("the tearsheet has them, beside the benchmark that it is given", async () => {
  const root = show(tearsheetPage(result, { benchmark: universe[0], trials }));
  await expect.poll(() => section(root, "Metrics"), patient).toBeDefined();
  expect(textOf(root, "Beta")).toBe((metrics.benchmark?.beta ?? Number.NaN).toFixed(2));
  expect(section(root, "Drawdowns")).toBeDefined();
});

test("only what metrics(…) gives is taken for metrics", () => {
  expect(isAccountMetrics(metrics)).toBe(true);
  for (const other of [undefined, null, 3, {}, result, result.metrics])
    expect(isAccountMetrics(other)).toBe(false);
});
