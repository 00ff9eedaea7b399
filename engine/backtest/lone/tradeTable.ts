import { lazyTable } from "../../core/lazyTable.ts";
import type { Table } from "../../core/table.ts";
import type { TradeColumn } from "../../session/tables.ts";
import { MOMENTS, type OrderLog, ROLES } from "./orderLog.ts";
import { columnsOf, fillPlaces, type TableSource } from "./orderTables.ts";

/**
 * The trades of a log: of its fills each first opens, and each second leaves. `profits` and `returns` were made on the
 * way; the other columns when they are read, by the arithmetic of `TradeBook`.
 */
export function tradeTable(
  source: TableSource,
  profits: Float64Array,
  returns: Float64Array,
): Table<TradeColumn> {
  const { log, names } = source;
  const count = profits.length;
  const fill = fillPlaces(log);
  const ofEntry = columnsOf(count, (trade) => fill(2 * trade));
  const ofExit = columnsOf(count, (trade) => fill(2 * trade + 1));
  let known: Excursions | undefined;
  const excursions = (): Excursions => {
    known ??= excursionsOf(source, count);
    return known;
  };
  return lazyTable<TradeColumn>(count, {
    symbol: ofEntry.text(() => names.symbol),
    strategy: ofEntry.text(() => names.strategy),
    direction: ofEntry.text((entry) => (log.asked(entry) > 0 ? "long" : "short")),
    entryTime: ofEntry.number((entry) => log.endTime(entry)),
    entryPrice: ofEntry.number((entry) => log.meanPrice(entry)),
    exitTime: ofExit.number((exit) => log.endTime(exit)),
    exitPrice: ofExit.number((exit) => log.meanPrice(exit)),
    amount: ofEntry.number((entry) => Math.abs(log.filled(entry))),
    profit: () => profits,
    return: () => returns,
    fees: ofEntry.number((entry, trade) => log.fee(entry) + log.fee(fill(2 * trade + 1))),
    funding: () => new Float64Array(count),
    maxAdverseExcursion: () => excursions().adverse,
    maxFavourableExcursion: () => excursions().favourable,
    bars: ofEntry.number((entry, trade) => barsOf(log, entry, fill(2 * trade + 1))),
    entryReason: ofEntry.text((entry) => log.tag(entry)),
    exitReason: ofExit.text((exit) => exitReasonOf(log, exit)),
    stopPrice: ofEntry.number((entry) => stopOf(log, entry)),
    targetPrice: ofEntry.number((entry) => log.level(entry)),
    riskMultiple: ofEntry.number(
      (entry, trade) =>
        profits[trade] / (Math.abs(log.meanPrice(entry) - stopOf(log, entry)) * Math.abs(log.filled(entry))),
    ),
  });
}

/** The stop of what an order opened stands right behind it. */
function stopOf(log: OrderLog, entry: number): number {
  const next = entry + 1;
  return next < log.count && log.role(next) === ROLES.stop ? log.level(next) : Number.NaN;
}

function exitReasonOf(log: OrderLog, exit: number): string | undefined {
  const role = log.role(exit);
  if (role === ROLES.market) return log.reason(exit);
  return role === ROLES.stop ? "stopLoss" : "takeProfit";
}

/** Candles at whose close the position was open: the exit's is one only where it left at the last close of all. */
function barsOf(log: OrderLog, entry: number, exit: number): number {
  return log.end(exit) - log.end(entry) + (log.moment(exit) === MOMENTS.close ? 1 : 0);
}

type Excursions = { readonly adverse: Float64Array; readonly favourable: Float64Array };

/** How far the price went against and for each trade: all candles from the entry's on, nothing of the exit's. */
function excursionsOf({ log, feed }: TableSource, count: number): Excursions {
  const { high, low } = feed.candles;
  const fill = fillPlaces(log);
  const adverse = new Float64Array(count);
  const favourable = new Float64Array(count);
  for (let trade = 0; trade < count; trade++) {
    const entry = fill(2 * trade);
    const exit = fill(2 * trade + 1);
    const first = log.end(entry);
    const end = first + barsOf(log, entry, exit);
    let highest = Math.max(log.price(entry), log.price(exit));
    let lowest = Math.min(log.price(entry), log.price(exit));
    for (let row = first; row < end; row++) {
      if (high[row] > highest) highest = high[row];
      if (low[row] < lowest) lowest = low[row];
    }
    const entryPrice = log.meanPrice(entry);
    const above = (highest - entryPrice) / entryPrice;
    const below = (entryPrice - lowest) / entryPrice;
    const isLong = log.asked(entry) > 0;
    adverse[trade] = Math.max(0, isLong ? below : above);
    favourable[trade] = Math.max(0, isLong ? above : below);
  }
  return { adverse, favourable };
}
