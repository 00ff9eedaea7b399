import "../shared.css";
import "../report.css";
import "./optimisation.css";
import type { FoldReport, Optimisation } from "#engine/selection/optimisation.ts";
import { equityPlot } from "../../charts/plotTheme.ts";
import {
  type DrawnPoint,
  importancePlot,
  pairPlot,
  parallelPlot,
  slicePlot,
} from "../../charts/searchPlots.ts";
import type { CellValue, TableSource } from "../columns.ts";
import { element, freshId, type Output } from "../element.ts";
import { formatCount, formatNumber, formatPercent, formatTime } from "../format.ts";
import type { Figure } from "../reportFigures.ts";
import { figures, pairs, section, titleLine } from "../reportParts.ts";
import { responsive } from "../responsive.ts";
import { table } from "../table.ts";

/** A walk-forward optimisation to read: what it is worth out of sample first, then what was found where, and how surely. */
export function optimisationView(result: Optimisation): Output {
  const { outOfSample, folds, verdict } = result;
  const parts: Output[] = [];
  const keep = <T extends Output>(part: T): T => {
    parts.push(part);
    return part;
  };
  const tried = folds.reduce((sum, { study }) => sum + study.trials.length, 0);
  const root = element(
    "article",
    { class: "wf-report wf-optimisation", "aria-label": `Optimisation of ${result.strategy.name}` },
    titleLine(
      result.strategy.name,
      result.settings.backtest?.simulated === true,
      `${formatCount(tried)} trials in ${formatCount(folds.length)} folds; each choice judged on days that it had not seen`,
    ),
    element(
      "p",
      { class: "wf-verdict", "data-claims": verdict.claimsEdge ? "yes" : "no", role: "status" },
      verdict.text,
    ),
    keep(figures(headline(result))),
    outOfSample.equity.length > 1
      ? section(
          "Out of sample: the folds' tests, one after the other",
          keep(
            responsive((width) =>
              equityPlot(
                [{ name: "out of sample", curve: { time: outOfSample.dayEnds, equity: outOfSample.equity } }],
                { width, label: "Equity out of sample" },
              ),
            ),
          ),
        )
      : element("p", { class: "wf-report-empty" }, "No fold found a point that could be judged."),
    section("What each fold chose, and what came of it", keep(foldTable(folds))),
    keep(foldPanel(folds)),
    settingsOf(result),
  );
  return Object.assign(root, {
    destroy: () => {
      for (const part of parts) part.destroy();
    },
  });
}

function headline({ outOfSample, verdict, folds }: Optimisation): Figure[] {
  const { figures: out } = outOfSample;
  const inside = folds.flatMap(({ chosen }) =>
    chosen === undefined ? [] : [chosen.inSample.figures.sharpe],
  );
  const meanInside = inside.reduce((sum, value) => sum + value, 0) / inside.length;
  return [
    {
      name: "Sharpe out of sample",
      value: formatNumber(verdict.sharpe, 2),
      note: `${formatNumber(meanInside, 2)} in sample`,
    },
    {
      name: "not luck",
      value: formatPercent(verdict.probability, 1),
      note: `${formatPercent(verdict.level, 1)} asked for`,
      hint: "Probability that the true Sharpe ratio out of sample is above what luck shows",
    },
    {
      name: "return",
      value: formatPercent(out.totalReturn, 2, { signed: true }),
      note: `${formatPercent(out.annualReturn, 1, { signed: true })} a year`,
      tone: out.totalReturn > 0 ? "gain" : out.totalReturn < 0 ? "loss" : undefined,
    },
    { name: "max drawdown", value: formatPercent(out.maxDrawdown, 2), note: "out of sample" },
    {
      name: "efficiency",
      value: formatPercent(outOfSample.efficiency, 0),
      note: "of the return in sample stayed",
    },
    {
      name: "days",
      value: formatCount(verdict.days),
      note: Number.isFinite(verdict.daysNeeded)
        ? `${formatCount(Math.ceil(verdict.daysNeeded))} needed at this Sharpe`
        : "no number would do",
    },
    { name: "trades", value: formatCount(outOfSample.trades), note: "out of sample" },
  ];
}

function foldTable(folds: readonly FoldReport[]): Output {
  const names = [...new Set(folds.flatMap(({ chosen }) => Object.keys(chosen?.parameters ?? {})))];
  const at = (read: (fold: FoldReport) => CellValue) => (row: number) => read(folds[row]);
  const number = (name: string, read: (fold: FoldReport) => number | undefined) =>
    ({ name, kind: "number", at: at((fold) => read(fold) ?? Number.NaN) }) as const;
  const source: TableSource = {
    rows: folds.length,
    columns: [
      { name: "test", kind: "text", at: at(({ test }) => `${day(test.startMs)} – ${day(test.endMs)}`) },
      ...names.map(
        (name) => ({ name, kind: "text", at: at(({ chosen }) => shown(chosen?.parameters[name])) }) as const,
      ),
      number("Sharpe in sample", ({ chosen }) => chosen?.inSample.figures.sharpe),
      number("Sharpe out of sample", ({ chosen }) => chosen?.outOfSample.figures.sharpe),
      number("return out of sample", ({ chosen }) => chosen?.outOfSample.figures.totalReturn),
      number("drawdown", ({ chosen }) => chosen?.outOfSample.figures.maxDrawdown),
      number("trades", ({ chosen }) => chosen?.outOfSample.figures.tradeCount),
      {
        name: "stands on",
        kind: "text",
        at: at(({ objectives }) => groundOf(objectives[0].sensitivity?.own.fall ?? Number.NaN)),
      },
    ],
  };
  const ratio = (value: CellValue): string => formatNumber(Number(value), 2);
  return table(source, {
    label: "Folds",
    stats: false,
    signed: ["return out of sample"],
    formats: {
      "Sharpe in sample": ratio,
      "Sharpe out of sample": ratio,
      "return out of sample": (value) => formatPercent(Number(value), 2, { signed: true }),
      drawdown: (value) => formatPercent(Number(value), 2),
    },
  });
}

