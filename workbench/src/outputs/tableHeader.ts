import type { ColumnStats } from "./columnStats.ts";
import type { CellValue, ColumnKind, TableColumn } from "./columns.ts";
import { element, svgElement } from "./element.ts";
import { formatCount, formatPercent, formatShort, formatTime } from "./format.ts";
import type { SortDirection } from "./sortOrder.ts";

const PLOT_WIDTH = 72;
const PLOT_HEIGHT = 12;

/** One column's head: its name with the sort arrow, a small distribution and the span of its values. */
export function headCell(column: TableColumn): HTMLElement {
  const isRight = column.kind === "number";
  return element(
    "div",
    { role: "columnheader", class: `wf-table-head${isRight ? " is-right" : ""}`, "aria-sort": "none" },
    element(
      "div",
      { class: "wf-table-name" },
      element("span", { class: "wf-table-label" }, column.name),
      element("span", { class: "wf-table-arrow", "aria-hidden": "true" }),
    ),
    element("div", { class: "wf-table-stats" }),
    element("div", { class: "wf-table-grip", "aria-hidden": "true" }),
  );
}

export function showSort(head: HTMLElement, direction: SortDirection | undefined): void {
  head.setAttribute("aria-sort", direction ?? "none");
  head.querySelector(".wf-table-arrow")!.textContent =
    direction === undefined ? "" : direction === "ascending" ? "↑" : "↓";
}

type Format = (value: CellValue) => string;

/** Values as short as a head has room for. */
export function briefFormat(kind: ColumnKind): Format {
  if (kind === "time") return (value) => formatTime(Number(value), "day");
  return (value) => formatShort(Number(value), 4);
}

/** Fills in what `columnStats` found, in words that say when it is a sample. */
export function showStats(
  head: HTMLElement,
  stats: ColumnStats,
  { full, brief }: { full: Format; brief: Format },
): void {
  const place = head.querySelector<HTMLElement>(".wf-table-stats")!;
  const summary = statsText(stats, full);
  place.replaceChildren(
    ...(stats.bins.length > 0 ? [distribution(stats.bins)] : []),
    element("span", {}, statsText(stats, brief)),
  );
  const basis = stats.isSampled
    ? ` (estimated from ${formatCount(stats.looked)} rows spread over the table)`
    : "";
  const missing =
    stats.missing === 0 ? "no value missing" : `${formatPercent(stats.missing / stats.looked, 1)} missing`;
  place.title = `${summary}, ${missing}${basis}`;
}

function statsText(stats: ColumnStats, format: Format): string {
  const about = stats.isSampled ? "≈ " : "";
  const missing = stats.missing === 0 ? "" : `${formatPercent(stats.missing / stats.looked, 0)} –`;
  if (stats.missing === stats.looked) return stats.looked === 0 ? "" : "all –";
  let span: string;
  if (Number.isNaN(stats.min)) span = `${formatCount(stats.distinct)} distinct`;
  else if (stats.min === stats.max) span = format(stats.min);
  else span = `${format(stats.min)} … ${format(stats.max)}`;
  span = about + span;
  return missing === "" ? span : `${span} · ${missing}`;
}

function distribution(bins: readonly number[]): SVGElement {
  const most = Math.max(...bins);
  const width = PLOT_WIDTH / bins.length;
  const bars = bins.map((count, i) => {
    // A bin that holds anything shows: one row of an outlier is worth seeing.
    const height = count === 0 ? 0 : Math.max(1, (count / most) * PLOT_HEIGHT);
    return `M${(i * width).toFixed(2)} ${PLOT_HEIGHT}v${-height.toFixed(2)}h${(width - 0.75).toFixed(2)}v${height.toFixed(2)}z`;
  });
  return svgElement(
    "svg",
    {
      class: "wf-table-bins",
      width: PLOT_WIDTH,
      height: PLOT_HEIGHT,
      viewBox: `0 0 ${PLOT_WIDTH} ${PLOT_HEIGHT}`,
      "aria-hidden": "true",
    },
    svgElement("path", { d: bars.join("") }),
  );
}
