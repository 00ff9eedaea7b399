import "./shared.css";
import "./table.css";
import { inSlices } from "../workers/slices.ts";
import { columnFormat, columnStats, evenRows } from "./columnStats.ts";
import { type CellValue, type TableColumn, type TableSource, tableSource } from "./columns.ts";
import { CSV_MAX_ROWS, toCsv } from "./csv.ts";
import { element, freshId, type Output } from "./element.ts";
import { formatCount } from "./format.ts";
import { outputHost } from "./host.ts";
import { ScrollMap } from "./scrollMap.ts";
import { type SortDirection, sortedOrder } from "./sortOrder.ts";
import { briefFormat, headCell, showSort, showStats } from "./tableHeader.ts";

const ROW_PX = 24;
const HEAD_PX = 52;
const PLAIN_HEAD_PX = 24;
const MIN_WIDTH_PX = 56;
const MAX_WIDTH_PX = 420;
/** Above this a sort shows its progress. */
const SLOW_MS = 300;

export type TableOptions = {
  /** Names of the columns to show, in this order. Default: all. */
  columns?: readonly string[];
  /** How a column writes its values, by name. Default: by kind and precision of what it holds. */
  formats?: Readonly<Record<string, (value: CellValue) => string>>;
  /** Columns whose sign is the message: gains and losses in their colours, besides the sign that the format writes. */
  signed?: readonly string[];
  /** Height in pixels, head included. Default: as many rows as there are, at most 12. */
  height?: number;
  /** What the table is, for a screen reader. */
  label?: string;
  sort?: { column: string; direction: SortDirection };
  /** Distribution and span under each column's name. Default: true. */
  stats?: boolean;
  /** A row was clicked, or Enter pressed on it: its number in the source. */
  onRowClick?: (row: number) => void;
};

export type TableElement = Output<{
  /** Shows other data with the same options; sort and column widths stay where names stay. */
  update(value: unknown): void;
  /** Resolves when the rows are in the new order, rejects with `canceled` when another sort took its place. */
  sortBy(column: string, direction: SortDirection | undefined): Promise<void>;
  /** Moves the cursor to a row of the shown order. */
  goTo(position: number): void;
}>;

type Cursor = { row: number; column: number };

/**
 * A table of any length: an Arrow table, candles, columns or records, read where they lie. Only the rows in view
 * exist as elements; sorting happens in slices, so that the page stays free.
 */
export function table(value: unknown, options: TableOptions = {}): TableElement {
  const view = new TableView(options);
  view.show(tableSource(value));
  const { sort } = options;
  if (sort) void view.sortBy(sort.column, sort.direction).catch(() => undefined);
  return Object.assign(view.root, {
    update: (next: unknown) => view.show(tableSource(next)),
    sortBy: (column: string, direction: SortDirection | undefined) => view.sortBy(column, direction),
    goTo: (position: number) => view.moveCursor(position, 0),
    destroy: () => view.destroy(),
  });
}

class TableView {
  readonly root: HTMLElement;
  readonly #options: TableOptions;
  readonly #headPx: number;
  readonly #id = freshId("wf-table");
  readonly #scroller: HTMLElement;
  readonly #headRow: HTMLElement;
  readonly #body: HTMLElement;
  readonly #window: HTMLElement;
  readonly #note: HTMLElement;
  readonly #copy: HTMLButtonElement;
  readonly #bar: HTMLElement;
  readonly #resize: ResizeObserver;

  #source: TableSource = { rows: 0, columns: [] };
  #columns: readonly TableColumn[] = [];
  #formats: ((value: CellValue) => string)[] = [];
  #widths: number[] = [];
  #lefts: number[] = [];
  #heads: HTMLElement[] = [];
  /** Row elements, reused round-robin: row `r` of the order lives in element `r % length`. */
  #pool: { element: HTMLElement; row: number; cells: HTMLElement[] }[] = [];
  #order: Uint32Array | undefined;
  #sorted: { column: string; direction: SortDirection } | undefined;
  #sorting: AbortController | undefined;
  #map = new ScrollMap(0, 0);
  #shown = { from: 0, to: 0 };
  /** Row −1 is the head. */
  #cursor: Cursor = { row: 0, column: 0 };
  #anchor = 0;
  #generation = 0;
  #width = 0;

