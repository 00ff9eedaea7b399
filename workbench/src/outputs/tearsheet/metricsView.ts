import "../shared.css";
import "../report.css";
import "./tearsheet.css";
import type { AccountMetrics } from "#engine/metrics/accountMetrics.ts";
import { element, type Output } from "../element.ts";
import { section } from "../reportParts.ts";
import { drawdownPanel } from "./drawdownPanel.ts";
import { groupPanel } from "./groupPanel.ts";
import { type MetricsPanelOptions, metricsPanel } from "./metricsPanel.ts";

/** Whether a value is what `metrics(result)` gives. */
export function isAccountMetrics(value: unknown): value is AccountMetrics {
  if (typeof value !== "object" || value === null) return false;
  return ["returns", "risk", "ratios", "trades", "drawdowns", "bySymbol", "daysPerYear"].every((name) =>
    Object.hasOwn(value, name),
  );
}

/** Every figure of an account, its drawdowns, and its trades by group, as a page of its own. */
export function metricsView(metrics: AccountMetrics, options: MetricsPanelOptions = {}): Output {
  const parts = metricsSections(metrics, options);
  const root = element("article", { class: "wf-report wf-tearsheet", "aria-label": "Metrics" }, parts);
  return Object.assign(root, { destroy: () => parts.destroy() });
}

/** The same as sections of a larger page; those without anything to show are left out. */
export function metricsSections(metrics: AccountMetrics, options: MetricsPanelOptions = {}): Output {
  const parts: { title: string; content: Output }[] = [
    { title: "Metrics", content: metricsPanel(metrics, options) },
  ];
  if (metrics.drawdowns.rows > 0) parts.push({ title: "Drawdowns", content: drawdownPanel(metrics) });
  if (metrics.trades.tradeCount > 0) {
    parts.push({ title: "Groups of trades", content: groupPanel(metrics, options) });
  }
  const root = element(
    "div",
    { class: "wf-metrics-sections" },
    ...parts.map(({ title, content }) => section(title, content)),
  );
  return Object.assign(root, {
    destroy: () => {
      for (const { content } of parts) content.destroy();
    },
  });
}
