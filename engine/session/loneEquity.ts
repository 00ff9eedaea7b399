import { GrowingTable } from "../core/growable.ts";
import { lazyTable } from "../core/lazyTable.ts";
import type { Table } from "../core/table.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import {
  drawdownOf,
  type EquitySnapshot,
  type EquitySums,
  type EquityWriter,
  plainNumbers,
  setNumbers,
} from "./equityRows.ts";
import type { Feed } from "./feed.ts";
import type { EquityColumn } from "./tables.ts";

/** Places in `STRETCHES`. */
const ROW = 0;
const AMOUNT = 1;
const COST = 2;
const BASE = 3;
const CASH = 4;
const MARGIN = 5;

/**
 * The account from a row of equity on, until something happens to it. `base` is the wallets together, `cash` what of
 * them is not in a spot holding.
 */
const STRETCHES = {
  row: "number",
  amount: "number",
  cost: "number",
  base: "number",
  cash: "number",
  marginUsed: "number",
} as const;

/**
 * Equity of an account over one market. Between two fills everything about it follows from the close, so only the
 * equity is written row by row, and beside it the few rows at which the account changed; the other columns are made,
 * by the arithmetic of `EquityRows`, when somebody reads them.
 */
export class LoneEquity implements EquityWriter {
  readonly #feed: Feed;
  readonly #startEquity: number;
  #equity: Float64Array;
  #rows = 0;
  /** The candle of the first row; the others follow one by one. */
  #first = 0;
  readonly #stretches = new GrowingTable<keyof typeof STRETCHES>(STRETCHES);
  #changes = Number.NaN;
  // The stretch that is being written.
  #amount = 0;
  #cost = 0;
  #base = 0;

  constructor(feed: Feed, startEquity: number, capacity: number) {
    this.#feed = feed;
    this.#startEquity = startEquity;
    this.#equity = new Float64Array(Math.max(1, capacity));
  }

  get rows(): number {
    return this.#rows;
  }

