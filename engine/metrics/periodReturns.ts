import type { Table } from "../core/table.ts";
import { calendarOf } from "../core/timeframe.ts";
import type { DailyCurve } from "./dailyCurve.ts";

export type PeriodColumn = "startTime" | "return" | "equity" | "days";

/**
 * Returns of calendar periods: `"1w"` (from Monday), `"1M"`, `"1y"`, in UTC. `startTime` is when the period begins, `equity`
 * that of its last day, `return` the change since the last day of the period before, the first's since the beginning;
 * `days` counts the days that had a value. Periods without any are left out, so that the returns compound to the whole.
 */
export function periodReturns(
  { day, equity }: Pick<DailyCurve, "day" | "equity">,
  timeframe: string,
  startEquity: number,
): Table<PeriodColumn> {
  const calendar = calendarOf(timeframe);
  const rows: { start: number; last: number; days: number }[] = [];
  for (let i = 0; i < day.length; i++) {
    const start = calendar.open(day[i]);
    const row = rows[rows.length - 1];
    if (row?.start === start) {
      row.last = i;
      row.days++;
    } else rows.push({ start, last: i, days: 1 });
  }
  return {
    rows: rows.length,
    columns: {
      startTime: Float64Array.from(rows, ({ start }) => start),
      return: Float64Array.from(
        rows,
        ({ last }, k) => equity[last] / (k === 0 ? startEquity : equity[rows[k - 1].last]) - 1,
      ),
      equity: Float64Array.from(rows, ({ last }) => equity[last]),
      days: Float64Array.from(rows, ({ days }) => days),
    },
  };
}