  constructor(options: TableOptions) {
    this.#options = options;
    this.#headPx = options.stats === false ? PLAIN_HEAD_PX : HEAD_PX;
    this.#headRow = element("div", { role: "row", class: "wf-table-heads", "aria-rowindex": 1 });
    this.#window = element("div", { role: "presentation", class: "wf-table-window" });
    this.#body = element("div", { role: "rowgroup", class: "wf-table-body" }, this.#window);
    this.#scroller = element(
      "div",
      {
        role: "grid",
        class: "wf-table-grid",
        tabindex: 0,
        "aria-label": options.label ?? "Table",
        "aria-multiselectable": "true",
      },
      element("div", { role: "rowgroup", class: "wf-table-top" }, this.#headRow),
      this.#body,
    );
    this.#note = element("span", { class: "wf-table-note", role: "status" });
    this.#copy = element("button", { type: "button", class: "wf-quiet-button" }, "Copy as CSV");
    this.#bar = element(
      "div",
      { class: "wf-table-bar", hidden: true },
      element("span", { class: "wf-table-done" }),
    );
    this.root = element(
      "div",
      { class: "wf-table", style: `--wf-head:${this.#headPx}px` },
      this.#bar,
      this.#scroller,
      element("div", { class: "wf-table-foot" }, this.#note, this.#copy),
    );
    this.#scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#scroller.addEventListener("scrollend", () => this.#settle(), { passive: true });
    this.#scroller.addEventListener("keydown", (event) => this.#keyed(event));
    this.#scroller.addEventListener("click", (event) => this.#clicked(event));
    this.#scroller.addEventListener("pointerdown", (event) => this.#grabbed(event));
    this.#scroller.addEventListener("dblclick", (event) => this.#fitted(event));
    this.#copy.addEventListener("click", () => void this.#copyRows());
    this.#resize = new ResizeObserver(() => {
      if (this.#scroller.clientWidth === this.#width) return;
      this.#width = this.#scroller.clientWidth;
      // Laying out changes the height, which must not happen while the browser tells of sizes.
      requestAnimationFrame(() => this.#layOut());
    });
    this.#resize.observe(this.#scroller);
  }

  show(source: TableSource): void {
    const generation = ++this.#generation;
    const widths = new Map(this.#columns.map(({ name }, i) => [name, this.#widths[i]]));
    this.#source = source;
    const { columns: wanted, formats = {} } = this.#options;
    this.#columns =
      wanted?.flatMap((name) => source.columns.find((column) => column.name === name) ?? []) ??
      source.columns;
    this.#formats = this.#columns.map((column) => formats[column.name] ?? columnFormat(column, source.rows));
    this.#widths = this.#columns.map((column, i) => widths.get(column.name) ?? this.#fittingWidth(column, i));
    this.#heads = this.#columns.map((column) => headCell(column));
    this.#heads.forEach((head, i) => {
      head.id = `${this.#id}-h${i}`;
      head.dataset.column = String(i);
      head.setAttribute("aria-colindex", String(i + 1));
    });
    this.#order = undefined;
    this.#sorting?.abort();
    const sorted = this.#sorted;
    this.#sorted = undefined;
    this.#scroller.setAttribute("aria-rowcount", String(source.rows + 1));
    this.#scroller.setAttribute("aria-colcount", String(this.#columns.length));
    this.#cursor = { row: Math.min(this.#cursor.row, source.rows - 1), column: 0 };
    this.#anchor = this.#cursor.row;
    this.#placeColumns();
    this.#layOut();
    this.#describe();
    if (sorted && this.#columns.some(({ name }) => name === sorted.column)) {
      void this.sortBy(sorted.column, sorted.direction).catch(() => undefined);
    }
    if (this.#options.stats !== false) void this.#fillStats(generation);
  }

