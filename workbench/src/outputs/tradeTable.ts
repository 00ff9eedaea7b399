import type { Trade } from "#engine/walkforward/result.ts";
import type { CellValue, TableColumn, TableSource } from "./columns.ts";
import { formatPercent } from "./format.ts";

const asPercent = (value: CellValue): string => formatPercent(Number(value ?? Number.NaN), 2);
const asChange = (value: CellValue): string =>
  formatPercent(Number(value ?? Number.NaN), 2, { signed: true });

type TradeField = Exclude<keyof Trade, "features">;

/** Columns of a trade, in the order in which one reads them; the rest of the record follows as features. */
const FIELDS: readonly [TradeField, string, TableColumn["kind"]][] = [
  ["sliceMs", "slice", "time"],
  ["symbol", "symbol", "text"],
  ["direction", "direction", "text"],
  ["rank", "rank", "number"],
  ["entryTime", "entry", "time"],
  ["entryPrice", "entry price", "number"],
  ["exitTime", "exit", "time"],
  ["exitPrice", "exit price", "number"],
  ["return", "return", "number"],
  ["maxAdverseExcursion", "adverse", "number"],
  ["maxFavourableExcursion", "favourable", "number"],
  ["drawdown", "drawdown", "number"],
  ["weight", "weight", "number"],
  ["score", "score", "number"],
];

/** Trades as columns, the feature snapshot after the trade itself; read where they lie. */
export function tradeSource(trades: readonly Trade[]): TableSource {
  const features = new Set<string>();
  for (const trade of trades.slice(0, 100))
    for (const name of Object.keys(trade.features)) features.add(name);
  return {
    rows: trades.length,
    columns: [
      ...FIELDS.map(([field, name, kind]): TableColumn => ({ name, kind, at: (row) => trades[row][field] })),
      ...[...features].map(
        (name): TableColumn => ({ name, kind: "number", at: (row) => trades[row].features[name] ?? null }),
      ),
    ],
  };
}

export const tradeFormats = {
  return: asChange,
  adverse: asPercent,
  favourable: asPercent,
  drawdown: asPercent,
  weight: asPercent,
};
