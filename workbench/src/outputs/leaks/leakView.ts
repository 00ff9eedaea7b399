import "../shared.css";
import "../report.css";
import "../luck/luck.css";
import "./leaks.css";
import type { ColumnReport, ColumnVerdict, LeakReport } from "#engine/leaks/report.ts";
import type { WarmUpReport } from "#engine/leaks/warmUp.ts";
import { carrierWords, columnWords } from "#engine/leaks/words.ts";
import { element, type Output } from "../element.ts";
import { formatCount, formatPercent, formatTime, MISSING } from "../format.ts";
import { factTable } from "../luck/factTable.ts";
import type { Figure } from "../reportFigures.ts";
import { figures, section, titleLine } from "../reportParts.ts";
import { type LeakCheck, VERDICT_MARKS, VERDICT_WORDS } from "./leakCheck.ts";

/** Rows of a table that are shown at once, and how many of them for columns that are as they should be. */
const SHOWN = 40;
const CLEAN_SHOWN = 10;

/** What the probe found: the verdict, each column that leaks in words, all columns, and the warm-up. */
export function leakView(check: LeakCheck): Output {
  const { report, warmUp, of, simulated } = check;
  const head = figures(headline(report));
  const bad = report.columns.filter(({ verdict }) => verdict === "leaks" || verdict === "unstable");
  const root = element(
    "article",
    { class: "wf-report wf-luck wf-leaks", "aria-label": `Leak probe of ${of}` },
    titleLine(`Does ${of} see the future?`, simulated, subtitle(check)),
    element(
      "p",
      { class: "wf-leaks-verdict", "data-verdict": report.verdict },
      mark(report.verdict),
      verdictWords(report),
    ),
    head,
    bad.length > 0 &&
      section(
        bad.length === 1 ? "What was found" : `What was found in ${bad.length} columns`,
        findings(bad, check),
      ),
    section("Columns", columnTable(report)),
    warmUp !== null &&
      warmUp.columns.length > 0 &&
      section("Warm-up: by how much a value depends on where its history begins", warmUpTable(warmUp)),
    element("p", { class: "wf-report-hint" }, footWords(check)),
  );
  return Object.assign(root, { destroy: () => head.destroy() });
}

function subtitle({ report, cells, isSample = false }: LeakCheck): string {
  const { series, lastMs, firstMs } = report.input;
  const symbols = [...new Set(series.map(({ symbol }) => symbol))];
  const what =
    symbols.length === 1
      ? `${symbols[0]} ${series.map(({ timeframe }) => timeframe).join(", ")}`
      : `${symbols.length} markets`;
  return [
    what,
    `${formatTime(firstMs, "day")} to ${formatTime(lastMs, "day")}`,
    cells.length > 0 &&
      `${cells.length === 1 ? "cell" : "cells"} ${cells.join(", ")} run again on other data`,
    isSample && "a quick look at few moments, made while all was quiet",
  ]
    .filter((words): words is string => typeof words === "string")
    .join(" · ");
}

function verdictWords({ verdict, columns }: LeakReport): string {
  const count = (kind: ColumnVerdict): number => columns.filter((column) => column.verdict === kind).length;
  const all = columns.length;
  switch (verdict) {
    case "leaks":
      return all === 1
        ? "It sees the future."
        : `${formatCount(count("leaks"))} of ${formatCount(all)} columns see the future.`;
    case "unstable":
      return all === 1
        ? "It cannot be judged: it differs from run to run."
        : `${formatCount(count("unstable"))} of ${formatCount(all)} columns differ from run to run and cannot be judged.`;
    case "untested":
      return "There was nothing to compare.";
    default:
      return all === 1
        ? "Nothing in it changed with the future."
        : `Nothing in its ${formatCount(all)} columns changed with the future.`;
  }
}

function mark(verdict: ColumnVerdict): HTMLElement {
  return element(
    "span",
    { class: "wf-leaks-mark", "data-verdict": verdict, "aria-hidden": true },
    VERDICT_MARKS[verdict],
  );
}

function headline({ columns, cuts, runs, failures }: LeakReport): Figure[] {
  const count = (kind: ColumnVerdict): number => columns.filter(({ verdict }) => verdict === kind).length;
  return [
    {
      name: "columns",
      value: formatCount(columns.length),
      note: `${formatCount(count("leaks"))} see the future`,
    },
    {
      name: "cuts",
      value: formatCount(cuts),
      note: "moments compared",
      hint: "At each the future was taken away or changed, and all that was said of the past compared.",
    },
    {
      name: "runs",
      value: formatCount(runs),
      note: failures > 0 ? `${formatCount(failures)} failed on short or changed data` : "on other data",
    },
  ];
}

