import { lazyTable } from "../../core/lazyTable.ts";
import type { Table } from "../../core/table.ts";
import { drawdownOf, type EquitySums } from "../../session/equityRows.ts";
import type { Feed } from "../../session/feed.ts";
import type { EquityColumn } from "../../session/tables.ts";
import type { OrderLog } from "./orderLog.ts";

/** What a curve is drawn from: the fills, the candles from `from` to before `to`, and the account it began with. */
export type CurveSource = {
  readonly log: OrderLog;
  readonly feed: Feed;
  readonly from: number;
  readonly to: number;
  readonly startingBalance: number;
  readonly isSpot: boolean;
  /** Of every position. */
  readonly leverage: number;
};

/** The equity of a lone account at each close, its sums, and its deepest fall from a peak as a fraction of it. */
export type Curve = {
  readonly equity: Float64Array;
  readonly sums: EquitySums;
  readonly maxDrawdown: number;
};

type Stretch = (from: number, to: number, amount: number, cost: number, balance: number) => void;

/**
 * Draws the curve, by the arithmetic of `Portfolio`: between two fills the account stays as it is, and what fills at the
 * last close leaves its mark on the last row. One loop with nothing but locals: sums kept outside of it would be made
 * anew in memory with each row.
 */
export function curveOf({ log, feed, from, to, startingBalance }: CurveSource): Curve {
  const { close } = feed.candles;
  const equity = new Float64Array(Math.max(0, to - from));
  let equitySum = 0;
  let exposureSum = 0;
  let heldRows = 0;
  let peak = startingBalance;
  let maxDrawdown = 0;
  let amount = 0;
  let cost = 0;
  let balance = startingBalance;
  let row = from;
  const { fill, count } = log;
  for (let place = 0; place <= count; place++) {
    const isEnd = place === count;
    if (!isEnd && !log.readFill(place)) continue;
    const next = isEnd || fill.end > to ? to : fill.end;
    if (amount === 0) {
      if (row < next) {
        if (balance > peak) peak = balance;
        else if (peak - balance > maxDrawdown * peak) maxDrawdown = (peak - balance) / peak;
      }
      for (; row < next; row++) {
        equity[row - from] = balance;
        equitySum += balance;
      }
    } else if (row < next) {
      heldRows += next - row;
      for (; row < next; row++) {
        const worth = amount * close[row];
        const value = balance + (worth - cost);
        equity[row - from] = value;
        equitySum += value;
        exposureSum += Math.abs(worth) / value;
        if (value > peak) peak = value;
        else if (peak - value > maxDrawdown * peak) maxDrawdown = (peak - value) / peak;
      }
    }
    if (isEnd) break;
    amount = amount === 0 ? fill.amount : 0;
    cost = amount === 0 ? 0 : amount * fill.price;
    balance = fill.balance;
  }
  return { equity, sums: { equitySum, exposureSum, heldRows }, maxDrawdown };
}

/** Visits the rows over which the account stayed as it was, for columns that are made when they are read. */
function eachStretch({ log, from, to, startingBalance }: CurveSource, visit: Stretch): void {
  let row = from;
  let amount = 0;
  let cost = 0;
  let balance = startingBalance;
  const { fill } = log;
  for (let place = 0; place < log.count; place++) {
    if (!log.readFill(place)) continue;
    const next = Math.min(to, fill.end);
    if (next > row) visit(row - from, next - from, amount, cost, balance);
    row = Math.max(row, next);
    amount = amount === 0 ? fill.amount : 0;
    cost = amount === 0 ? 0 : amount * fill.price;
    balance = fill.balance;
  }
  if (row < to) visit(row - from, to - from, amount, cost, balance);
}

/** The table of a curve; all but the equity is made when it is read. */
export function curveTable(source: CurveSource, { equity }: Curve): Table<EquityColumn> {
  const { feed, from, startingBalance, isSpot, leverage } = source;
  const { close } = feed.candles;
  const rows = equity.length;
  const column =
    (fill: (values: Float64Array, ...stretch: Parameters<Stretch>) => void): (() => Float64Array) =>
    () => {
      const values = new Float64Array(rows);
      eachStretch(source, (...stretch) => fill(values, ...stretch));
      return values;
    };
  const byWorth = (of: (worth: number) => number): (() => Float64Array) =>
    column((values, first, end, amount) => {
      if (amount === 0) return;
      for (let row = first; row < end; row++) values[row] = of(amount * close[from + row]) / equity[row];
    });
  return lazyTable<EquityColumn>(rows, {
    time: () => Float64Array.from({ length: rows }, (_, row) => feed.closeAt(from + row)),
    equity: () => equity,
    cash: column((values, first, end, _, cost, balance) =>
      values.fill(isSpot ? balance - cost : balance, first, end),
    ),
    exposure: byWorth(Math.abs),
    netExposure: byWorth((worth) => worth),
    drawdown: () => drawdownOf(equity, startingBalance),
    openPositions: column((values, first, end, amount) => {
      if (amount !== 0) values.fill(1, first, end);
    }),
    marginUsed: column((values, first, end, amount, cost) => {
      if (amount !== 0 && !isSpot) values.fill(Math.abs(cost) / leverage, first, end);
    }),
  });
}
