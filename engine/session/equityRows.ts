import type { Table } from "../core/table.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { EquityColumn } from "./tables.ts";

type Columns = { -readonly [Name in EquityColumn]: Float64Array };

/**
 * The account at each close, as columns of one length that grow together: one check for room a row, not eight.
 * `drawdown` is from the highest equity before, the starting equity included.
 */
export class EquityRows {
  #columns: Columns;
  #capacity: number;
  #rows = 0;
  #peak: number;

  constructor(startEquity: number, capacity: number) {
    this.#peak = startEquity;
    this.#capacity = Math.max(1, capacity);
    this.#columns = map((): Float64Array => new Float64Array(this.#capacity));
  }

  get rows(): number {
    return this.#rows;
  }

  /** The account as it stands at a close. */
  record(at: number, account: Portfolio): void {
    if (this.#rows === this.#capacity) this.#grow(this.#rows + 1);
    const row = this.#rows++;
    const columns = this.#columns;
    columns.time[row] = at;
    if (account.openCount > 0) {
      this.#write(row, account);
      return;
    }
    // Memory is zero from the beginning: what stays zero need not be written, and costs none.
    const value = account.balanceTotal();
    if (value > this.#peak) this.#peak = value;
    columns.equity[row] = value;
    columns.cash[row] = value;
    if (value !== this.#peak) columns.drawdown[row] = (this.#peak - value) / this.#peak;
  }

  /** Writes the last row anew: more has happened at the same time. */
  again(account: Portfolio): void {
    const last = this.#rows - 1;
    this.#columns.marginUsed[last] = 0;
    this.#write(last, account);
  }

  /**
   * Rows of a stretch in which one market's position stayed as it was: `amount` at each close of `close` from `from` to
   * before `to`, the rest of the account worth `base`. `time` has the closes' times less `delay`.
   */
  stretch(
    time: Float64Array,
    delay: number,
    close: Float64Array,
    from: number,
    to: number,
    base: number,
    cash: number,
    amount: number,
    cost: number,
    marginUsed: number,
  ): void {
    if (this.#rows + to - from > this.#capacity) this.#grow(this.#rows + to - from);
    const columns = this.#columns;
    const {
      time: times,
      equity,
      cash: cashes,
      exposure,
      netExposure,
      drawdown,
      openPositions,
      marginUsed: margins,
    } = columns;
    let peak = this.#peak;
    let row = this.#rows;
    if (amount === 0) {
      // Memory is zero from the beginning; what stays zero need not be written.
      const fallen = (peak - base) / peak;
      for (let i = from; i < to; i++, row++) times[row] = time[i] + delay;
      equity.fill(base, this.#rows, row);
      cashes.fill(cash, this.#rows, row);
      if (fallen !== 0) drawdown.fill(fallen, this.#rows, row);
    } else {
      for (let i = from; i < to; i++, row++) {
        const worth = amount * close[i];
        const value = base + (worth - cost);
        if (value > peak) peak = value;
        times[row] = time[i] + delay;
        equity[row] = value;
        exposure[row] = Math.abs(worth) / value;
        netExposure[row] = worth / value;
        drawdown[row] = (peak - value) / peak;
      }
      cashes.fill(cash, this.#rows, row);
      openPositions.fill(1, this.#rows, row);
      if (marginUsed !== 0) margins.fill(marginUsed, this.#rows, row);
    }
    this.#peak = peak;
    this.#rows = row;
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
    if (value > this.#peak) this.#peak = value;
    const columns = this.#columns;
    columns.equity[row] = value;
    columns.cash[row] = account.cash();
    columns.exposure[row] = exposure / value;
    columns.netExposure[row] = netExposure / value;
    columns.drawdown[row] = (this.#peak - value) / this.#peak;
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

  /** The rows as a table; where the memory is just full it is handed over, so nothing may be written afterwards. */
  toTable(): Table<EquityColumn> {
    const isFull = this.#rows === this.#capacity;
    const columns = this.#columns;
    return {
      rows: this.#rows,
      columns: map((name) => (isFull ? columns[name] : columns[name].slice(0, this.#rows))),
    };
  }

  snapshot(): EquitySnapshot {
    const columns = this.#columns;
    const lists = Object.fromEntries(
      NAMES.map((name) => [
        name,
        Array.from(columns[name].subarray(0, this.#rows), (value) => (Number.isNaN(value) ? null : value)),
      ]),
    );
    return { peak: this.#peak, columns: lists };
  }

  load({ peak, columns }: EquitySnapshot): void {
    const rows = columns.time.length;
    if (rows > this.#capacity) this.#grow(rows);
    for (const name of NAMES) {
      for (let i = 0; i < rows; i++) this.#columns[name][i] = columns[name][i] ?? Number.NaN;
    }
    this.#rows = rows;
    this.#peak = peak;
  }
}

export type EquitySnapshot = {
  readonly peak: number;
  readonly columns: Readonly<Record<string, readonly (number | null)[]>>;
};

const NAMES = [
  "time",
  "equity",
  "cash",
  "exposure",
  "netExposure",
  "drawdown",
  "openPositions",
  "marginUsed",
] as const satisfies readonly EquityColumn[];

function map(make: (name: EquityColumn) => Float64Array): Columns {
  return {
    time: make("time"),
    equity: make("equity"),
    cash: make("cash"),
    exposure: make("exposure"),
    netExposure: make("netExposure"),
    drawdown: make("drawdown"),
    openPositions: make("openPositions"),
    marginUsed: make("marginUsed"),
  };
}
