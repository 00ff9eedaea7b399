import { Hasher } from "../core/hash.ts";
import type { Table } from "../core/table.ts";
import type { Backtest } from "./result.ts";

/** What the hash of a backtest covers; equity and metrics follow from it, the engine version stands beside it. */
export type HashedBacktest = Pick<
  Backtest,
  "strategies" | "settings" | "assumptions" | "dataHash" | "fills" | "trades"
>;

/**
 * SHA-256 over the canonical form, in this order: the form's name; number of strategies, and of each its hash, weight,
 * symbols and parameters; settings and fill assumptions; data hash; fills; trades. A table is its number of rows, then
 * by name its columns: numbers as they are, texts as the different ones in order of appearance and their places.
 */
export function backtestHash(result: HashedBacktest): string {
  const { strategies, settings, assumptions, dataHash, fills, trades } = result;
  const hasher = new Hasher().text("walkforward backtest 1").number(strategies.length);
  for (const { hash, weight, symbols, parameters } of strategies) {
    hasher.text(hash).number(weight).plain(symbols).plain(parameters);
  }
  hasher.plain(settings).plain(assumptions.record).text(dataHash);
  hashTable(hasher, fills);
  hashTable(hasher, trades);
  return hasher.hex();
}

function hashTable(hasher: Hasher, { rows, columns }: Table): void {
  const names = Object.keys(columns).sort();
  hasher.number(rows).number(names.length);
  for (const name of names) {
    const column = columns[name];
    hasher.text(name);
    if (column instanceof Float64Array) hasher.column(column);
    else {
      hasher.number(column.values.length);
      for (const text of column.values) hasher.text(text);
      hasher.column(Float64Array.from(column.codes));
    }
  }
}