  record(_time: number, account: Portfolio): void {
    if (this.#rows === this.#equity.length) this.#grow(this.#rows + 1);
    if (this.#rows === 0) this.#first = this.#feed.next - 1;
    if (account.changes !== this.#changes) this.#begin(this.#rows, account);
    const amount = this.#amount;
    this.#equity[this.#rows++] =
      amount === 0 ? this.#base : this.#base + (amount * account.price[0] - this.#cost);
  }

  again(account: Portfolio): void {
    const last = this.#rows - 1;
    this.#begin(last, account);
    this.#rows = last;
    this.record(Number.NaN, account);
  }

  /** Rows of the candles from the feed's next to before `to`, over which the account stayed as it is. */
  stretch(to: number, account: Portfolio): void {
    const { next: from, candles } = this.#feed;
    if (this.#rows + to - from > this.#equity.length) this.#grow(this.#rows + to - from);
    if (this.#rows === 0) this.#first = from;
    if (account.changes !== this.#changes) this.#begin(this.#rows, account);
    const row = this.#rows;
    const equity = this.#equity;
    const base = this.#base;
    this.#rows += to - from;
    if (this.#amount === 0) {
      equity.fill(base, row, this.#rows);
      return;
    }
    const { close } = candles;
    const amount = this.#amount;
    const cost = this.#cost;
    const shift = row - from;
    for (let i = from; i < to; i++) equity[i + shift] = base + (amount * close[i] - cost);
  }

  #begin(row: number, account: Portfolio): void {
    const amount = account.amount[0];
    this.#changes = account.changes;
    this.#amount = amount;
    this.#cost = account.cost[0];
    this.#base = account.balanceTotal();
    const table = this.#stretches;
    const last = table.rows - 1;
    // What began at this very row is over before it was written down; only the end writes a row twice.
    const isAgain = last >= 0 && this.#at(last, ROW) === row;
    const at = isAgain ? table.placeOf(last) : table.add();
    const block = isAgain ? table.blockOf(last) : table.block;
    block[at + ROW] = row;
    block[at + AMOUNT] = amount;
    block[at + COST] = this.#cost;
    block[at + BASE] = this.#base;
    block[at + CASH] = account.cash();
    block[at + MARGIN] = amount === 0 ? 0 : account.totalMarginUsed();
  }

  #at(stretch: number, place: number): number {
    return this.#stretches.blockOf(stretch)[this.#stretches.placeOf(stretch) + place];
  }

  #grow(least: number): void {
    const larger = new Float64Array(Math.max(least, 2 * this.#equity.length));
    larger.set(this.#equity.subarray(0, this.#rows));
    this.#equity = larger;
  }

  timeAt(row: number): number {
    return this.#feed.closeAt(this.#first + row);
  }

  sums(): EquitySums {
    const { close } = this.#feed.candles;
    const equity = this.#equity;
    const first = this.#first;
    let equitySum = 0;
    let exposureSum = 0;
    let heldRows = 0;
    const { rows } = this.#stretches;
    // Not by `#each`: sums that a function within changes would be made anew in memory with each row.
    for (let k = 0; k < rows; k++) {
      const from = this.#at(k, ROW);
      const to = k + 1 < rows ? this.#at(k + 1, ROW) : this.#rows;
      const amount = this.#at(k, AMOUNT);
      for (let row = from; row < to; row++) equitySum += equity[row];
      if (amount === 0) continue;
      heldRows += to - from;
      for (let row = from; row < to; row++) {
        exposureSum += Math.abs(amount * close[first + row]) / equity[row];
      }
    }
    return { equitySum, exposureSum, heldRows };
  }

  toTable(): Table<EquityColumn> {
    const rows = this.#rows;
    const equity = rows === this.#equity.length ? this.#equity : this.#equity.slice(0, rows);
    const column = (write: (values: Float64Array) => void): (() => Float64Array) => {
      return () => {
        const values = new Float64Array(rows);
        write(values);
        return values;
      };
    };
    const constant = (place: number, of = (value: number): number => value): (() => Float64Array) =>
      column((values) =>
        this.#each(place, (from, to, written) => {
          const value = of(written);
          // Memory is zero from the beginning.
          if (value !== 0) values.fill(value, from, to);
        }),
      );
    const byWorth = (of: (worth: number, value: number) => number): (() => Float64Array) =>
      column((values) => {
        const { close } = this.#feed.candles;
        this.#each(AMOUNT, (from, to, amount) => {
          if (amount === 0) return;
          for (let row = from; row < to; row++) {
            values[row] = of(amount * close[this.#first + row], equity[row]);
          }
        });
      });
    return lazyTable<EquityColumn>(rows, {
      time: column((values) => {
        for (let row = 0; row < rows; row++) values[row] = this.timeAt(row);
      }),
      equity: () => equity,
      cash: constant(CASH),
      exposure: byWorth((worth, value) => Math.abs(worth) / value),
      netExposure: byWorth((worth, value) => worth / value),
      drawdown: () => drawdownOf(equity, this.#startEquity),
      openPositions: constant(AMOUNT, (amount) => (amount === 0 ? 0 : 1)),
      marginUsed: constant(MARGIN),
    });
  }

  /** Visits the stretches: their rows from … to before …, and one of their numbers. */
  #each(place: number, visit: (from: number, to: number, value: number) => void): void {
    const { rows } = this.#stretches;
    for (let k = 0; k < rows; k++) {
      visit(this.#at(k, ROW), k + 1 < rows ? this.#at(k + 1, ROW) : this.#rows, this.#at(k, place));
    }
  }

  snapshot(): EquitySnapshot {
    return {
      kind: "lone",
      first: this.#first,
      changes: this.#changes,
      equity: plainNumbers(this.#equity, this.#rows),
      stretches: this.#stretches.snapshot(),
    };
  }

  load(snapshot: EquitySnapshot): void {
    if (snapshot.kind !== "lone") return;
    this.#rows = snapshot.equity.length;
    if (this.#rows > this.#equity.length) this.#grow(this.#rows);
    setNumbers(this.#equity, snapshot.equity);
    this.#first = snapshot.first;
    this.#stretches.load(snapshot.stretches);
    const last = this.#stretches.rows - 1;
    if (last < 0) return;
    this.#amount = this.#at(last, AMOUNT);
    this.#cost = this.#at(last, COST);
    this.#base = this.#at(last, BASE);
    this.#changes = snapshot.changes;
  }
}
