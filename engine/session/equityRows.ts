import type { PlainRows } from "../core/growable.ts";
import { lazyTable } from "../core/lazyTable.ts";
import type { Table, TableColumn } from "../core/table.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { EquityColumn } from "./tables.ts";

/** Sums over the rows of equity, in order: what means are taken of. */
export type EquitySums = {
  readonly equitySum: number;
  /** Of the gross exposure by equity. */
  readonly exposureSum: number;
  /** Rows with a position. */
  readonly heldRows: number;
};

/** Writes the account down at each close. */
export interface EquityWriter {
  readonly rows: number;
  /** The account as it stands at a close, UTC milliseconds. */
  record(time: number, account: Portfolio): void;
  /** Writes the last row anew: more has happened at the same time. */
  again(account: Portfolio): void;
  /** When a row was, UTC milliseconds. */
  timeAt(row: number): number;
  sums(): EquitySums;
  /** The rows as a table; nothing may be written afterwards. */
  toTable(): Table<EquityColumn>;
  snapshot(): EquitySnapshot;
  load(snapshot: EquitySnapshot): void;
}

type PlainNumbers = readonly (number | null)[];

export type EquitySnapshot =
  | { readonly kind: "rows"; readonly columns: Readonly<Record<string, PlainNumbers>> }
  | {
      readonly kind: "lone";
      readonly first: number;
      /** As of the account's `changes`. */
      readonly changes: number;
      readonly equity: PlainNumbers;
      readonly stretches: PlainRows;
    };

const WRITTEN = [
  "time",
  "equity",
  "cash",
  "exposure",
  "netExposure",
  "openPositions",
  "marginUsed",
] as const satisfies readonly EquityColumn[];

type Columns = { -readonly [Name in (typeof WRITTEN)[number]]: Float64Array };

/** The account over many markets at each close, as columns of one length that grow together. */
export class EquityRows implements EquityWriter {
  readonly #startEquity: number;
  #columns: Columns;
  #capacity: number;
  #rows = 0;

  constructor(startEquity: number, capacity: number) {
    this.#startEquity = startEquity;
    this.#capacity = Math.max(1, capacity);
    this.#columns = map((): Float64Array => new Float64Array(this.#capacity));
  }

  get rows(): number {
    return this.#rows;
  }

  record(time: number, account: Portfolio): void {
    if (this.#rows === this.#capacity) this.#grow(this.#rows + 1);
    const row = this.#rows++;
    const columns = this.#columns;
    columns.time[row] = time;
    if (account.openCount > 0) {
      this.#write(row, account);
      return;
    }
    // Memory is zero from the beginning: what stays zero need not be written, and costs none.
    const value = account.balanceTotal();
    columns.equity[row] = value;
    columns.cash[row] = value;
  }

  again(account: Portfolio): void {
    const last = this.#rows - 1;
    this.#columns.marginUsed[last] = 0;
    this.#write(last, account);
  }

  #write(row: number, account: Portfolio): void {
    const { openCount } = account;
    let value: number;
    let exposure: number;
    let netExposure: number;
    if (openCount === 1) {
      // What the sums over one position come to, by the same arithmetic.
      const market = account.openMarkets[0];
      netExposure = account.amount[market] * account.price[market];
      exposure = Math.abs(netExposure);
      value = account.balanceTotal() + (netExposure - account.cost[market]);
    } else {
      value = account.equity();
      exposure = account.grossExposure();
      netExposure = account.netExposure();
    }
    const columns = this.#columns;
    columns.equity[row] = value;
    columns.cash[row] = account.cash();
    columns.exposure[row] = exposure / value;
    columns.netExposure[row] = netExposure / value;
    columns.openPositions[row] = openCount;
    const margin = account.totalMarginUsed();
    if (margin !== 0) columns.marginUsed[row] = margin;
  }

  #grow(least: number): void {
    this.#capacity = Math.max(least, 2 * this.#capacity);
    const before = this.#columns;
    this.#columns = map((name) => {
      const larger = new Float64Array(this.#capacity);
      larger.set(before[name].subarray(0, this.#rows));
      return larger;
    });
  }

  timeAt(row: number): number {
    return this.#columns.time[row];
  }

  sums(): EquitySums {
    const { equity, exposure, openPositions } = this.#columns;
    let equitySum = 0;
    let exposureSum = 0;
    let heldRows = 0;
    for (let row = 0; row < this.#rows; row++) {
      equitySum += equity[row];
      exposureSum += exposure[row];
      if (openPositions[row] > 0) heldRows++;
    }
    return { equitySum, exposureSum, heldRows };
  }

  toTable(): Table<EquityColumn> {
    // Where the memory is just full it is handed over.
    const isFull = this.#rows === this.#capacity;
    const columns = this.#columns;
    const given = (name: keyof Columns) => (): TableColumn =>
      isFull ? columns[name] : columns[name].slice(0, this.#rows);
    return lazyTable<EquityColumn>(this.#rows, {
      time: given("time"),
      equity: given("equity"),
      cash: given("cash"),
      exposure: given("exposure"),
      netExposure: given("netExposure"),
      drawdown: () => drawdownOf(columns.equity.subarray(0, this.#rows), this.#startEquity),
      openPositions: given("openPositions"),
      marginUsed: given("marginUsed"),
    });
  }

  snapshot(): EquitySnapshot {
    const lists = WRITTEN.map((name) => [name, plainNumbers(this.#columns[name], this.#rows)]);
    return { kind: "rows", columns: Object.fromEntries(lists) };
  }

  load(snapshot: EquitySnapshot): void {
    if (snapshot.kind !== "rows") return;
    const rows = snapshot.columns.time.length;
    if (rows > this.#capacity) this.#grow(rows);
    for (const name of WRITTEN) setNumbers(this.#columns[name], snapshot.columns[name]);
    this.#rows = rows;
  }
}

/** From the highest equity before, the starting equity included: a positive fraction of it. */
export function drawdownOf(equity: Float64Array, startEquity: number): Float64Array {
  const drawdown = new Float64Array(equity.length);
  let peak = startEquity;
  for (let row = 0; row < equity.length; row++) {
    const value = equity[row];
    if (value > peak) peak = value;
    if (value !== peak) drawdown[row] = (peak - value) / peak;
  }
  return drawdown;
}

/** Numbers as JSON has them: NaN is null. */
export function plainNumbers(values: Float64Array, rows: number): PlainNumbers {
  return Array.from(values.subarray(0, rows), (value) => (Number.isNaN(value) ? null : value));
}

export function setNumbers(values: Float64Array, plain: PlainNumbers): void {
  for (let row = 0; row < plain.length; row++) values[row] = plain[row] ?? Number.NaN;
}

function map(make: (name: keyof Columns) => Float64Array): Columns {
  return {
    time: make("time"),
    equity: make("equity"),
    cash: make("cash"),
    exposure: make("exposure"),
    netExposure: make("netExposure"),
    openPositions: make("openPositions"),
    marginUsed: make("marginUsed"),
  };
}
