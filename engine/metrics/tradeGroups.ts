import { mean, sum } from "../core/stats.ts";
import type { Table, TextColumn } from "../core/table.ts";
import { extremes } from "./extremes.ts";
import { numbersIn } from "./tradeColumns.ts";
import { profitFactor, winRate } from "./tradeSummary.ts";

/**
 * The trades of one group: their count, the share that won with Wilson's 95 % interval, their profit in money and its
 * mean, the profit factor, mean, best and worst return as fractions, and how long they were held on average.
 */
export type GroupColumn =
  | "group"
  | "trades"
  | "winRate"
  | "winRateLow"
  | "winRateHigh"
  | "profit"
  | "expectancy"
  | "profitFactor"
  | "meanReturn"
  | "bestReturn"
  | "worstReturn"
  | "averageHoldingMs";

/** What is read of the trades. */
type Grouped = "entryTime" | "exitTime" | "profit" | "return";

/**
 * Figures of trades by group. `by` names the group of each trade; groups stand in the order of `by.values`, those without
 * a trade are left out, and trades without a group come last, under no name. Groups that are many and small differ by
 * chance alone: mind the intervals.
 */
export function groupTrades(trades: Table<Grouped>, by: TextColumn): Table<GroupColumn> {
  const last = by.values.length;
  // Trades without a name count as the last group.
  const { order, starts } = orderOf(by.codes, trades.rows, last);
  const profit = taken(numbersIn(trades, "profit"), order);
  const returns = taken(numbersIn(trades, "return"), order);
  const [entry, exit] = [
    taken(numbersIn(trades, "entryTime"), order),
    taken(numbersIn(trades, "exitTime"), order),
  ];
  const held = exit.map((time, i) => time - entry[i]);
  const groups = Array.from({ length: last + 1 }, (_, code) => code).filter(
    (code) => starts[code + 1] > starts[code],
  );
  const figures = groups.map((code) => {
    const part = (values: Float64Array): Float64Array => values.subarray(starts[code], starts[code + 1]);
    const [own, ownReturns] = [part(profit), part(returns)];
    return {
      code,
      own,
      won: winRate(own),
      ofReturns: extremes(ownReturns),
      ownReturns,
      held: mean(part(held)),
    };
  });
  const column = (of: (figure: (typeof figures)[number]) => number): Float64Array =>
    Float64Array.from(figures, of);
  return {
    rows: groups.length,
    columns: {
      group: { codes: Int32Array.from(groups, (code) => (code === last ? -1 : code)), values: by.values },
      trades: column(({ own }) => own.length),
      winRate: column(({ won }) => won.value),
      winRateLow: column(({ won }) => won.low),
      winRateHigh: column(({ won }) => won.high),
      profit: column(({ own }) => sum(own)),
      expectancy: column(({ own }) => mean(own)),
      profitFactor: column(({ own }) => profitFactor(own)),
      meanReturn: column(({ ownReturns }) => mean(ownReturns)),
      bestReturn: column(({ ofReturns }) => ofReturns.best),
      worstReturn: column(({ ofReturns }) => ofReturns.worst),
      averageHoldingMs: column((figure) => figure.held),
    },
  };
}

/** Rows group by group, each in its own order, and where each group begins: a counting sort. */
function orderOf(codes: Int32Array, rows: number, last: number): { order: Int32Array; starts: Int32Array } {
  const starts = new Int32Array(last + 2);
  for (let row = 0; row < rows; row++) starts[(codes[row] < 0 ? last : codes[row]) + 1]++;
  for (let code = 0; code <= last; code++) starts[code + 1] += starts[code];
  const next = starts.slice();
  const order = new Int32Array(rows);
  for (let row = 0; row < rows; row++) order[next[codes[row] < 0 ? last : codes[row]]++] = row;
  return { order, starts };
}

function taken(values: Float64Array, order: Int32Array): Float64Array {
  const column = new Float64Array(order.length);
  for (let i = 0; i < order.length; i++) column[i] = values[order[i]];
  return column;
}
