import type { TextColumn } from "./table.ts";

const NO_NUMBERS = new Float64Array(0);
const NO_CODES = new Int32Array(0);

/** A column of numbers that grows by doubling: what is appended to on the way through a backtest. */
export class GrowingNumbers {
  #values: Float64Array;
  #length = 0;
  readonly #first: number;

  /** Memory is taken with the first value: most tables of most runs stay empty. */
  constructor(capacity = 64) {
    this.#values = NO_NUMBERS;
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

  /** The values so far, as a view: good until the next `push`. */
  view(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }

  /** The values so far in memory of their own, no longer than they are. */
  toColumn(): Float64Array {
    return this.#values.slice(0, this.#length);
  }

  /** The values as a column that must not be written any more: no copy is made where the memory is full. */
  release(): Float64Array {
    return this.#length === this.#values.length ? this.#values : this.toColumn();
  }

  #grow(): void {
    const larger = new Float64Array(Math.max(this.#first, 2 * this.#values.length));
    larger.set(this.#values);
    this.#values = larger;
  }
}

/** How many texts are compared before one is looked up. */
const FEW = 4;

/** A column of repeating texts that grows by doubling; each different text is kept once. `undefined` is no value. */
export class GrowingTexts {
  #codes: Int32Array;
  #length = 0;
  readonly #values: string[] = [];
  readonly #codeOf = new Map<string, number>();
  // Neighbouring rows often have the same text: the last one is not looked up again.
  #lastText: string | undefined = undefined;
  #lastCode = -1;

  readonly #first: number;

  constructor(capacity = 64) {
    this.#codes = NO_CODES;
    this.#first = Math.max(1, capacity);
  }

  get length(): number {
    return this.#length;
  }

  push(text: string | undefined): void {
    if (this.#length === this.#codes.length) this.#grow();
    this.#codes[this.#length++] = this.#code(text);
  }

  at(index: number): string | undefined {
    return index < this.#length ? this.#values[this.#codes[index]] : undefined;
  }

  set(index: number, text: string | undefined): void {
    if (index < this.#length) this.#codes[index] = this.#code(text);
  }

  toColumn(): TextColumn {
    return { codes: this.#codes.slice(0, this.#length), values: [...this.#values] };
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

  #grow(): void {
    const larger = new Int32Array(Math.max(this.#first, 2 * this.#codes.length));
    larger.set(this.#codes);
    this.#codes = larger;
  }
}
