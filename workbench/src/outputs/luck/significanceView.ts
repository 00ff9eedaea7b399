import "../shared.css";
import "../report.css";
import "./luck.css";
import { isKnown } from "#engine/significance/assess.ts";
import type { BacktestOverfitting } from "#engine/significance/backtestOverfitting.ts";
import { degradationPlot } from "../../charts/degradationPlot.ts";
import { markedHistogram } from "../../charts/markedHistogram.ts";
import { element, type Output } from "../element.ts";
import { formatCount, formatNumber, formatPercent, formatSigned, MISSING } from "../format.ts";
import type { Figure } from "../reportFigures.ts";
import { figures, section, titleLine } from "../reportParts.ts";
import { responsive } from "../responsive.ts";
import { factTable } from "./factTable.ts";
import type { Significance } from "./significance.ts";

type Interval = Significance["intervals"]["intervals"]["sharpe"];

/** How likely a result is luck: the headline, what each test says in words, how choosing did, and what is uncertain. */
export function significanceView(result: Significance): Output {
  const head = figures(headline(result));
  const parts: Output[] = [head];
  const { overfitting } = result;
  const choosing = isKnown(overfitting) ? choosingOf(result, overfitting, parts) : undefined;
  const root = element(
    "article",
    { class: "wf-report wf-luck", "aria-label": `How likely ${result.of} is luck` },
    titleLine(`How likely is ${result.of} luck?`, result.simulated, subtitle(result)),
    head,
    section("What each test says", testTable(result)),
    choosing,
    section(
      `Intervals that hold the truth in ${formatNumber(result.confidence * 100)} of 100 cases`,
      intervalTable(result),
    ),
    element("p", { class: "wf-report-hint" }, footWords(result)),
  );
  return Object.assign(root, {
    destroy: () => {
      for (const part of parts) part.destroy();
    },
  });
}

function subtitle({ observations, counted, undefinedBecause, leftOut }: Significance): string {
  return [
    `${formatCount(observations)} daily returns`,
    counted,
    leftOut > 0 && `${formatCount(leftOut)} trials over other stretches of days left out`,
    undefinedBecause,
  ]
    .filter((words): words is string => typeof words === "string")
    .join(" · ");
}

function headline(result: Significance): Figure[] {
  const { annualSharpe, annualError, probabilistic, deflated, overfitting, luck } = result;
  const reach = 1.96 * annualError;
  return [
    {
      name: "Sharpe",
      value: formatNumber(annualSharpe, 2),
      note: Number.isNaN(annualSharpe)
        ? "not defined"
        : `95% ${formatNumber(annualSharpe - reach, 1)} … ${formatNumber(annualSharpe + reach, 1)}`,
    },
    {
      name: "deflated",
      value: formatNumber(deflated, 2),
      note: `${trialWords(luck.trials)} minded`,
      hint: "Probability that the true Sharpe ratio is above 0 although this is the best of so many (Bailey and López de Prado 2014).",
    },
    {
      name: "probabilistic",
      value: formatNumber(probabilistic, 2),
      note: "as if it were the only one",
      hint: "Probability that the true Sharpe ratio is above 0, skew and fat tails minded (Bailey and López de Prado 2012).",
    },
    {
      name: "luck alone shows",
      value: formatNumber(result.annualExpectedMaximum, 2),
      note: `the best of ${trialWords(luck.trials)} without an edge`,
    },
    {
      name: "track record needed",
      value: yearsText(result.minimumTrackYears),
      note: `has ${yearsText(result.observations / result.periodsPerYear)}`,
      hint: `How long until returns like these are above a Sharpe ratio of 0 with ${formatPercent(result.confidence, 0)} confidence.`,
    },
    {
      name: "overfitting",
      value: isKnown(overfitting) ? formatPercent(overfitting.probability, 0) : MISSING,
      note: isKnown(overfitting) ? "of choices were below the middle" : "nothing was chosen",
      hint: "Probability of backtest overfitting by combinatorially symmetric cross-validation (Bailey et al. 2017).",
    },
  ];
}

