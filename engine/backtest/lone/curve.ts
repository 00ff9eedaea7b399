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
 * Visits the rows over which the account stayed as it was, by the arithmetic of `Portfolio`. What fills at the last
 * close leaves its mark on the last row.
 */
function eachStretch({ log, from, to, startingBalance }: CurveSource, visit: Stretch): void {
  let row = from;
  let amount = 0;
  let cost = 0;
  let balance = startingBalance;
  log.eachFill((at, signed, price, after) => {
    const next = at < to ? at : to;
    if (next > row) visit(row - from, next - from, amount, cost, balance);
    row = Math.max(row, next);
    if (amount === 0) {
      amount = signed;
      cost = signed * price;
    } else {
      amount = 0;
      cost = 0;
    }
    balance = after;
  });
  if (row < to) visit(row - from, to - from, amount, cost, balance);
}

export function curveOf(source: CurveSource): Curve {
  const { feed, from, to } = source;
  const { close } = feed.candles;
  const rows = Math.max(0, to - from);
  const equity = new Float64Array(rows);
  let equitySum = 0;
  let exposureSum = 0;
  let heldRows = 0;
  let peak = source.startingBalance;
  let maxDrawdown = 0;
  eachStretch(source, (first, end, amount, cost, balance) => {
    if (amount === 0) {
      for (let row = first; row < end; row++) {
        equity[row] = balance;
        equitySum += balance;
      }
      if (balance > peak) peak = balance;
      else if (peak - balance > maxDrawdown * peak) maxDrawdown = (peak - balance) / peak;
      return;
    }
    heldRows += end - first;
    for (let row = first; row < end; row++) {
      const worth = amount * close[from + row];
      const value = balance + (worth - cost);
      equity[row] = value;
      equitySum += value;
      exposureSum += Math.abs(worth) / value;
      if (value > peak) peak = value;
      else if (peak - value > maxDrawdown * peak) maxDrawdown = (peak - value) / peak;
    }
  });
  return { equity, sums: { equitySum, exposureSum, heldRows }, maxDrawdown };
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