function findings(columns: readonly ColumnReport[], { culprits }: LeakCheck): HTMLElement {
  const items = columns.slice(0, SHOWN).map((column) => {
    const culprit = culprits[column.name];
    return element(
      "li",
      {},
      element("code", {}, column.name),
      element("p", {}, columnWords(column)),
      culprit !== undefined && culpritLine(culprit),
    );
  });
  const rest = columns.length - items.length;
  return element(
    "div",
    {},
    element("ul", { class: "wf-leaks-findings" }, ...items),
    rest > 0 && element("p", { class: "wf-report-hint" }, `and ${formatCount(rest)} more`),
  );
}

/** Names the cell and leads to it. */
function culpritLine({ cell, name }: { cell: number; name: string }): HTMLElement {
  const jump = element("button", { type: "button", class: "wf-quiet-button" }, `go to cell ${cell}`);
  jump.addEventListener("click", () => {
    const target = document.getElementById(`cell-${cell}`);
    target?.scrollIntoView({ block: "nearest" });
    target?.focus({ preventScroll: true });
  });
  return element(
    "p",
    { class: "wf-leaks-culprit" },
    "First seen in ",
    element("code", {}, name),
    ` of cell ${cell}. `,
    jump,
  );
}

/** What needs a look first; of many clean columns a few, the others on demand. */
function columnTable({ columns }: LeakReport): HTMLElement {
  const worst: ColumnVerdict[] = ["leaks", "unstable", "untested", "clean"];
  const sorted = [...columns].sort((a, b) => worst.indexOf(a.verdict) - worst.indexOf(b.verdict));
  const bad = sorted.filter(({ verdict }) => verdict !== "clean").length;
  const rest = Math.min(sorted.length, Math.min(bad, SHOWN) + CLEAN_SHOWN);
  const more = sorted.length - rest;
  return element(
    "div",
    {},
    columnRows(sorted.slice(0, rest)),
    more > 0 && furtherColumns(sorted.slice(rest), bad > rest ? "" : `, ${VERDICT_WORDS.clean}`),
  );
}

/** Their rows are made when they are opened. */
function furtherColumns(columns: readonly ColumnReport[], words: string): HTMLElement {
  const details = element(
    "details",
    { class: "wf-leaks-rest" },
    element("summary", {}, `${formatCount(columns.length)} more${words}`),
  );
  details.addEventListener("toggle", () => details.append(columnRows(columns)), { once: true });
  return details;
}

function columnRows(columns: readonly ColumnReport[]): HTMLElement {
  const rows = columns.map(({ name, verdict, leak, cuts }) => [
    element("code", {}, name),
    element("span", { class: "wf-leaks-tag", "data-verdict": verdict }, VERDICT_WORDS[verdict]),
    leak === undefined ? MISSING : formatTime(leak.firstTime),
    leak === undefined || leak.kind !== "future"
      ? MISSING
      : leak.unfinished === undefined
        ? `${formatCount(leak.reachBars)}+`
        : `unfinished ${leak.unfinished}`,
    leak === undefined || leak.carriers.length === 0 ? MISSING : leak.carriers.map(carrierWords).join(", "),
    leak === undefined || leak.kind !== "future" ? MISSING : formatPercent(leak.largest, 1),
    formatCount(leak === undefined ? cuts : leak.cuts),
  ]);
  return factTable(
    ["column", "verdict", "first row (UTC)", "candles ahead", "through", "difference", "cuts"],
    rows,
    "Columns and their verdicts",
    "wf-leaks-columns",
  );
}

function warmUpTable({ startups, columns, tolerance }: WarmUpReport): HTMLElement {
  const shown = columns.slice(0, SHOWN);
  const table = factTable(
    ["column", ...startups.map((startup) => `${formatCount(startup)} candles`), "settled by"],
    shown.map(({ name, differences, settledBy }) => [
      element("code", {}, name),
      ...Array.from(differences, (difference) => differenceText(difference, tolerance)),
      Number.isNaN(settledBy) ? "not within these" : formatCount(settledBy),
    ]),
    "Relative difference by candles of history",
  );
  const rest = columns.length - shown.length;
  return element(
    "div",
    {},
    table,
    rest > 0 && element("p", { class: "wf-report-hint" }, `and ${formatCount(rest)} more`),
  );
}

function differenceText(difference: number, tolerance: number): string {
  if (Number.isNaN(difference)) return "not known";
  if (difference <= tolerance) return "same";
  return formatPercent(difference, difference < 0.0001 ? 5 : 2);
}

function footWords({
  report: { tolerance, seed, failures, firstFailure },
  isSample = false,
}: LeakCheck): string {
  const rule =
    tolerance === 0
      ? "Values were compared bit by bit."
      : `Differences of up to ${tolerance} of a value's size were taken for rounding.`;
  const failed =
    failures > 0 && firstFailure !== undefined ? ` The first run that failed said: ${firstFailure}` : "";
  const more = isSample ? " leakProbe(…) looks at more of them." : "";
  return `A leak that shows at none of the cuts is not found.${more} ${rule} Seed ${seed}.${failed}`;
}
