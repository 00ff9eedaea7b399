import * as Plot from "@observablehq/plot";
import type { TrialRow } from "#engine/trials/trialRows.ts";
import { plot } from "../charts/plotTheme.ts";
import { formatCount, formatNumber, formatPercent } from "../outputs/format.ts";
import { valuesText } from "./trialTable.ts";

/** What the dots are put against. */
export type TrialView = "order" | "trades" | "drawdown";

export const TRIAL_VIEWS: readonly { view: TrialView; label: string }[] = [
  { view: "order", label: "Sharpe in order of time" },
  { view: "trades", label: "Sharpe by trades" },
  { view: "drawdown", label: "Return by drawdown" },
];

/** Dots that are drawn; more would only cover each other. The best and the chosen one are always among them. */
const MOST_DOTS = 2000;

export type TrialPlotOptions = {
  view: TrialView;
  width: number;
  /** The annual Sharpe ratio that the best of so many has without any edge; NaN where there is none to show. */
  luck: number;
  /** The trial that is looked at, by its place among the rows. */
  chosen: number | undefined;
  onChoose: (row: number) => void;
};

type Dot = { row: number; trial: TrialRow; x: number; y: number };

/** Each trial as a dot, with what luck alone would show as a line across the Sharpe ratios. */
export function trialPlot(rows: readonly TrialRow[], options: TrialPlotOptions): HTMLElement | SVGElement {
  const { view, width, luck, chosen, onChoose } = options;
  const isReturn = view === "drawdown";
  const dots = dotsOf(rows, view, chosen);
  const marked = dots.filter(({ row }) => row === chosen);
  const percent = (value: number): string => `${formatNumber(value * 100, 0)}%`;
  const made = plot({
    width,
    height: 220,
    marginLeft: 44,
    marginRight: 12,
    x: {
      label: { order: "trial →", trades: "trades →", drawdown: "max drawdown →" }[view],
      tickFormat: isReturn ? percent : (value: number) => (Number.isInteger(value) ? formatCount(value) : ""),
      ticks: Math.max(3, Math.round(width / 90)),
      nice: true,
      ...(view === "order" && { domain: [1, Math.max(2, rows.length)], nice: false }),
    },
    y: {
      label: isReturn ? "↑ return" : "↑ Sharpe",
      tickFormat: isReturn ? percent : (value: number) => formatNumber(value, 1),
      ticks: 5,
      grid: true,
      nice: true,
    },
    marks: [
      Plot.ruleY([0], { stroke: "var(--line-strong)" }),
      !isReturn && luck > 0
        ? [
            Plot.ruleY([luck], { stroke: "var(--warn)", strokeDasharray: "4 3" }),
            Plot.text([`best by luck alone ${formatNumber(luck, 2)}`], {
              y: luck,
              frameAnchor: "right",
              textAnchor: "end",
              dy: -7,
              fill: "var(--warn)",
            }),
          ]
        : null,
      Plot.dot(dots, { x: "x", y: "y", r: 3, fill: "var(--series-1)", fillOpacity: 0.55 }),
      Plot.dot(marked, { x: "x", y: "y", r: 6, stroke: "var(--ink)", strokeWidth: 1.5 }),
      Plot.tip(dots, Plot.pointer({ x: "x", y: "y", title: tipText })),
    ],
    ariaLabel: TRIAL_VIEWS.find((one) => one.view === view)?.label,
  });
  made.addEventListener("click", () => {
    const nearest = (made as { value?: Dot }).value;
    if (nearest) onChoose(nearest.row);
  });
  return made;
}

function dotsOf(rows: readonly TrialRow[], view: TrialView, chosen: number | undefined): Dot[] {
  const all = rows.flatMap((trial, row): Dot[] => {
    const x = { order: row + 1, trades: trial.trades, drawdown: trial.drawdown }[view];
    const y = view === "drawdown" ? trial.return : trial.annualSharpe;
    return Number.isFinite(x) && Number.isFinite(y) ? [{ row, trial, x, y }] : [];
  });
  if (all.length <= MOST_DOTS) return all;
  const best = all.reduce((most, dot) => (dot.y > most.y ? dot : most));
  const every = all.length / MOST_DOTS;
  return all.filter(
    (dot, i) => dot === best || dot.row === chosen || Math.floor(i / every) !== Math.floor((i - 1) / every),
  );
}

function tipText({ trial }: Dot): string {
  const { name, parameters, annualSharpe, deflated, trades, drawdown } = trial;
  return [
    name,
    valuesText(parameters),
    `Sharpe ${formatNumber(annualSharpe, 2)} · deflated ${formatNumber(deflated, 2)}`,
    `return ${formatPercent(trial.return, 1, { signed: true })}, drawdown ${formatPercent(drawdown, 1)}, ${formatCount(trades)} trades`,
  ]
    .filter((line) => line !== "")
    .join("\n");
}
