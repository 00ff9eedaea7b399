import type { CellValue, TableColumn } from "./columns.ts";

const MIN_WIDTH_PX = 56;
const MAX_WIDTH_PX = 420;
/** Left and right padding of a cell, with a hair to spare. */
const PADDING_PX = 22;

/** Columns from `from` up to, not including, `to`. */
export type ColumnRange = { readonly from: number; readonly to: number };

/** Where each column begins and how wide it is, in CSS pixels. */
export class ColumnLayout {
  readonly widths: number[];
  readonly lefts: number[];

  constructor(widths: readonly number[]) {
    this.widths = [...widths];
    this.lefts = new Array<number>(widths.length).fill(0);
    this.#place();
  }

  get total(): number {
    return (this.lefts.at(-1) ?? 0) + (this.widths.at(-1) ?? 0);
  }

  setWidth(column: number, width: number): void {
    this.widths[column] = Math.max(MIN_WIDTH_PX, Math.round(width));
    this.#place();
  }

  /** The columns that are at least partly in view. */
  inView(left: number, width: number): ColumnRange {
    let from = 0;
    while (from < this.lefts.length - 1 && this.lefts[from] + this.widths[from] <= left) from++;
    let to = from;
    while (to < this.lefts.length && this.lefts[to] < left + width) to++;
    return { from, to };
  }

  #place(): void {
    let left = 0;
    for (let i = 0; i < this.widths.length; i++) {
      this.lefts[i] = left;
      left += this.widths[i];
    }
  }
}

type Format = (value: CellValue) => string;

/** Wide enough for the column's name, the values of these rows and, with `brief`, the span in its head. */
export function fittingWidth(
  column: TableColumn,
  rows: readonly number[],
  full: Format,
  brief?: Format,
): number {
  // Room for the arrow of a sort beside the name.
  let widest = textWidth(column.name) * 1.06 + 14;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    const value = column.at(row);
    widest = Math.max(widest, textWidth(full(value)));
    if (typeof value !== "number") continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  // The head's type is smaller, but the few rows looked at here may not span all values.
  if (brief !== undefined && low <= high) {
    widest = Math.max(widest, 0.9 * textWidth(`≈ ${brief(low)} … ${brief(high)}`));
  }
  return Math.min(MAX_WIDTH_PX, Math.max(MIN_WIDTH_PX, Math.ceil(widest) + PADDING_PX));
}

let ruler: CanvasRenderingContext2D | null | undefined;

/** Width of a text in the table's font, CSS pixels. */
function textWidth(text: string): number {
  if (ruler === undefined) {
    ruler = document.createElement("canvas").getContext("2d");
    const family = getComputedStyle(document.documentElement).getPropertyValue("--font-ui").trim();
    if (ruler !== null) ruler.font = `12px ${family || "system-ui"}`;
  }
  return ruler?.measureText(text.slice(0, 80)).width ?? 7 * text.length;
}