  async sortBy(name: string, direction: SortDirection | undefined): Promise<void> {
    this.#sorting?.abort();
    const column = this.#columns.find((known) => known.name === name);
    const sorting = new AbortController();
    this.#sorting = sorting;
    if (column !== undefined && direction !== undefined) {
      const started = performance.now();
      this.#scroller.setAttribute("aria-busy", "true");
      try {
        const order = await inSlices(sortedOrder(column, this.#source.rows, direction), {
          signal: sorting.signal,
          onPause: (done) => {
            if (performance.now() - started > SLOW_MS) this.#showProgress(done);
          },
        });
        // The last stretch has no pause after it: a sort that was replaced meanwhile must not show.
        sorting.signal.throwIfAborted();
        this.#order = order;
      } finally {
        if (this.#sorting === sorting) {
          this.#bar.hidden = true;
          this.#scroller.removeAttribute("aria-busy");
        }
      }
      this.#sorted = { column: name, direction };
    } else {
      this.#order = undefined;
      this.#sorted = undefined;
    }
    this.#columns.forEach((known, i) => {
      showSort(this.#heads[i], known.name === this.#sorted?.column ? this.#sorted.direction : undefined);
    });
    this.#forgetRows();
    this.#render();
    this.#describe();
  }

  moveCursor(row: number, column: number, { extend = false }: { extend?: boolean } = {}): void {
    const rows = this.#source.rows;
    this.#cursor = {
      row: Math.min(Math.max(row, -1), rows - 1),
      column: Math.min(Math.max(column, 0), this.#columns.length - 1),
    };
    if (!extend || this.#cursor.row < 0) this.#anchor = this.#cursor.row;
    this.#reveal();
    this.#render();
    this.#describe();
  }

  destroy(): void {
    this.#generation++;
    this.#sorting?.abort();
    this.#resize.disconnect();
  }

  /** The row of the source that stands at a place of the shown order. */
  #sourceRow(position: number): number {
    return this.#order === undefined ? position : this.#order[position];
  }

  #layOut(): void {
    const { rows } = this.#source;
    this.#catchUp();
    const wanted = this.#options.height ?? this.#headPx + ROW_PX * Math.min(Math.max(rows, 1), 12);
    const overflowsSideways =
      this.#totalWidth() > this.#scroller.clientWidth && this.#scroller.clientWidth > 0;
    const bar = overflowsSideways ? this.#scroller.offsetHeight - this.#scroller.clientHeight : 0;
    const height = `${this.#options.height ?? wanted + bar}px`;
    if (this.#scroller.style.height !== height) this.#scroller.style.height = height;
    // Less than asked for where a sideways scroll bar takes its share of a fixed height.
    const inner = this.#scroller.clientHeight || wanted;
    const viewport = Math.max(ROW_PX, inner - this.#headPx);
    const top = this.#map.top;
    this.#map = new ScrollMap(rows * ROW_PX, viewport);
    this.#body.style.height = `${this.#map.contentPx}px`;
    this.#window.style.height = `${Math.min(viewport, this.#map.contentPx)}px`;
    const poolSize = Math.min(rows, Math.ceil(viewport / ROW_PX) + 1);
    if (poolSize !== this.#pool.length) this.#rebuildPool(poolSize);
    this.#scroller.scrollTop = this.#map.moveTo(top);
    this.#renderColumns();
    this.#render();
  }

  #totalWidth(): number {
    return (this.#lefts.at(-1) ?? 0) + (this.#widths.at(-1) ?? 0);
  }

  #placeColumns(): void {
    let left = 0;
    this.#lefts = this.#widths.map((width) => (left += width) - width);
    this.#body.style.width = this.#headRow.style.width = `max(100%, ${left}px)`;
    this.#shown = { from: 0, to: 0 };
  }

  /** Only columns in view exist as elements: a feature table may have thousands. */
  #renderColumns(): void {
    const left = this.#scroller.scrollLeft;
    const right = left + (this.#scroller.clientWidth || 800);
    let from = this.#lefts.findIndex((start, i) => start + this.#widths[i] > left);
    if (from < 0) from = 0;
    let to = from;
    while (to < this.#columns.length && this.#lefts[to] < right) to++;
    if (from === this.#shown.from && to === this.#shown.to) return;
    this.#shown = { from, to };
    this.#heads.slice(from, to).forEach((head, i) => {
      head.style.left = `${this.#lefts[from + i]}px`;
      head.style.width = `${this.#widths[from + i]}px`;
    });
    this.#headRow.replaceChildren(...this.#heads.slice(from, to));
    this.#rebuildPool(this.#pool.length);
  }

  #rebuildPool(size: number): void {
    const { from, to } = this.#shown;
    this.#pool = Array.from({ length: size }, (_, slot) => {
      const cells: HTMLElement[] = [];
      for (let i = from; i < to; i++) {
        const { kind } = this.#columns[i];
        const cell = element("div", {
          role: "gridcell",
          id: `${this.#id}-r${slot}c${i}`,
          class: `wf-table-cell is-${kind}`,
          "aria-colindex": i + 1,
          "data-column": i,
          style: `left:${this.#lefts[i]}px;width:${this.#widths[i]}px`,
        });
        cells.push(cell);
      }
      return { element: element("div", { role: "row", class: "wf-table-row" }, ...cells), row: -1, cells };
    });
    this.#window.replaceChildren(...this.#pool.map((entry) => entry.element));
  }

  #forgetRows(): void {
    for (const entry of this.#pool) entry.row = -1;
  }

  #render(): void {
    const { rows } = this.#source;
    const size = this.#pool.length;
    const top = this.#map.top;
    // The last pool row may lie past the end: then the window starts one row earlier.
    const first = Math.max(0, Math.min(Math.floor(top / ROW_PX), rows - size));
    const low = Math.min(this.#anchor, this.#cursor.row);
    const high = Math.max(this.#anchor, this.#cursor.row);
    let active: string | undefined;
    for (let row = first; row < first + size; row++) {
      const entry = this.#pool[row % size];
      if (entry.row !== row) this.#fillRow(entry, row);
      entry.element.style.transform = `translateY(${row * ROW_PX - top}px)`;
      const isSelected = row >= low && row <= high;
      entry.element.setAttribute("aria-selected", String(isSelected && low < high));
      const isHere = row === this.#cursor.row;
      entry.cells.forEach((cell, i) => {
        const isActive = isHere && i + this.#shown.from === this.#cursor.column;
        cell.classList.toggle("is-active", isActive);
        if (isActive) active = cell.id;
      });
    }
    this.#heads.forEach((head, i) => {
      const isActive = this.#cursor.row < 0 && i === this.#cursor.column;
      head.classList.toggle("is-active", isActive);
      if (isActive) active = head.id;
    });
    if (active === undefined) this.#scroller.removeAttribute("aria-activedescendant");
    else this.#scroller.setAttribute("aria-activedescendant", active);
  }

  #fillRow(entry: { element: HTMLElement; row: number; cells: HTMLElement[] }, row: number): void {
    entry.row = row;
    entry.element.setAttribute("aria-rowindex", String(row + 2));
    const source = this.#sourceRow(row);
    entry.cells.forEach((cell, i) => {
      const column = i + this.#shown.from;
      const text = this.#formats[column](this.#columns[column].at(source));
      if (this.#options.signed?.includes(this.#columns[column].name)) {
        const sign = Number(this.#columns[column].at(source));
        cell.dataset.tone = sign > 0 ? "gain" : sign < 0 ? "loss" : "";
      }
      cell.textContent = text.length > 500 ? `${text.slice(0, 500)}…` : text;
    });
  }

  #scrolled(): void {
    this.#map.scrolled(this.#scroller.scrollTop);
    if (this.#map.isAstray) this.#settle();
    this.#renderColumns();
    this.#render();
  }

  /** After small movements of a scaled table the bar is put back where it belongs. */
  #settle(): void {
    if (!this.#map.isScaled) return;
    this.#catchUp();
    this.#scroller.scrollTop = this.#map.moveTo(this.#map.top);
  }

  /** Takes in a movement whose event is still to come, before the bar is put anywhere. */
  #catchUp(): void {
    if (this.#scroller.scrollTop !== this.#map.placed) this.#map.scrolled(this.#scroller.scrollTop);
  }

  #reveal(): void {
    this.#catchUp();
    const { row, column } = this.#cursor;
    if (row >= 0) {
      const y = row * ROW_PX;
      const viewport = this.#map.viewportPx;
      if (y < this.#map.top) this.#scroller.scrollTop = this.#map.moveTo(y);
      else if (y + ROW_PX > this.#map.top + viewport)
        this.#scroller.scrollTop = this.#map.moveTo(y + ROW_PX - viewport);
    }
    const left = this.#lefts[column] ?? 0;
    const right = left + (this.#widths[column] ?? 0);
    if (left < this.#scroller.scrollLeft) this.#scroller.scrollLeft = left;
    else if (right > this.#scroller.scrollLeft + this.#scroller.clientWidth) {
      this.#scroller.scrollLeft = Math.min(left, right - this.#scroller.clientWidth);
    }
    this.#renderColumns();
  }

  #keyed(event: KeyboardEvent): void {
    const { row, column } = this.#cursor;
    const page = Math.max(1, Math.floor(this.#map.viewportPx / ROW_PX) - 1);
    const last = this.#source.rows - 1;
    const far = event.ctrlKey || event.metaKey;
    const extend = event.shiftKey;
    const moves: Record<string, () => void> = {
      ArrowDown: () => this.moveCursor(far ? last : row + 1, column, { extend }),
      ArrowUp: () => this.moveCursor(far ? 0 : row - 1, column, { extend }),
      ArrowLeft: () =>
        event.altKey ? this.#widen(column, -16) : this.moveCursor(row, far ? 0 : column - 1, { extend }),
      ArrowRight: () =>
        event.altKey
          ? this.#widen(column, 16)
          : this.moveCursor(row, far ? this.#columns.length - 1 : column + 1, { extend }),
      PageDown: () => this.moveCursor(row + page, column, { extend }),
      PageUp: () => this.moveCursor(Math.max(0, row - page), column, { extend }),
      Home: () => this.moveCursor(0, far ? 0 : column, { extend }),
      End: () => this.moveCursor(last, far ? this.#columns.length - 1 : column, { extend }),
      Enter: () => this.#activate(),
      " ": () => this.#activate(),
      c: () => far && void this.#copyRows(),
      a: () => far && this.#selectAll(),
    };
    const move = moves[event.key];
    if (move === undefined || (event.key.length === 1 && event.key !== " " && !far)) return;
    event.preventDefault();
    event.stopPropagation();
    move();
  }

  #activate(): void {
    const { row, column } = this.#cursor;
    if (row < 0) this.#cycleSort(column);
    else if (row < this.#source.rows) this.#options.onRowClick?.(this.#sourceRow(row));
  }

  #selectAll(): void {
    this.#anchor = 0;
    this.#cursor = { row: this.#source.rows - 1, column: this.#cursor.column };
    this.#render();
    this.#describe();
  }

  /** None, ascending, descending, none. */
  #cycleSort(column: number): void {
    const { name } = this.#columns[column];
    const current = this.#sorted?.column === name ? this.#sorted.direction : undefined;
    const next = current === undefined ? "ascending" : current === "ascending" ? "descending" : undefined;
    // Replaced by another sort: that one shows its own end.
    void this.sortBy(name, next).catch(() => undefined);
  }

  #clicked(event: MouseEvent): void {
    if (!(event.target instanceof Element) || event.target.closest(".wf-table-grip")) return;
    const head = event.target.closest<HTMLElement>("[role=columnheader]");
    if (head !== null) {
      this.#cursor = { row: -1, column: Number(head.dataset.column) };
      this.#cycleSort(this.#cursor.column);
      return;
    }
    const rowElement = event.target.closest(".wf-table-row");
    const entry = this.#pool.find((known) => known.element === rowElement);
    if (entry === undefined) return;
    const cell = event.target.closest<HTMLElement>(".wf-table-cell");
    const column = cell === null ? this.#cursor.column : Number(cell.dataset.column);
    this.moveCursor(entry.row, column, { extend: event.shiftKey });
    if (!event.shiftKey) this.#options.onRowClick?.(this.#sourceRow(entry.row));
  }

  /** Drags a column's edge. */
  #grabbed(event: PointerEvent): void {
    if (!(event.target instanceof HTMLElement) || !event.target.matches(".wf-table-grip")) return;
    event.preventDefault();
    const grip = event.target;
    const column = Number(grip.parentElement?.dataset.column);
    const start = { x: event.clientX, width: this.#widths[column] };
    grip.setPointerCapture(event.pointerId);
    const drag = (moved: PointerEvent): void => this.#setWidth(column, start.width + moved.clientX - start.x);
    grip.addEventListener("pointermove", drag);
    grip.addEventListener("lostpointercapture", () => grip.removeEventListener("pointermove", drag), {
      once: true,
    });
  }

  /** A double click on a column's edge fits it to what is shown. */
  #fitted(event: MouseEvent): void {
    if (!(event.target instanceof HTMLElement) || !event.target.matches(".wf-table-grip")) return;
    const column = Number(event.target.parentElement?.dataset.column);
    const shown = this.#pool.map((entry) => this.#sourceRow(entry.row));
    this.#setWidth(column, this.#fittingWidth(this.#columns[column], column, shown));
  }

  #widen(column: number, byPx: number): void {
    this.#setWidth(column, this.#widths[column] + byPx);
  }

  #setWidth(column: number, width: number): void {
    this.#widths[column] = Math.max(MIN_WIDTH_PX, Math.round(width));
    this.#placeColumns();
    this.#layOut();
  }

  #fittingWidth(column: TableColumn, index: number, rows = evenRows(this.#source.rows, 60)): number {
    const format = this.#formats[index];
    // Room for the arrow of a sort beside the name.
    let widest = textWidth(column.name) * 1.06 + 14;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const row of rows) {
      const value = column.at(row);
      widest = Math.max(widest, textWidth(format(value)));
      if (typeof value === "number" && value < low) low = value;
      if (typeof value === "number" && value > high) high = value;
    }
    if (this.#options.stats !== false && low <= high) {
      // The head's smaller type, and a little more span than the few rows looked at here have.
      const brief = this.#briefFormat(column);
      widest = Math.max(widest, 0.9 * textWidth(`≈ ${brief(low)} … ${brief(high)}`));
    }
    return Math.min(MAX_WIDTH_PX, Math.max(MIN_WIDTH_PX, Math.ceil(widest) + 22));
  }

  /** A format of the caller's own (percent) says what the column means; else the head is brief. */
  #briefFormat({ name, kind }: TableColumn): (value: CellValue) => string {
    return this.#options.formats?.[name] ?? briefFormat(kind);
  }

  async #fillStats(generation: number): Promise<void> {
    for (const [i, column] of this.#columns.entries()) {
      await idle();
      if (generation !== this.#generation) return;
      showStats(this.#heads[i], columnStats(column, this.#source.rows), {
        full: this.#formats[i],
        brief: this.#briefFormat(column),
      });
    }
  }

  async #copyRows(): Promise<void> {
    const low = Math.max(0, Math.min(this.#anchor, this.#cursor.row));
    const high = Math.max(this.#anchor, this.#cursor.row);
    const isSelection = low < high;
    const from = isSelection ? low : 0;
    const wanted = isSelection ? high - low + 1 : this.#source.rows;
    const sourceRow = (position: number): number => this.#sourceRow(position);
    const { text, rows } = toCsv(
      this.#columns,
      (function* () {
        for (let position = from; position < from + Math.min(wanted, CSV_MAX_ROWS); position++)
          yield sourceRow(position);
      })(),
    );
    try {
      await outputHost().copy(text);
      const rest = rows < wanted ? ` of ${formatCount(wanted)}, as many as one copy may hold` : "";
      this.#note.textContent = `Copied ${formatCount(rows)} rows${rest}.`;
    } catch (error) {
      this.#note.textContent = `Not copied: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  #describe(): void {
    const { rows } = this.#source;
    const low = Math.min(this.#anchor, this.#cursor.row);
    const high = Math.max(this.#anchor, this.#cursor.row);
    const parts = [
      `${formatCount(rows)} ${rows === 1 ? "row" : "rows"} × ${formatCount(this.#columns.length)} ${this.#columns.length === 1 ? "column" : "columns"}`,
    ];
    if (this.#sorted) parts.push(`sorted by ${this.#sorted.column}, ${this.#sorted.direction}`);
    if (low >= 0 && high > low) parts.push(`${formatCount(high - low + 1)} selected`);
    this.#note.textContent = parts.join(" · ");
    this.#copy.disabled = rows === 0;
  }

  #showProgress(done: number): void {
    this.#bar.hidden = false;
    (this.#bar.firstElementChild as HTMLElement).style.width = `${Math.round(done * 100)}%`;
  }
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

function idle(): Promise<void> {
  return new Promise((resolve) => {
    // Safari has no idle callback; a timer is late enough there.
    if (typeof requestIdleCallback === "function") requestIdleCallback(() => resolve(), { timeout: 1000 });
    else setTimeout(resolve, 50);
  });
}
