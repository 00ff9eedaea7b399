import { mean } from "../core/stats.ts";
import type { Table, TextColumn } from "../core/table.ts";
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
  const rowsOf: number[][] = Array.from({ length: by.values.length + 1 }, () => []);
  // Row by row, so that each group keeps the order of its trades; no name counts as the last group.
  for (let row = 0; row < trades.rows; row++) {
    const code = by.codes[row];
    rowsOf[code < 0 ? by.values.length : code].push(row);
  }
  const groups = [...rowsOf.entries()].filter(([, rows]) => rows.length > 0);
  const [entry, exit] = [numbersIn(trades, "entryTime"), numbersIn(trades, "exitTime")];
  const [profit, returns] = [numbersIn(trades, "profit"), numbersIn(trades, "return")];
  const column = (of: (rows: readonly number[]) => number): Float64Array =>
    Float64Array.from(groups, ([, rows]) => of(rows));
  const taken = (values: Float64Array, rows: readonly number[]): Float64Array =>
    Float64Array.from(rows, (row) => values[row]);
  return {
    rows: groups.length,
    columns: {
      group: {
        codes: Int32Array.from(groups, ([code]) => (code === by.values.length ? -1 : code)),
        values: by.values,
      },
      trades: column(({ length }) => length),
      winRate: column((rows) => winRate(taken(profit, rows)).value),
      winRateLow: column((rows) => winRate(taken(profit, rows)).low),
      winRateHigh: column((rows) => winRate(taken(profit, rows)).high),
      profit: column((rows) => taken(profit, rows).reduce((sum, one) => sum + one, 0)),
      expectancy: column((rows) => mean(taken(profit, rows))),
      profitFactor: column((rows) => profitFactor(taken(profit, rows))),
      meanReturn: column((rows) => mean(taken(returns, rows))),
      bestReturn: column((rows) =>
        taken(returns, rows).reduce((most, one) => Math.max(most, one), -Infinity),
      ),
      worstReturn: column((rows) =>
        taken(returns, rows).reduce((least, one) => Math.min(least, one), Infinity),
      ),
      averageHoldingMs: column((rows) => mean(rows.map((row) => exit[row] - entry[row]))),
    },
  };
}
