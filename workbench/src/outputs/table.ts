import "./shared.css";
import "./table.css";
import { throwIfCanceled } from "#engine/core/cancel.ts";
import { inSlices } from "../workers/slices.ts";
import { ColumnLayout, type ColumnRange, fittingWidth } from "./columnLayout.ts";
import { columnFormat, columnStats, evenRows } from "./columnStats.ts";
import { type CellValue, type TableColumn, type TableSource, tableSource } from "./columns.ts";
import { copyAsCsv } from "./csv.ts";
import { freshId, type Output } from "./element.ts";
import { formatCount } from "./format.ts";
import { ROW_PX, RowPool } from "./rowPool.ts";
import { ScrollMap } from "./scrollMap.ts";
import { type SortDirection, sortedOrder } from "./sortOrder.ts";
import { type TableFrame, tableFrame } from "./tableFrame.ts";
import { briefFormat, headCell, showSort, showStats } from "./tableHeader.ts";
import { type Cursor, tableAct } from "./tableKeys.ts";

const HEAD_PX = 52;
const PLAIN_HEAD_PX = 24;
/** Rows of a table that is given no height. */
const MOST_ROWS = 12;
/** Rows that a column's width is fitted to at first. */
const FIT_SAMPLE = 60;
/** A cell shows no more characters than this. */
const MOST_CHARACTERS = 500;
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
    goTo: (position: number) => view.moveCursor({ row: position, column: 0 }),
    destroy: () => view.destroy(),
  });
}

class TableView {
  readonly #frame: TableFrame;
  readonly #options: TableOptions;
  readonly #headPx: number;
  readonly #id = freshId("wf-table");
  readonly #scroller: HTMLElement;
  readonly #resize: ResizeObserver;

  readonly #pool: RowPool;

  #source: TableSource = { rows: 0, columns: [] };
  #columns: readonly TableColumn[] = [];
  #formats: ((value: CellValue) => string)[] = [];
  #layout = new ColumnLayout([]);
  #heads: HTMLElement[] = [];
  #shown: ColumnRange = { from: 0, to: 0 };
  #order: Uint32Array | undefined;
  #sorted: { column: string; direction: SortDirection } | undefined;
  /** As `#sorted` will be when the sort under way is done: a second press goes on from there. */
  #wanted: { column: string; direction: SortDirection } | undefined;
  #sorting: AbortController | undefined;
  #map = new ScrollMap(0, 0);
  #cursor: Cursor = { row: 0, column: 0 };
  /** The other end of the selected rows. */
  #anchor = 0;
  /** Of the data: what was begun for older data shows nothing. */
  #generation = 0;
  #width = 0;

  constructor(options: TableOptions) {
    this.#options = options;
    this.#headPx = options.stats === false ? PLAIN_HEAD_PX : HEAD_PX;
    this.#frame = tableFrame(options.label ?? "Table", this.#headPx);
    this.#scroller = this.#frame.scroller;
    this.#pool = new RowPool(this.#frame.window, this.#id);
    this.#scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#scroller.addEventListener("scrollend", () => this.#settle(), { passive: true });
    this.#scroller.addEventListener("keydown", (event) => this.#keyed(event));
    this.#scroller.addEventListener("click", (event) => this.#clicked(event));
    this.#scroller.addEventListener("pointerdown", (event) => this.#grabbed(event));
    this.#scroller.addEventListener("dblclick", (event) => this.#fitted(event));
    this.#frame.copy.addEventListener("click", () => void this.#copyRows());
    this.#resize = new ResizeObserver(() => {
      if (this.#scroller.clientWidth === this.#width) return;
      this.#width = this.#scroller.clientWidth;
      // Laying out changes the height, which must not happen while the browser tells of sizes.
      requestAnimationFrame(() => this.#layOut());
    });
    this.#resize.observe(this.#scroller);
  }

  get root(): HTMLElement {
    return this.#frame.root;
  }