/** A best point whose neighbours are within one deviation of it stands on a plateau. */
function groundOf(fall: number): string {
  if (Number.isNaN(fall)) return "too few neighbours";
  return fall <= 1 ? "a plateau" : "a peak";
}

/** The trials of one fold, which may be chosen. */
function foldPanel(folds: readonly FoldReport[]): Output {
  const id = freshId("wf-fold");
  const select = element(
    "select",
    { id },
    ...folds.map(({ train }, k) =>
      element(
        "option",
        { value: k, selected: k === folds.length - 1 },
        `Fold ${k + 1}: ${day(train.startMs)} – ${day(train.endMs)}`,
      ),
    ),
  );
  const content = element("div", { class: "wf-optimisation-fold" });
  let drawn: Output[] = [];
  const draw = (): void => {
    for (const part of drawn) part.destroy();
    drawn = [];
    const keep = <T extends Output>(part: T): T => {
      drawn.push(part);
      return part;
    };
    content.replaceChildren(...trialPlots(folds[Number(select.value)], keep));
  };
  select.addEventListener("change", draw);
  draw();
  const root = element(
    "section",
    { role: "group", "aria-label": "Trials of a fold" },
    element(
      "div",
      { class: "wf-optimisation-choice" },
      element("label", { for: id }, "Trials in training of"),
      select,
    ),
    content,
  );
  return Object.assign(root, {
    destroy: () => {
      for (const part of drawn) part.destroy();
    },
  });
}

function trialPlots(
  { study, objectives: [{ importance }] }: FoldReport,
  keep: <T extends Output>(part: T) => T,
): HTMLElement[] {
  const complete = study.trials.filter(({ state, sameAs }) => state === "complete" && sameAs === undefined);
  const failed = study.trials.filter(({ state }) => state === "failed");
  const points = complete.map(
    ({ parameters, losses, index }): DrawnPoint => ({
      values: parameters,
      loss: losses[0],
      isBest: index === study.best?.index,
    }),
  );
  const names = [...new Set(complete.flatMap(({ parameters }) => Object.keys(parameters)))];
  const numeric = names.filter((name) => points.every(({ values }) => typeof values[name] === "number"));
  const words =
    failed.length === 0
      ? `${formatCount(complete.length)} points`
      : `${formatCount(complete.length)} points; ${formatCount(failed.length)} had no loss: ${failed[0].reason ?? ""}`;
  if (points.length === 0) return [element("p", { class: "wf-report-empty" }, words)];
  return [
    element("p", {}, words),
    section("Parameters to loss", keep(responsive((width) => parallelPlot(points, names, width)))),
    element(
      "div",
      { class: "wf-report-pair" },
      importance !== undefined &&
        section(
          "What mattered",
          keep(responsive((width) => importancePlot(importance.parameters, importance.together, width))),
        ),
      numeric.length > 1 &&
        section(
          `Mean loss over ${numeric[0]} and ${numeric[1]}`,
          keep(responsive((width) => pairPlot(points, [numeric[0], numeric[1]], width))),
        ),
      ...names.map((name) =>
        section(`Loss over ${name}`, keep(responsive((width) => slicePlot(points, name, width)))),
      ),
    ),
  ];
}

function settingsOf({ settings, strategy }: Optimisation): HTMLElement {
  const { study, losses, backtest = {} } = settings;
  return element(
    "footer",
    {},
    pairs("Settings", [
      ["sampler", study.sampler?.kind ?? "tpe"],
      ["trials a fold", formatCount(study.trials)],
      ["loss", losses.map((loss) => (loss.kind === "own" ? loss.name : loss.kind)).join(", ")],
      ["seed", String(study.seed ?? 0)],
      ...(backtest.feeBps === undefined ? [] : [["fee", `${backtest.feeBps} bps a side`] as const]),
      ["strategy", strategy.hash.slice(0, 16)],
    ]),
    element(
      "p",
      { class: "wf-report-assumptions" },
      "Every fold searches its training span alone; the point with the smallest loss there is run once over the test " +
        "that follows. Tests are chained, gains put to work. Each point tried counts among the notebook's trials.",
    ),
  );
}

function day(timeMs: number): string {
  return formatTime(timeMs).slice(0, 10);
}

function shown(value: unknown): string {
  return typeof value === "number"
    ? formatNumber(value, Number.isInteger(value) ? 0 : 3)
    : String(value ?? "");
}

/** Whether a value is what the engine's walk-forward optimisation answers with. */
export function isOptimisation(value: unknown): value is Optimisation {
  if (typeof value !== "object" || value === null) return false;
  return ["folds", "outOfSample", "verdict", "settings"].every((name) => Object.hasOwn(value, name));
}
