import { isoMonth } from "../core/isoTime.ts";
import type { TableColumn, TextColumn } from "../core/table.ts";
import { DAY_MS, HOUR_MS } from "../core/timeframe.ts";
import { lastAtOrBefore } from "./lastAtOrBefore.ts";

/** Which group each trade belongs to: the columns that `groupTrades` takes. Times are UTC milliseconds. */

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;
const HOURS = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, "0")}:00`);

/** By a column of texts, its groups in code-unit order. */
export function textKeys(column: TableColumn): TextColumn {
  if (column instanceof Float64Array) return { codes: new Int32Array(column.length).fill(-1), values: [] };
  const values = [...column.values].sort();
  const place = column.values.map((text) => values.indexOf(text));
  return { codes: column.codes.map((code) => (code < 0 ? -1 : place[code])), values };
}

/** By month, `"2024-03"`, in order of time. */
export function monthKeys(times: Float64Array): TextColumn {
  const months = Array.from(times, isoMonth);
  const values = [...new Set(months)].sort();
  const codes = new Map(values.map((month, code) => [month, code]));
  return { codes: Int32Array.from(months, (month) => codes.get(month) ?? -1), values };
}

/** By weekday, from Monday. */
export function weekdayKeys(times: Float64Array): TextColumn {
  // Days since a Monday: the epoch began on a Thursday.
  const day = (time: number): number => Math.floor(time / DAY_MS) + 3;
  return {
    codes: Int32Array.from(times, (time) => day(time) - 7 * Math.floor(day(time) / 7)),
    values: WEEKDAYS,
  };
}

/** By hour of the day, `"00:00"` to `"23:00"`. */
export function hourKeys(times: Float64Array): TextColumn {
  return {
    codes: Int32Array.from(times, (time) =>
      Math.floor((time - Math.floor(time / DAY_MS) * DAY_MS) / HOUR_MS),
    ),
    values: HOURS,
  };
}

/** What prevailed from each time on, until the next; times ascend. */
export type RegimeLabels = {
  readonly time: Float64Array;
  readonly label: TextColumn | readonly string[];
};

/** By the label that was in force at each time, in code-unit order; what came before the first label has none. */
export function regimeKeys(times: Float64Array, { time, label }: RegimeLabels): TextColumn {
  const column: TextColumn = "codes" in label ? label : asColumn(label);
  return textKeys({
    codes: Int32Array.from(times, (at) => {
      const row = lastAtOrBefore(time, at);
      return row < 0 ? -1 : column.codes[row];
    }),
    values: column.values,
  });
}

function asColumn(labels: readonly string[]): TextColumn {
  const values = [...new Set(labels)];
  const codes = new Map(values.map((text, code) => [text, code]));
  return { codes: Int32Array.from(labels, (text) => codes.get(text) ?? -1), values };
}
