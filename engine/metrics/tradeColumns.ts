import type { Table } from "../core/table.ts";

/** What the metrics read of a table of trades, which may have more. */
export type TradeFigure =
  | "symbol"
  | "strategy"
  | "direction"
  | "entryTime"
  | "entryPrice"
  | "exitTime"
  | "exitPrice"
  | "profit"
  | "return"
  | "maxAdverseExcursion"
  | "maxFavourableExcursion"
  | "entryReason"
  | "exitReason"
  | "riskMultiple";

/** A column of numbers; a column of texts has none. */
export function numbersIn<Name extends string>({ rows, columns }: Table<Name>, name: Name): Float64Array {
  const column = columns[name];
  return column instanceof Float64Array ? column : new Float64Array(rows).fill(Number.NaN);
}
