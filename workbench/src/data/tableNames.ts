import type { Series } from "#server/contract.ts";

/** A table of the database: one series, or all series of an exchange, market and timeframe together. */
export type LakeTable = {
  schema: string;
  name: string;
  /** The series it is made of, in the order of their symbols; one for a table of its own. */
  series: readonly Series[];
  /** True for `candles_<timeframe>`, whose first column is `symbol`. */
  union: boolean;
};

type Named = Pick<Series, "exchange" | "market" | "symbol" | "timeframe">;

export const SERIES_COLUMNS = [
  { name: "timestamp", type: "TIMESTAMP" },
  { name: "open", type: "DOUBLE" },
  { name: "high", type: "DOUBLE" },
  { name: "low", type: "DOUBLE" },
  { name: "close", type: "DOUBLE" },
  { name: "volume", type: "DOUBLE" },
] as const;
export const UNION_COLUMNS = [{ name: "symbol", type: "VARCHAR" }, ...SERIES_COLUMNS] as const;

/** A name that needs no quotes in SQL: lower case, `_` for what is neither letter nor digit, no leading digit. */
export function sqlName(text: string): string {
  const name = text.toLowerCase().replace(/[^a-z0-9]+/g, "_");
  return /^[0-9]/.test(name) ? `_${name}` : name;
}

/** SQL ignores case, timeframes do not: a month (`1M`) is written `1mo` beside a minute (`1m`). */
const timeframeName = (timeframe: string): string => sqlName(`x${timeframe.replace(/M$/, "mo")}`).slice(1);
const marketSuffix = (market: string): string => (market === "spot" ? "" : `_${sqlName(market)}`);

/** `btc_usdt_5m`, or `btc_usdt_5m_perp` on another market than spot. */
export function seriesTableName({ symbol, timeframe, market }: Named): string {
  return `${sqlName(symbol)}_${timeframeName(timeframe)}${marketSuffix(market)}`;
}

/** `candles_5m`: all symbols of one exchange. */
export function unionTableName({ timeframe, market }: Pick<Named, "timeframe" | "market">): string {
  return `candles_${timeframeName(timeframe)}${marketSuffix(market)}`;
}

/**
 * Every table that a statement may name, by `schema.name`. Two symbols that read the same once punctuation is
 * gone get `_2`, `_3` in the order of their ids, so that no table hides another.
 */
export function lakeTables(listing: readonly Series[]): Map<string, LakeTable> {
  const tables = new Map<string, LakeTable>();
  const sorted = [...listing].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const series of sorted) {
    const schema = sqlName(series.exchange);
    const name = unusedName(tables, schema, seriesTableName(series));
    tables.set(`${schema}.${name}`, { schema, name, series: [series], union: false });
  }
  for (const series of sorted) {
    const schema = sqlName(series.exchange);
    const name = unionTableName(series);
    const known = tables.get(`${schema}.${name}`);
    // A symbol called "candles" keeps its table; the union of its exchange is then not offered.
    if (known !== undefined && !known.union) continue;
    const members = [...(known?.series ?? []), series].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
    tables.set(`${schema}.${name}`, { schema, name, series: members, union: true });
  }
  return tables;
}

function unusedName(tables: ReadonlyMap<string, LakeTable>, schema: string, wanted: string): string {
  let name = wanted;
  for (let n = 2; tables.has(`${schema}.${name}`); n++) name = `${wanted}_${n}`;
  return name;
}