  show(source: TableSource): void {
    const generation = ++this.#generation;
    const widths = new Map(this.#columns.map(({ name }, i) => [name, this.#layout.widths[i]]));
    this.#source = source;
    const { columns: wanted, formats = {} } = this.#options;
    this.#columns =
      wanted?.flatMap((name) => source.columns.find((column) => column.name === name) ?? []) ??
      source.columns;
    this.#formats = this.#columns.map((column) => formats[column.name] ?? columnFormat(column, source.rows));
    const sample = evenRows(source.rows, FIT_SAMPLE);
    this.#layout = new ColumnLayout(
      this.#columns.map((column, i) => widths.get(column.name) ?? this.#fittingWidth(column, i, sample)),
    );
    this.#heads = this.#columns.map((column) => headCell(column));
    this.#heads.forEach((head, i) => {
      head.id = `${this.#id}-h${i}`;
      head.dataset.column = String(i);
      head.setAttribute("aria-colindex", String(i + 1));
    });
    this.#order = undefined;
    this.#sorting?.abort();
    const sorted = this.#sorted;
    this.#sorted = this.#wanted = undefined;
    this.#scroller.setAttribute("aria-rowcount", String(source.rows + 1));
    this.#scroller.setAttribute("aria-colcount", String(this.#columns.length));
    this.#cursor = { row: Math.min(this.#cursor.row, source.rows - 1), column: 0 };
    this.#anchor = this.#cursor.row;
    this.#shown = { from: 0, to: 0 };
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
    this.#wanted = column === undefined || direction === undefined ? undefined : { column: name, direction };
    if (column !== undefined && direction !== undefined) {
      const started = performance.now();
      this.#scroller.setAttribute("aria-busy", "true");
      try {
        const order = await inSlices(sortedOrder(column, this.#source.rows, direction), {
          signal: sorting.signal,
          onPause: (done) => {
            if (performance.now() - started > SLOW_MS) this.#frame.showProgress(done);
          },
        });
        // The last stretch has no pause after it: a sort that was replaced meanwhile must not show.
        throwIfCanceled(sorting.signal);
        this.#order = order;
      } finally {
        if (this.#sorting === sorting) {
          this.#frame.showProgress(undefined);
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
    this.#pool.forget();
    this.#render();
    this.#describe();
  }

  moveCursor(to: Cursor, { extend = false }: { extend?: boolean } = {}): void {
    this.#cursor = {
      row: Math.min(Math.max(to.row, -1), this.#source.rows - 1),
      column: Math.min(Math.max(to.column, 0), this.#columns.length - 1),
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

  /** The selected rows as places of the shown order; one only is no selection. */
  get #selection(): { low: number; high: number } {
    const { row } = this.#cursor;
    return { low: Math.max(0, Math.min(this.#anchor, row)), high: Math.max(this.#anchor, row) };
  }

  #layOut(): void {
    const { rows } = this.#source;
    this.#catchUp();
    const wanted = this.#options.height ?? this.#headPx + ROW_PX * Math.min(Math.max(rows, 1), MOST_ROWS);
    const overflows = this.#scroller.clientWidth > 0 && this.#layout.total > this.#scroller.clientWidth;
    const bar = overflows ? this.#scroller.offsetHeight - this.#scroller.clientHeight : 0;
    const height = `${this.#options.height ?? wanted + bar}px`;
    if (this.#scroller.style.height !== height) this.#scroller.style.height = height;
    // Less than asked for where a sideways scroll bar takes its share of a fixed height.
    const inner = this.#scroller.clientHeight || wanted;
    const viewport = Math.max(ROW_PX, inner - this.#headPx);
    const { top } = this.#map;
    this.#map = new ScrollMap(rows * ROW_PX, viewport);
    this.#frame.body.style.height = `${this.#map.contentPx}px`;
    this.#frame.window.style.height = `${Math.min(viewport, this.#map.contentPx)}px`;
    this.#frame.body.style.width = this.#frame.headRow.style.width = `max(100%, ${this.#layout.total}px)`;
    this.#scroller.scrollTop = this.#map.moveTo(top);
    this.#renderColumns();
    this.#render();
  }

  /** Only columns in view exist as elements: a feature table may have thousands. */
  #renderColumns(): void {
    const { from, to } = this.#layout.inView(this.#scroller.scrollLeft, this.#scroller.clientWidth || 800);
    const size = Math.min(this.#source.rows, Math.ceil(this.#map.viewportPx / ROW_PX) + 1);
    if (from === this.#shown.from && to === this.#shown.to && size === this.#pool.size) return;
    this.#shown = { from, to };
    this.#placeHeads();
    this.#frame.headRow.replaceChildren(...this.#heads.slice(from, to));
    this.#pool.rebuild(size, this.#shown, this.#columns, this.#layout);
  }

  #placeHeads(): void {
    const { lefts, widths } = this.#layout;
    for (let i = this.#shown.from; i < this.#shown.to; i++) {
      this.#heads[i].style.left = `${lefts[i]}px`;
      this.#heads[i].style.width = `${widths[i]}px`;
    }
  }

  #render(): void {
    const { row, column } = this.#cursor;
    let active = this.#pool.show(
      this.#map.top,
      this.#source.rows,
      { row, column, ...this.#selection },
      (cell, i, position) => this.#write(cell, i, position),
    );
    this.#heads.forEach((head, i) => {
      const isActive = row < 0 && i === column;
      head.classList.toggle("is-active", isActive);
      if (isActive) active = head.id;
    });
    if (active === undefined) this.#scroller.removeAttribute("aria-activedescendant");
    else this.#scroller.setAttribute("aria-activedescendant", active);
  }

  #write(cell: HTMLElement, i: number, position: number): void {
    const value = this.#columns[i].at(this.#sourceRow(position));
    const text = this.#formats[i](value);
    cell.textContent = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
    if (this.#options.signed?.includes(this.#columns[i].name)) {
      cell.dataset.tone = Number(value) > 0 ? "gain" : Number(value) < 0 ? "loss" : "";
    }
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
    const left = this.#layout.lefts[column] ?? 0;
    const right = left + (this.#layout.widths[column] ?? 0);
    if (left < this.#scroller.scrollLeft) this.#scroller.scrollLeft = left;
    else if (right > this.#scroller.scrollLeft + this.#scroller.clientWidth) {
      this.#scroller.scrollLeft = Math.min(left, right - this.#scroller.clientWidth);
    }
    this.#renderColumns();
  }

  #keyed(event: KeyboardEvent): void {
    const act = tableAct(event, this.#cursor, {
      rows: this.#source.rows,
      columns: this.#columns.length,
      pageRows: Math.max(1, Math.floor(this.#map.viewportPx / ROW_PX) - 1),
    });
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const { column } = this.#cursor;
    if (act.kind === "move") this.moveCursor(act.to, act);
    else if (act.kind === "widen") this.#setWidth(column, this.#layout.widths[column] + act.byPx);
    else if (act.kind === "copy") void this.#copyRows();
    else if (act.kind === "selectAll") this.#selectAll();
    else this.#activate();
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
    const current = this.#wanted?.column === name ? this.#wanted.direction : undefined;
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
    const row = this.#pool.positionOf(event.target);
    if (row === undefined) return;
    const cell = event.target.closest<HTMLElement>(".wf-table-cell");
    const column = cell === null ? this.#cursor.column : Number(cell.dataset.column);
    this.moveCursor({ row, column }, { extend: event.shiftKey });
    if (!event.shiftKey) this.#options.onRowClick?.(this.#sourceRow(row));
  }

  /** Drags a column's edge. */
  #grabbed(event: PointerEvent): void {
    if (!(event.target instanceof HTMLElement) || !event.target.matches(".wf-table-grip")) return;
    event.preventDefault();
    const grip = event.target;
    const column = Number(grip.parentElement?.dataset.column);
    const start = { x: event.clientX, width: this.#layout.widths[column] };
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
    const shown = this.#pool.positions.map((position) => this.#sourceRow(position));
    this.#setWidth(column, this.#fittingWidth(this.#columns[column], column, shown));
  }

  /** The heads stay where they are in the page: the one that is being dragged must not let go. */
  #setWidth(column: number, width: number): void {
    this.#layout.setWidth(column, width);
    this.#placeHeads();
    this.#pool.placeCells(this.#layout);
    this.#layOut();
  }

  #fittingWidth(column: TableColumn, i: number, rows: readonly number[]): number {
    const brief = this.#options.stats === false ? undefined : this.#briefFormat(column);
    return fittingWidth(column, rows, this.#formats[i], brief);
  }

  /** A format of the caller's own (percent) says what the column means; else the head is brief. */
  #briefFormat({ name, kind }: TableColumn): (value: CellValue) => string {
    return this.#options.formats?.[name] ?? briefFormat(kind);
  }

  async #fillStats(generation: number): Promise<void> {
    for (const [i, column] of this.#columns.entries()) {
      await idle();
      if (generation !== this.#generation) return;
      const stats = await inSlices(columnStats(column, this.#source.rows), { pause: idle });
      if (generation !== this.#generation) return;
      showStats(this.#heads[i], stats, {
        full: this.#formats[i],
        brief: this.#briefFormat(column),
      });
    }
  }

  async #copyRows(): Promise<void> {
    const { low, high } = this.#selection;
    const from = low < high ? low : 0;
    const count = low < high ? high - low + 1 : this.#source.rows;
    const sourceRow = (i: number): number => this.#sourceRow(from + i);
    this.#frame.note.textContent = await copyAsCsv(this.#columns, count, sourceRow);
  }

  #describe(): void {
    const { rows } = this.#source;
    const { low, high } = this.#selection;
    const columns = this.#columns.length;
    const parts = [
      `${formatCount(rows)} ${rows === 1 ? "row" : "rows"} × ${formatCount(columns)} ${columns === 1 ? "column" : "columns"}`,
    ];
    if (this.#sorted) parts.push(`sorted by ${this.#sorted.column}, ${this.#sorted.direction}`);
    if (high > low) parts.push(`${formatCount(high - low + 1)} selected`);
    this.#frame.note.textContent = parts.join(" · ");
    this.#frame.copy.disabled = rows === 0;
  }
}

function idle(): Promise<void> {
  return new Promise((resolve) => {
    // Safari has no idle callback; a timer is late enough there.
    if (typeof requestIdleCallback === "function") requestIdleCallback(() => resolve(), { timeout: 1000 });
    else setTimeout(resolve, 50);
  });
}