function testTable(result: Significance): HTMLElement {
  const { haircut, realityCheck, superiorAbility, overfitting } = result;
  const rows: (readonly [string, string, string])[] = [];
  if (isKnown(haircut)) {
    const year = Math.sqrt(result.periodsPerYear);
    for (const [method, name] of [
      ["bonferroni", "Bonferroni"],
      ["holm", "Holm"],
      ["bhy", "Benjamini, Hochberg, Yekutieli"],
    ] as const) {
      const cut = haircut[method];
      rows.push([
        `Haircut, ${name}`,
        formatNumber(cut.sharpe * year, 2),
        `${formatPercent(cut.haircut, 0)} of the Sharpe ratio is cut; p ${pText(cut.pValue)} for ${trialWords(haircut.trials)}`,
      ]);
    }
  } else rows.push(["Haircut", MISSING, haircut.missing]);
  if (isKnown(realityCheck)) {
    rows.push([
      "Reality check",
      `p ${pText(realityCheck.pValue)}`,
      `Chance that the best mean return of ${trialWords(realityCheck.trials)} without an edge is as good (White 2000)`,
    ]);
  } else rows.push(["Reality check", MISSING, realityCheck.missing]);
  if (isKnown(superiorAbility)) {
    const { consistent, lower, upper } = superiorAbility;
    rows.push([
      "Superior ability",
      `p ${pText(consistent)}`,
      `The same without poor trials in the way, between ${pText(lower)} and ${pText(upper)} (Hansen 2005)`,
    ]);
  } else rows.push(["Superior ability", MISSING, superiorAbility.missing]);
  if (isKnown(overfitting)) {
    rows.push([
      "Loss out of sample",
      formatPercent(overfitting.probabilityOfLoss, 0),
      `of ${formatCount(overfitting.splits)} ways to halve the time had the trial that was best on one half lose on the other`,
    ]);
  } else rows.push(["Overfitting", MISSING, overfitting.missing]);
  rows.push([
    "Backtest length",
    yearsText(result.minimumBacktestYears),
    Number.isNaN(result.minimumBacktestYears)
      ? "There is no Sharpe ratio above 0 to ask about"
      : `Below so many years luck alone shows this Sharpe ratio, were all ${trialWords(result.luck.trials)} independent`,
  ]);
  return factTable(
    ["", "", ""],
    rows.map(([name, value, words]) => {
      const cell = element("span", { class: "wf-facts-words" }, words);
      return [name, value, cell];
    }),
    "What each test says",
    "wf-tests",
  );
}

function choosingOf(
  { periodsPerYear }: Significance,
  overfitting: BacktestOverfitting,
  parts: Output[],
): HTMLElement {
  const year = Math.sqrt(periodsPerYear);
  const { logits, degradation } = overfitting;
  const ranks = responsive((width) =>
    markedHistogram(logits, {
      width,
      height: 200,
      format: (value) => formatNumber(value, 0),
      mark: { value: 0, label: "the middle of all trials" },
      label: "Logit of the chosen trial's rank on the other half",
    }),
  );
  const dots = responsive((width) =>
    degradationPlot(
      {
        inSample: overfitting.inSample.map((value) => value * year),
        outOfSample: overfitting.outOfSample.map((value) => value * year),
        slope: degradation.slope,
        intercept: degradation.intercept * year,
      },
      { width },
    ),
  );
  parts.push(ranks, dots);
  return element(
    "div",
    { class: "wf-report-pair" },
    section("Rank of the chosen trial on the other half, as a logit: right is better", ranks),
    section(
      `Sharpe ratio of the chosen trial: 1 more where it was chosen, ${formatSigned(degradation.slope, 2)} on the other half`,
      dots,
    ),
  );
}

const PERCENT = (value: number): string => formatPercent(value, 1);
const RATIO = (value: number): string => formatNumber(value, 2);

function intervalTable({ intervals: { intervals } }: Significance): HTMLElement {
  const rows: (readonly [string, Interval, (value: number) => string])[] = [
    ["Sharpe", intervals.sharpe, RATIO],
    ["annual return", intervals.annualReturn, PERCENT],
    ["annual volatility", intervals.annualVolatility, PERCENT],
    ["Sortino", intervals.sortino, RATIO],
    ["max drawdown", intervals.maxDrawdown, PERCENT],
    ["Calmar", intervals.calmar, RATIO],
  ];
  return factTable(
    ["", "value", "from", "to", "standard error"],
    rows.map(([name, { value, low, high, standardError }, format]) => [
      name,
      format(value),
      format(low),
      format(high),
      format(standardError),
    ]),
    "Intervals",
  );
}

function footWords({ intervals, seed }: Significance): string {
  return (
    `Intervals by the stationary bootstrap: ${formatCount(intervals.resamples)} resamples of daily returns in blocks of ` +
    `${blockText(intervals.blockLength)} on average, from seed ${seed}. Deepest drawdowns are biased by ` +
    "resampling: their interval says what other histories of the same kind would have shown. A test that is passed is " +
    "no proof of an edge; it says that this much luck is rare."
  );
}

function trialWords(trials: number): string {
  return trials === 1 ? "1 trial" : `${formatCount(trials)} trials`;
}

function blockText(days: number): string {
  const shown = formatNumber(days, days < 10 ? 1 : 0);
  return shown === "1.0" ? "1 day" : `${shown} days`;
}

function yearsText(years: number): string {
  if (Number.isNaN(years)) return MISSING;
  if (years === Infinity) return "∞";
  return `${formatNumber(years, years < 10 ? 1 : 0)} years`;
}

function pText(pValue: number): string {
  return pValue < 0.001 ? "< 0.001" : formatNumber(pValue, pValue < 0.1 ? 3 : 2);
}
