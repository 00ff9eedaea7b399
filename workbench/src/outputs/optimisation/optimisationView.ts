import "../shared.css";
import "../report.css";
import "./optimisation.css";
import type { FrontChoice } from "#engine/selection/frontChoice.ts";
import type { Optimisation } from "#engine/selection/optimisation.ts";
import { equityPlot } from "../../charts/plotTheme.ts";
import { element, type Output } from "../element.ts";
import { formatCount, formatNumber, formatPercent } from "../format.ts";
import type { Figure } from "../reportFigures.ts";
import { figures, identity, pairs, section, titleLine } from "../reportParts.ts";
import { responsive } from "../responsive.ts";
import { foldPanel } from "./foldPanel.ts";
import { foldTable } from "./foldTable.ts";
import { lossName } from "./lossWords.ts";

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
    keep(foldPanel(result)),
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

function settingsOf({ settings, strategy, hash }: Optimisation): HTMLElement {
  const { study, losses, choose, backtest = {} } = settings;
  const { pruner } = study;
  return element(
    "footer",
    {},
    pairs("Settings", [
      ["sampler", study.sampler?.kind ?? "tpe"],
      ["trials a fold", formatCount(study.trials)],
      [losses.length > 1 ? "objectives" : "loss", losses.map(lossName).join(", ")],
      ...(losses.length > 1 ? [["deployed", CHOICES[choose]] as const] : []),
      ...(pruner === undefined ? [] : [["pruner", pruner.kind] as const]),
      ["seed", String(study.seed ?? 0)],
      ...(backtest.feeBps === undefined ? [] : [["fee", `${backtest.feeBps} bps a side`] as const]),
    ]),
    element(
      "p",
      { class: "wf-report-assumptions" },
      "Every fold searches its training span alone; " +
        (losses.length > 1
          ? `of the points there that no other beats in every objective, ${CHOICES[choose]} is run once over the test `
          : "the point with the smallest loss there is run once over the test ") +
        "that follows. Tests are chained, gains put to work. Each point tried counts among the notebook's trials." +
        (pruner === undefined
          ? ""
          : " A point is run over a growing part of the training first, and given up where it does worse than others on the same part."),
    ),
    identity(
      [
        ["result", hash],
        ["strategy", strategy.hash],
      ],
      "The same strategy, candles and settings give the same hash, wherever they are computed.",
    ),
  );
}

/** What is deployed of a front, in words. */
const CHOICES: Record<FrontChoice, string> = {
  knee: "the one nearest to the best of all of them at once",
  first: "the one that is best in the first of them",
};

/** Whether a value is what the engine's walk-forward optimisation answers with. */
export function isOptimisation(value: unknown): value is Optimisation {
  if (typeof value !== "object" || value === null) return false;
  return ["folds", "outOfSample", "verdict", "settings"].every((name) => Object.hasOwn(value, name));
}
