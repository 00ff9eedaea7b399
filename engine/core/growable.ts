import { EngineError } from "./errors.ts";
import { lazyTable } from "./lazyTable.ts";
import type { Table, TableColumn } from "./table.ts";

/** A column of numbers that grows by doubling: what is appended to on the way through a backtest. */
export class GrowingNumbers {
  #values = new Float64Array(0);
  #length = 0;
  readonly #first: number;

  /** Memory is taken with the first value. */
  constructor(capacity = 64) {
    this.#first = Math.max(1, capacity);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) this.#grow();
    this.#values[this.#length++] = value;
  }

  at(index: number): number {
    return index < this.#length ? this.#values[index] : Number.NaN;
  }

  set(index: number, value: number): void {
    if (index < this.#length) this.#values[index] = value;
  }

  /** The values so far in memory of their own, no longer than they are. */
  toColumn(): Float64Array {
    return this.#values.slice(0, this.#length);
  }

  #grow(): void {
    const larger = new Float64Array(Math.max(this.#first, 2 * this.#values.length));
    larger.set(this.#values);
    this.#values = larger;
  }
}

/** How many texts are compared before one is looked up. */
const FEW = 4;

/** The texts of a column, each different one once, in order of appearance. */
export class TextCodes {
  readonly #values: string[] = [];
  /** Of more than a few; made with the first of them. */
  #codeOf: Map<string, number> | undefined = undefined;
  // Neighbouring rows often have the same text: the last one is not looked up again.
  #lastText: string | undefined = undefined;
  #lastCode = -1;

  get values(): readonly string[] {
    return this.#values;
  }

  /** The number of a text, which has one from now on; −1 for none. */
  code(text: string | undefined): number {
    if (text === this.#lastText) return this.#lastCode;
    const values = this.#values;
    // Few different texts take turns in most columns (`buy`, `sell`): comparing them is cheaper than looking one up.
    const few = values.length < FEW ? values.length : FEW;
    for (let k = 0; k < few; k++) if (values[k] === text) return k;
    let code = -1;
    if (text !== undefined) {
      const known = this.#codeOf?.get(text);
      if (known === undefined) {
        code = this.#values.push(text) - 1;
        if (code >= FEW) {
          this.#codeOf ??= new Map();
          this.#codeOf.set(text, code);
        }
      } else code = known;
    }
    this.#lastText = text;
    this.#lastCode = code;
    return code;
  }
}

/** Rows of a full block; a power of two, so that a place in it is a mask of the row. */
const SHIFT = 10;
const BLOCK_ROWS = 1 << SHIFT;
const MASK = BLOCK_ROWS - 1;
const FIRST_ROWS = 64;

/** What a column of a growing table holds: numbers, texts, or the numbers 1, 2, 3 …, which need not be written. */
export type ColumnKind = "number" | "text" | "count";

/**
 * A table that is written row by row. A row's numbers, and the codes of its texts, lie beside each other in one block,
 * so that a row costs one look for room and few lines of cache, however many columns there are; columns are made at the
 * end. To write: `const at = table.add()`, then `table.block[at + k] = …` for the column of place k, all of them.
 */
export class GrowingTable<Name extends string> {
  /** The block that holds the row added last. */
  block = new Float64Array(0);
  readonly width: number;
  readonly #names: readonly Name[];
  readonly #kinds: readonly ColumnKind[];
  readonly #texts: readonly TextCodes[];
  readonly #blocks: Float64Array[] = [];
  #rows = 0;
  /** Rows for which there is room. */
  #room = 0;

  constructor(columns: Readonly<Record<Name, ColumnKind>>) {
    this.#names = Object.keys(columns) as Name[];
    this.#kinds = this.#names.map((name) => columns[name]);
    this.#texts = this.#names.map(() => new TextCodes());
    this.width = this.#names.length;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Where in `block` the first column of a new row is. */
  add(): number {
    if (this.#rows === this.#room) this.#grow();
    return (this.#rows++ & MASK) * this.width;
  }

  /** The texts of the column of a place. */
  texts(place: number): TextCodes {
    return this.#texts[place];
  }

  /** A row that is there: the block that holds it, and where in it its first column is. */
  blockOf(row: number): Float64Array {
    return this.#blocks[row >>> SHIFT];
  }

  placeOf(row: number): number {
    return (row & MASK) * this.width;
  }

  /** The rows so far. Its columns are made when they are read: nothing may be written from here on. */
  toTable(): Table<Name> {
    const makers = this.#names.map((name, place) => [name, () => this.#column(place)] as const);
    return lazyTable(this.#rows, Object.fromEntries(makers) as Record<Name, () => TableColumn>);
  }

  #column(place: number): TableColumn {
    const kind = this.#kinds[place];
    const column = kind === "text" ? new Int32Array(this.#rows) : new Float64Array(this.#rows);
    for (const [b, block] of this.#blocks.entries()) {
      const from = b * BLOCK_ROWS;
      const rows = Math.min(BLOCK_ROWS, this.#rows - from);
      if (kind === "count") for (let i = 0; i < rows; i++) column[from + i] = from + i + 1;
      else if (column instanceof Float64Array) takeNumbers(column, from, rows, block, place, this.width);
      else takeCodes(column, from, rows, block, place, this.width);
    }
    return column instanceof Float64Array
      ? column
      : { codes: column, values: [...this.#texts[place].values] };
  }

  /** The rows as plain JSON: NaN and no text are null. */
  snapshot(): PlainRows {
    const { rows, columns } = this.toTable();
    const plain = Object.entries<TableColumn>(columns).map(([name, column]): [string, PlainColumn] => [
      name,
      Array.from({ length: rows }, (_, i) => {
        if (!(column instanceof Float64Array)) return column.values[column.codes[i]] ?? null;
        return Number.isNaN(column[i]) ? null : column[i];
      }),
    ]);
    return Object.fromEntries(plain);
  }

  /** Writes the rows of a snapshot behind those that are there. */
  load(plain: PlainRows): void {
    const lists = this.#names.map((name) => plain[name]);
    const rows = lists[0]?.length ?? 0;
    if (lists.some((list) => list?.length !== rows)) {
      throw new EngineError(
        "table.snapshot",
        `A snapshot's rows have other columns than ${this.#names.join(", ")}, or columns of different lengths.`,
        { expected: this.#names, given: Object.keys(plain) },
      );
    }
    for (let row = 0; row < rows; row++) {
      const at = this.add();
      for (let k = 0; k < this.width; k++) {
        const value = lists[k][row];
        const isText = this.#kinds[k] === "text";
        if (isText) this.block[at + k] = this.#texts[k].code(value === null ? undefined : String(value));
        else this.block[at + k] = value === null ? Number.NaN : Number(value);
      }
    }
  }

  #grow(): void {
    const full = this.block.length;
    const whole = BLOCK_ROWS * this.width;
    if (full === 0 || full === whole) {
      this.block = new Float64Array(full === 0 ? FIRST_ROWS * this.width : whole);
      this.#blocks.push(this.block);
    } else {
      const larger = new Float64Array(Math.min(whole, 4 * full));
      larger.set(this.block);
      this.block = larger;
      this.#blocks[0] = larger;
    }
    this.#room = (this.#blocks.length - 1) * BLOCK_ROWS + this.block.length / this.width;
  }
}

/** A column as plain JSON: NaN and no text are null. */
type PlainColumn = readonly (number | string | null)[];
export type PlainRows = Readonly<Record<string, PlainColumn>>;

function takeNumbers(
  column: Float64Array,
  from: number,
  rows: number,
  block: Float64Array,
  place: number,
  width: number,
): void {
  for (let i = 0, at = place; i < rows; i++, at += width) {
    const value = block[at];
    // Memory is zero from the beginning: a column of zeros costs none.
    if (value !== 0 || 1 / value < 0) column[from + i] = value;
  }
}

function takeCodes(
  column: Int32Array,
  from: number,
  rows: number,
  block: Float64Array,
  place: number,
  width: number,
): void {
  for (let i = 0, at = place; i < rows; i++, at += width) {
    const code = block[at];
    if (code !== 0) column[from + i] = code;
  }
}
