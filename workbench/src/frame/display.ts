import type { Candles } from "#engine/candles/candles.ts";
import type { Strategy } from "#engine/strategy/contract.ts";
import { candleChart } from "../charts/candles.ts";
import { isArrowTable } from "../outputs/arrowColumns.ts";
import { isSplits } from "../outputs/bands.ts";
import { isCandles } from "../outputs/columns.ts";
import { element } from "../outputs/element.ts";
import { isEngineTable } from "../outputs/engineTable.ts";
import { isLeakCheck } from "../outputs/leaks/leakCheck.ts";
import { leakView } from "../outputs/leaks/leakView.ts";
import { isMonteCarlo } from "../outputs/luck/monteCarlo.ts";
import { monteCarloView } from "../outputs/luck/monteCarloView.ts";
import { isSignificance } from "../outputs/luck/significance.ts";
import { significanceView } from "../outputs/luck/significanceView.ts";
import { report } from "../outputs/report.ts";
import { splitBands } from "../outputs/splitBands.ts";
import { table } from "../outputs/table.ts";
import { isAccountMetrics, metricsView } from "../outputs/tearsheet/metricsView.ts";
import { count } from "./format.ts";
import { inspect } from "./inspect.ts";
import { isEvaluation, isStrategy } from "./resultKinds.ts";

/** The element for a value that a cell shows: what it is decides, a plain value is inspected. */
export function display(value: unknown, name?: string): Node {
  if (isPlaceable(value)) {
    if (value instanceof HTMLFormElement) labelFields(value);
    return value;
  }
  if (isCandles(value)) return candlesResult(value);
  if (isEvaluation(value)) return report(value);
  if (isAccountMetrics(value)) return metricsView(value);
  if (isMonteCarlo(value)) return monteCarloView(value);
  if (isSignificance(value)) return significanceView(value);
  if (isLeakCheck(value)) return leakView(value);
  if (isSplits(value)) return splitBands(value);
  if (isArrowTable(value) || isEngineTable(value)) return table(value, { label: name ?? "Result" });
  if (isRecords(value)) return table(value, { label: name ?? "Records" });
  if (isStrategy(value)) return strategyCard(value);
  return inspect(value, name);
}

/** A node that stands nowhere yet, or stands in a cell's results and moves: as Observable has it. */
function isPlaceable(value: unknown): value is Element | Text | DocumentFragment {
  if (value instanceof DocumentFragment) return true;
  if (!(value instanceof Element || value instanceof Text)) return false;
  return value.parentNode === null || value.parentElement?.closest(".output-root") !== null;
}

/** Observable's range has two fields and names one: its label names the other as well. */
function labelFields(form: HTMLFormElement): void {
  const label = form.querySelector("label")?.textContent?.trim();
  if (!label) return;
  for (const field of form.querySelectorAll<HTMLInputElement>("input, select, textarea")) {
    if (field.labels?.length === 0 && !field.hasAttribute("aria-label"))
      field.setAttribute("aria-label", label);
  }
}

function candlesResult(candles: Candles): HTMLElement {
  const label = `${candles.symbol} ${candles.timeframe}`;
  return element(
    "div",
    { class: "result-candles" },
    candleChart(candles, { height: 200 }),
    table(candles, { label, height: 220 }),
  );
}

/** A list of at least one plain record. */
function isRecords(value: unknown): value is Record<string, unknown>[] {
  return Array.isArray(value) && value.length > 0 && value.every(isRecord);
}

function isRecord(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** What one wants to see of a strategy: its name, what it needs, its parameters with their ranges. */
function strategyCard({
  name,
  description,
  timeframe,
  informative,
  history,
  parameters,
}: Strategy): HTMLElement {
  const frames = [timeframe, ...informative].join(", ");
  return element(
    "div",
    { class: "strategy-card" },
    element("p", {}, element("strong", {}, name), ` on ${frames}, ${count(history)} candles of history`),
    description !== "" && element("p", { class: "quiet" }, description),
    element(
      "dl",
      {},
      ...Object.entries(parameters).flatMap(([key, spec]) => [
        element("dt", {}, key),
        element("dd", {}, rangeText(spec as unknown as Record<string, unknown>)),
      ]),
    ),
  );
}

function rangeText(spec: Record<string, unknown>): string {
  const range = "min" in spec ? `${String(spec.min)} … ${String(spec.max)}` : "";
  const choices = Array.isArray(spec.choices) ? spec.choices.join(", ") : "";
  return [String(spec.default), range || choices].filter(Boolean).join("   of ");
}
