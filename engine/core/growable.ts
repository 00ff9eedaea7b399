import type { TextColumn } from "./table.ts";

/** Rows of a full block; a power of two, so that a place in it is a mask of the row. */
const SHIFT = 14;
const BLOCK = 1 << SHIFT;
const MASK = BLOCK - 1;
const NO_NUMBERS = new Float64Array(0);

/**
 * A column of numbers that grows: what is appended to on the way through a backtest. While all its values are one and
 * the same it is but that value and a count: many columns of many runs stay so to the end. From then on the first block
 * grows by doubling, and whole blocks follow it without a copy of what is there.
 */
export class GrowingNumbers {
  #length = 0;
  #isUniform = true;
  /** The value of every row while `#isUniform`. */
  #only = 0;
  readonly #blocks: Float64Array[] = [];
  /** The block that is written to, and for how many rows there is room in all. */
  #block: Float64Array = NO_NUMBERS;
  #room = 0;
  readonly #first: number;

  constructor(capacity = 64) {
    this.#first = Math.min(BLOCK, Math.max(1, capacity));
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#isUniform) {
      if (this.#length === 0) this.#only = value;
      if (Object.is(value, this.#only)) {
        this.#length++;
        return;
      }
      this.#write();
    }
    if (this.#length === this.#room) this.#grow();
    this.#block[this.#length++ & MASK] = value;
  }

  at(index: number): number {
    if (index >= this.#length) return Number.NaN;
    return this.#isUniform ? this.#only : this.#blocks[index >>> SHIFT][index & MASK];
  }

  set(index: number, value: number): void {
    if (index >= this.#length) return;
    if (this.#isUniform) {
      if (Object.is(value, this.#only)) return;
      this.#write();
    }
    this.#blocks[index >>> SHIFT][index & MASK] = value;
  }

  /** The values so far in memory of their own, no longer than they are. */
  toColumn(): Float64Array {
    if (!this.#isUniform && this.#blocks.length === 1) return this.#block.slice(0, this.#length);
    const column = new Float64Array(this.#length);
    if (this.#isUniform) return Object.is(this.#only, 0) ? column : column.fill(this.#only);
    for (const [k, block] of this.#blocks.entries()) {
      const from = k * BLOCK;
      column.set(from + block.length > this.#length ? block.subarray(0, this.#length - from) : block, from);
    }
    return column;
  }

  /** Writes out what was only a value and a count. */
  #write(): void {
    this.#isUniform = false;
    const rows = this.#length;
    while (this.#room < rows) this.#grow();
    for (const block of this.#blocks) block.fill(this.#only);
  }

  #grow(): void {
    const { length } = this.#block;
    if (length === BLOCK || length === 0) {
      this.#block = new Float64Array(length === 0 ? this.#first : BLOCK);
      this.#blocks.push(this.#block);
    } else {
      const larger = new Float64Array(Math.min(BLOCK, 2 * length));
      larger.set(this.#block);
      this.#block = larger;
      this.#blocks[0] = larger;
    }
    this.#room = (this.#blocks.length - 1) * BLOCK + this.#block.length;
  }
}

/** The numbers 1, 2, 3 …: a column that is known without being written. */
export class RunningNumbers {
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(): void {
    this.#length++;
  }

  at(index: number): number {
    return index < this.#length ? index + 1 : Number.NaN;
  }

  toColumn(): Float64Array {
    const column = new Float64Array(this.#length);
    for (let i = 0; i < column.length; i++) column[i] = i + 1;
    return column;
  }
}

/** How many texts are compared before one is looked up. */
const FEW = 4;

/** A column of repeating texts that grows; each different text is kept once. `undefined` is no value. */
export class GrowingTexts {
  readonly #codes: GrowingNumbers;
  readonly #values: string[] = [];
  readonly #codeOf = new Map<string, number>();
  // Neighbouring rows often have the same text: the last one is not looked up again.
  #lastText: string | undefined = undefined;
  #lastCode = -1;

  constructor(capacity = 64) {
    this.#codes = new GrowingNumbers(capacity);
  }

  get length(): number {
    return this.#codes.length;
  }

  push(text: string | undefined): void {
    this.#codes.push(this.#code(text));
  }

  at(index: number): string | undefined {
    return index < this.#codes.length ? this.#values[this.#codes.at(index)] : undefined;
  }

  set(index: number, text: string | undefined): void {
    if (index < this.#codes.length) this.#codes.set(index, this.#code(text));
  }

  toColumn(): TextColumn {
    return { codes: new Int32Array(this.#codes.toColumn()), values: [...this.#values] };
  }

  #code(text: string | undefined): number {
    if (text === this.#lastText) return this.#lastCode;
    const values = this.#values;
    // Few different texts take turns in most columns (`buy`, `sell`): comparing them is cheaper than looking one up.
    const few = values.length < FEW ? values.length : FEW;
    for (let k = 0; k < few; k++) if (values[k] === text) return k;
    let code = -1;
    if (text !== undefined) {
      const known = this.#codeOf.get(text);
      if (known === undefined) {
        code = this.#values.push(text) - 1;
        this.#codeOf.set(text, code);
      } else code = known;
    }
    this.#lastText = text;
    this.#lastCode = code;
    return code;
  }
}
