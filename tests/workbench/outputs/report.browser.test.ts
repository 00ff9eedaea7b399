import "#workbench/styles/tokens.css";
import { afterEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { wilsonInterval } from "#engine/metrics/wilson.ts";
import { builtInStrategy } from "#engine/strategies/index.ts";
import { evaluate } from "#engine/walkforward/evaluate.ts";
import type { Output } from "#workbench/outputs/element.ts";
import { setOutputHost } from "#workbench/outputs/host.ts";
import { compareReports, report } from "#workbench/outputs/report.ts";
import { wanderingUniverse } from "../workers/universe.ts";

const universe = wanderingUniverse(4, 3000);
const strategy = builtInStrategy("momentum-rank");
const evaluation = evaluate(strategy, universe, { simulated: true });

let shown: Output | undefined;
function show(output: Output): Output {
  shown = output;
  document.body.replaceChildren(output);
  return output;
}
afterEach(() => shown?.destroy());

const text = (root: ParentNode, selector: string): string =>
  (root.querySelector(selector)?.textContent ?? "").replaceAll("\u202f", "");

test("a report leads with the figures and how sure one may be of them", () => {
  const root = show(report(evaluation));
  const wins = evaluation.trades.filter((trade) => trade.return > 0).length;
  const { low, high } = wilsonInterval(wins, evaluation.trades.length);
  const figures = text(root, ".wf-report-figures");
  expect(figures).toContain(`trades${evaluation.trades.length}`);
  expect(figures).toContain(`${((100 * wins) / evaluation.trades.length).toFixed(1)}%`);
  expect(figures).toContain(`95% ${(100 * low).toFixed(1)} … ${(100 * high).toFixed(1)}%`);
  expect(figures).toContain("10 bps");
});

test("made-up data are called simulated, others are not", () => {
  expect(text(show(report(evaluation)), ".wf-simulated")).toBe("simulated");
  expect(show(report(evaluate(strategy, universe))).querySelector(".wf-simulated")).toBeNull();
});

test("equity, returns and excursions are drawn at the width that there is", async () => {
  const root = show(report(evaluation));
  await expect.poll(() => root.querySelectorAll("svg.wf-plot").length).toBe(4);
  for (const plot of root.querySelectorAll("svg.wf-plot")) {
    expect(plot.getBoundingClientRect().width).toBeLessThanOrEqual(plot.parentElement!.clientWidth);
  }
});

test("the trade of a clicked row is handed on, features and all", async () => {
  const chosen: unknown[] = [];
  const root = show(report(evaluation, { onTrade: (trade) => chosen.push(trade) }));
  const tables = root.querySelectorAll("[role=grid]");
  await userEvent.click(tables[tables.length - 1].querySelectorAll("[role=gridcell]")[0]);
  expect(chosen).toEqual([evaluation.trades[0]]);
});

test("the hash stands in full and is copied", async () => {
  const copied: string[] = [];
  setOutputHost({
    copy: (hash) => {
      copied.push(hash);
      return Promise.resolve();
    },
    download: () => Promise.resolve(),
  });
  const root = show(report(evaluation));
  expect(text(root, "[data-hash=result]")).toBe(evaluation.hash);
  await userEvent.click(root.querySelector('[aria-label="Copy the result\'s hash"]')!);
  expect(copied).toEqual([evaluation.hash]);
});

test("an evaluation without a trade says so and draws nothing", () => {
  const none = evaluate(strategy, universe, { parameters: { minReturn: 0.5 } });
  expect(none.trades.length).toBe(0);
  const root = show(report(none));
  expect(text(root, ".wf-report-empty")).toContain("No slice held a position");
  expect(text(root, ".wf-report-figures")).toContain("win rate–");
});

test("runs side by side show each figure once a run, and warn of different data", () => {
  const other = evaluate(strategy, universe.slice(1), { feeBps: 2 });
  const root = show(compareReports([evaluation, other]));
  const row = [...root.querySelectorAll("tbody tr")].find((tr) => tr.textContent?.startsWith("costs"));
  expect([...row!.querySelectorAll("td")].map((cell) => cell.textContent)).toEqual(["10 bps", "2 bps"]);
  expect(root.textContent).toContain("saw different data");
  expect(show(compareReports([evaluation, evaluation])).textContent).not.toContain("different data");
});
