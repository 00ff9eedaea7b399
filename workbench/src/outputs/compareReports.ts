import { aggregateCurve } from "#engine/metrics/aggregateCurve.ts";
import { evaluationFigures } from "#engine/trials/outcome.ts";
import type { Evaluation } from "#engine/walkforward/result.ts";
import { equityPlot } from "../charts/plotTheme.ts";
import { deflatedCell, type TrialsView } from "./deflated.ts";
import { element, type Output } from "./element.ts";
import { formatCount, formatNumber, formatPercent } from "./format.ts";
import { intervalText } from "./reportFigures.ts";
import { responsive } from "./responsive.ts";

type Row = {
  readonly name: string;
  readonly value: (evaluation: Evaluation) => string;
  readonly tone?: (evaluation: Evaluation) => number;
};

const ROWS: readonly Row[] = [
  { name: "trades", value: ({ metrics }) => formatCount(metrics.tradeCount) },
  {
    name: "slices traded",
    value: ({ slices }) => `${formatCount(slices.traded)} of ${formatCount(slices.total)}`,
  },
  { name: "win rate", value: ({ metrics }) => formatPercent(metrics.winRate.value, 1) },
  { name: "its interval", value: ({ metrics }) => intervalText(metrics.winRate) },
  {
    name: "mean return",
    value: ({ metrics }) => formatPercent(metrics.meanReturn, 3, { signed: true }),
    tone: ({ metrics }) => metrics.meanReturn,
  },
  {
    name: "median return",
    value: ({ metrics }) => formatPercent(metrics.medianReturn, 3, { signed: true }),
    tone: ({ metrics }) => metrics.medianReturn,
  },
  { name: "profit factor", value: ({ metrics }) => formatNumber(metrics.profitFactor, 2) },
  {
    name: "all slices",
    value: ({ metrics }) => formatPercent(metrics.aggregateReturn, 2, { signed: true }),
    tone: ({ metrics }) => metrics.aggregateReturn,
  },
  { name: "Sharpe", value: (evaluation) => formatNumber(annualSharpe(evaluation), 2) },
  { name: "max drawdown", value: ({ metrics }) => formatPercent(metrics.aggregateMaxDrawdown, 2) },
  { name: "worst trade's drawdown", value: ({ metrics }) => formatPercent(metrics.worstTradeDrawdown, 2) },
  { name: "dropped positions", value: ({ slices }) => formatCount(slices.droppedEntry + slices.droppedExit) },
  { name: "costs a side", value: ({ settings }) => `${settings.feeBps + settings.slippageBps} bps` },
];

/** Evaluations side by side: their equity in one plot and their figures in one table, numbered as they were given. */
export function compareReports(
  evaluations: readonly Evaluation[],
  trials: readonly TrialsView[] = [],
): Output {
  const names = evaluations.map(({ strategy }, i) => `${i + 1} · ${strategy.name}`);
  const curves = evaluations.map(({ trades, settings }, i) => ({
    name: names[i],
    label: String(i + 1),
    curve: aggregateCurve(trades, settings),
  }));
  const equity = responsive((width) => equityPlot(curves, { width, height: 300 }));
  const sameData = new Set(evaluations.map(({ dataHash }) => dataHash)).size <= 1;
  const heads = evaluations.map(({ universe }, i) =>
    element(
      "th",
      { scope: "col" },
      element("i", { style: `background:var(--series-${(i % 6) + 1})` }),
      names[i],
      universe.simulated && element("span", { class: "wf-simulated" }, "simulated"),
    ),
  );
  const deflated = evaluations.map((evaluation, i) => deflatedCell(evaluationFigures(evaluation), trials[i]));
  const rows = ROWS.flatMap(({ name, value, tone }) => [
    element(
      "tr",
      {},
      element("th", { scope: "row" }, name),
      ...evaluations.map((evaluation) => {
        const sign = tone?.(evaluation) ?? 0;
        return element(
          "td",
          { "data-tone": sign > 0 ? "gain" : sign < 0 ? "loss" : undefined },
          value(evaluation),
        );
      }),
    ),
    ...(name === "Sharpe"
      ? [element("tr", {}, element("th", { scope: "row" }, "deflated"), ...deflated.map(({ cell }) => cell))]
      : []),
  ]);
  const root = element(
    "article",
    { class: "wf-report wf-compare", "aria-label": "Runs side by side" },
    element("div", { class: "wf-report-caption" }, "Equity of all slices and its drawdown"),
    equity,
    !sameData &&
      element(
        "p",
        { class: "wf-report-slices" },
        "These runs saw different data, so a difference need not be the strategy's.",
      ),
    element(
      "div",
      { class: "wf-compare-scroll", tabindex: 0, role: "region", "aria-label": "Figures" },
      element(
        "table",
        {},
        element("thead", {}, element("tr", {}, element("td"), ...heads)),
        element("tbody", {}, ...rows),
      ),
    ),
  );
  return Object.assign(root, {
    destroy: () => {
      equity.destroy();
      for (const { stop } of deflated) stop();
    },
  });
}

function annualSharpe(evaluation: Evaluation): number {
  const { sharpe, periodsPerYear } = evaluationFigures(evaluation);
  return sharpe * Math.sqrt(periodsPerYear);
}
