import type { Backtest, TradeColumn } from "#engine/backtest/result.ts";
import type { Table } from "#engine/core/table.ts";
import type { PriceLine } from "../../charts/priceLines.ts";
import type { MarkedTrade } from "../../charts/tradeMarks.ts";
import type { CellValue, TableSource } from "../columns.ts";
import { tableSource } from "../columns.ts";
import { numbersOf, textAt } from "../engineTable.ts";
import { formatNumber, formatPercent, formatShort, formatTime } from "../format.ts";

/** A trade of the table as the chart marks it. */
export function markedTrade(trades: Table<TradeColumn>, row: number): MarkedTrade {
  const number = (name: TradeColumn): number => numbersOf(trades, name)[row];
  return {
    symbol: textAt(trades, "symbol", row),
    direction: textAt(trades, "direction", row) === "short" ? "short" : "long",
    entryTime: number("entryTime"),
    entryPrice: number("entryPrice"),
    exitTime: number("exitTime"),
    exitPrice: number("exitPrice"),
    return: number("return"),
  };
}

/** Rows of the trades of one symbol, in the order of the table. */
export function rowsOfSymbol(trades: Table<TradeColumn>, symbol: string): number[] {
  const column = trades.columns.symbol;
  if (column instanceof Float64Array) return [];
  const code = column.values.indexOf(symbol);
  const rows: number[] = [];
  for (let row = 0; row < trades.rows; row++) if (column.codes[row] === code) rows.push(row);
  return rows;
}

/** Symbols that were traded, the busiest first. */
export function tradedSymbols({ trades, universe }: Backtest): string[] {
  const column = trades.columns.symbol;
  const counts = new Map<string, number>();
  if (!(column instanceof Float64Array)) {
    for (let row = 0; row < trades.rows; row++) {
      const symbol = column.values[column.codes[row]];
      counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
    }
  }
  const traded = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([symbol]) => symbol);
  return traded.length > 0 ? traded : universe.symbols.slice(0, 1);
}

/** The orders of one symbol that rested at a price, and the stops and targets that its trades began with. */
export function priceLinesOf({ orders, trades }: Backtest, symbol: string): PriceLine[] {
  const lines: PriceLine[] = [];
  const triggers = numbersOf(orders, "triggerPrice");
  const prices = numbersOf(orders, "price");
  const submitted = numbersOf(orders, "submitTime");
  const ended = numbersOf(orders, "endTime");
  const drawn = new Set<string>();
  for (let row = 0; row < orders.rows; row++) {
    if (textAt(orders, "symbol", row) !== symbol || textAt(orders, "status", row) === "rejected") continue;
    const price = Number.isNaN(triggers[row]) ? prices[row] : triggers[row];
    if (Number.isNaN(price)) continue;
    const type = textAt(orders, "type", row);
    const isStop = /stop/i.test(type);
    const isTarget =
      /takeProfit/.test(type) || (type === "limit" && textAt(orders, "reduceOnly", row) === "true");
    const kind = isStop ? "stop" : isTarget ? "target" : "order";
    lines.push({
      symbol,
      fromMs: submitted[row],
      toMs: ended[row],
      price,
      kind,
      label: kind === "order" ? `${textAt(orders, "side", row)} ${type}` : kind,
    });
    drawn.add(`${kind} ${price}`);
  }
  const entries = numbersOf(trades, "entryTime");
  const exits = numbersOf(trades, "exitTime");
  for (const row of rowsOfSymbol(trades, symbol)) {
    for (const [kind, column] of [
      ["stop", "stopPrice"],
      ["target", "targetPrice"],
    ] as const) {
      const price = numbersOf(trades, column)[row];
      // Where an order stood for it, that one is drawn already, with its own times.
      if (Number.isNaN(price) || drawn.has(`${kind} ${price}`)) continue;
      lines.push({ symbol, fromMs: entries[row], toMs: exits[row], price, kind, label: kind });
    }
  }
  return lines;
}

const asPercent = (value: CellValue): string => formatPercent(Number(value ?? Number.NaN), 2);
const asChange = (value: CellValue): string =>
  formatPercent(Number(value ?? Number.NaN), 2, { signed: true });
const asMoney = (value: CellValue): string => formatNumber(Number(value ?? Number.NaN), 2);

/** Columns of a trade in the order in which one reads them, under names that a reader knows. */
const COLUMNS: readonly [TradeColumn, string][] = [
  ["symbol", "symbol"],
  ["strategy", "strategy"],
  ["direction", "direction"],
  ["entryTime", "entry"],
  ["entryPrice", "entry price"],
  ["exitTime", "exit"],
  ["exitPrice", "exit price"],
  ["amount", "amount"],
  ["profit", "profit"],
  ["return", "return"],
  ["maxAdverseExcursion", "adverse"],
  ["maxFavourableExcursion", "favourable"],
  ["riskMultiple", "× risk"],
  ["bars", "candles"],
  ["fees", "fees"],
  ["funding", "funding"],
  ["entryReason", "entered by"],
  ["exitReason", "left by"],
  ["stopPrice", "stop"],
  ["targetPrice", "target"],
];

/** Trades as columns; what no trade has (a stop, funding, a second strategy) is left out. */
export function tradeRows({ trades, strategies }: Backtest): TableSource {
  const source = tableSource(trades);
  const isEmpty = (column: TradeColumn): boolean => {
    if (column === "strategy") return strategies.length < 2;
    const values = trades.columns[column];
    if (!(values instanceof Float64Array))
      return values.codes.every((code) => (values.values[code] ?? "") === "");
    return column === "funding" ? values.every((value) => value === 0) : values.every(Number.isNaN);
  };
  return {
    rows: source.rows,
    columns: COLUMNS.flatMap(([column, name]) => {
      const found = source.columns.find((one) => one.name === column);
      return found === undefined || isEmpty(column)
        ? []
        : [{ name, kind: found.kind, at: (row: number) => found.at(row) }];
    }),
  };
}

/** What happened inside a candle bears its last millisecond; to a reader the minute says as much. */
const asMinute = (value: CellValue): string => formatTime(Number(value ?? Number.NaN));

export const tradeFormats = {
  entry: asMinute,
  exit: asMinute,
  amount: (value: CellValue) => formatShort(Number(value), 5),
  profit: (value: CellValue) => formatNumber(Number(value), 2),
  return: asChange,
  adverse: asPercent,
  favourable: asPercent,
  "× risk": asMoney,
  fees: asMoney,
  funding: asMoney,
};
