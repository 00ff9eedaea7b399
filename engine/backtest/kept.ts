import type { Table, TableColumn } from "../core/table.ts";
import type { Backtest } from "./result.ts";

/** Rows of equity that are kept: more than any screen draws. */
export const KEPT_EQUITY_ROWS = 20_000;

/**
 * A result as it is kept among runs: all that its hash covers, and of a long equity curve the first, lowest, highest
 * and last row of each stretch. Equity follows from the fills; its figures were taken from every row.
 */
export function keptBacktest(result: Backtest, mostRows: number = KEPT_EQUITY_ROWS): Backtest {
  const equity = thinned(result.equity, mostRows);
  const strategies = result.strategies.map((one) => ({ ...one, equity: thinned(one.equity, mostRows) }));
  return { ...result, equity, strategies };
}

function thinned<Name extends string>(table: Table<Name>, mostRows: number): Table<Name> {
  if (table.rows <= mostRows) return table;
  const values = (table.columns as Readonly<Record<string, TableColumn>>).equity;
  if (!(values instanceof Float64Array)) return table;
  const rows = extremeRows(values, mostRows);
  const columns = Object.entries<TableColumn>(table.columns).map(([name, column]): [string, TableColumn] => [
    name,
    column instanceof Float64Array
      ? Float64Array.from(rows, (row) => column[row])
      : { codes: Int32Array.from(rows, (row) => column.codes[row]), values: column.values },
  ]);
  return { rows: rows.length, columns: Object.fromEntries(columns) as Record<Name, TableColumn> };
}

/** Of each stretch the first, the lowest, the highest and the last row; rising, at most `most` of them. */
function extremeRows(values: Float64Array, most: number): number[] {
  const stretches = Math.max(1, Math.floor(most / 4));
  const kept: number[] = [];
  for (let s = 0; s < stretches; s++) {
    const from = Math.floor((s * values.length) / stretches);
    const last = Math.floor(((s + 1) * values.length) / stretches) - 1;
    let low = from;
    let high = from;
    for (let row = from; row <= last; row++) {
      if (values[row] < values[low]) low = row;
      if (values[row] > values[high]) high = row;
    }
    for (const row of [from, Math.min(low, high), Math.max(low, high), last]) {
      if (kept.length === 0 || row > kept[kept.length - 1]) kept.push(row);
    }
  }
  return kept;
}
