import type { ColumnLayout, ColumnRange } from "./columnLayout.ts";
import type { TableColumn } from "./columns.ts";
import { element } from "./element.ts";

export const ROW_PX = 24;

type PooledRow = { readonly element: HTMLElement; readonly cells: HTMLElement[]; position: number };

/** What is marked: the cell of the cursor, and the rows from `low` to `high` when there are several. */
export type Marks = {
  readonly row: number;
  readonly column: number;
  readonly low: number;
  readonly high: number;
};

/**
 * As many row elements as fit the view, reused round-robin: the row at place `p` of the table lives in element
 * `p % size`, so a scroll by one row writes one row.
 */
export class RowPool {
  #rows: PooledRow[] = [];
  #range: ColumnRange = { from: 0, to: 0 };

  constructor(
    readonly window: HTMLElement,
    readonly id: string,
  ) {}

  get size(): number {
    return this.#rows.length;
  }

  /** Places that are shown at the moment. */
  get positions(): number[] {
    return this.#rows.flatMap(({ position }) => (position < 0 ? [] : [position]));
  }

  /** New elements for so many rows and these columns. */
  rebuild(size: number, range: ColumnRange, columns: readonly TableColumn[], layout: ColumnLayout): void {
    this.#range = range;
    this.#rows = Array.from({ length: size }, (_, slot) => {
      const cells = columns.slice(range.from, range.to).map(({ kind }, i) =>
        element("div", {
          role: "gridcell",
          id: `${this.id}-r${slot}c${range.from + i}`,
          class: `wf-table-cell is-${kind}`,
          "aria-colindex": range.from + i + 1,
          "data-column": range.from + i,
        }),
      );
      const row = element("div", { role: "row", class: "wf-table-row" }, ...cells);
      return { element: row, cells, position: -1 };
    });
    this.placeCells(layout);
    this.window.replaceChildren(...this.#rows.map((row) => row.element));
  }

  placeCells({ lefts, widths }: ColumnLayout): void {
    for (const { cells } of this.#rows) {
      cells.forEach((cell, i) => {
        cell.style.left = `${lefts[this.#range.from + i]}px`;
        cell.style.width = `${widths[this.#range.from + i]}px`;
      });
    }
  }

  /** Every row must be written anew: the order or the data changed. */
  forget(): void {
    for (const row of this.#rows) row.position = -1;
  }

  /**
   * Shows the rows from pixel `top` of the table on; `write` fills a cell. Returns the id of the cursor's cell when it
   * is in view.
   */
  show(
    top: number,
    rows: number,
    marks: Marks,
    write: (cell: HTMLElement, column: number, position: number) => void,
  ): string | undefined {
    const size = this.#rows.length;
    // The last element may lie past the end: then the window starts one row earlier.
    const first = Math.max(0, Math.min(Math.floor(top / ROW_PX), rows - size));
    let active: string | undefined;
    for (let position = first; position < first + size; position++) {
      const row = this.#rows[position % size];
      if (row.position !== position) {
        row.position = position;
        row.element.setAttribute("aria-rowindex", String(position + 2));
        row.cells.forEach((cell, i) => {
          write(cell, this.#range.from + i, position);
        });
      }
      row.element.style.transform = `translateY(${position * ROW_PX - top}px)`;
      const isSelected = marks.low < marks.high && position >= marks.low && position <= marks.high;
      row.element.setAttribute("aria-selected", String(isSelected));
      row.cells.forEach((cell, i) => {
        const isActive = position === marks.row && this.#range.from + i === marks.column;
        cell.classList.toggle("is-active", isActive);
        if (isActive) active = cell.id;
      });
    }
    return active;
  }

  /** The place of the row that holds an element. */
  positionOf(inside: Element): number | undefined {
    const row = inside.closest(".wf-table-row");
    return this.#rows.find((known) => known.element === row)?.position;
  }
}
