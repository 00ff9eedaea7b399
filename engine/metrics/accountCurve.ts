import type { Table } from "../core/table.ts";
import { type DailyCurve, dailyCurve } from "./dailyCurve.ts";
import { drawdownsOf } from "./drawdown.ts";
import { type DrawdownColumn, drawdownTable } from "./drawdownTable.ts";
import { type EquityMetrics, equityMetrics } from "./equityMetrics.ts";

/** An account's equity and what follows from it that more than one family of figures needs. */
export type AccountCurve = {
  readonly startMs: number;
  readonly startingBalance: number;
  readonly endMs: number;
  /** Days of a year that Sharpe ratio, volatility and their like are made annual by. */
  readonly daysPerYear: number;
  readonly whole: EquityMetrics;
  readonly daily: DailyCurve;
  /** Of each day's last value, below the highest such value before; positive fractions. */
  readonly dailyDrawdowns: Float64Array;
  /** Of every value of the curve. */
  readonly drawdowns: Table<DrawdownColumn>;
};

export function accountCurve(
  time: Float64Array,
  equity: Float64Array,
  begin: { readonly startMs: number; readonly startingBalance: number; readonly daysPerYear: number },
): AccountCurve {
  const { startMs, startingBalance } = begin;
  const start = { startMs, equity: startingBalance };
  const daily = dailyCurve(time, equity, startingBalance);
  return {
    ...begin,
    endMs: time[time.length - 1] ?? startMs,
    whole: equityMetrics((row) => time[row], equity, start),
    daily,
    dailyDrawdowns: drawdownsOf(daily.equity, startingBalance),
    drawdowns: drawdownTable(time, equity, start),
  };
}
