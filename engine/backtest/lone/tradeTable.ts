import { TextCodes } from "../../core/growable.ts";
import { lazyTable } from "../../core/lazyTable.ts";
import type { Table, TableColumn } from "../../core/table.ts";
import type { TradeColumn } from "../../session/tables.ts";
import { type LoggedOrder, MOMENTS, ROLES } from "./orderLog.ts";
import { isFilled, meanPrice, type TableSource } from "./orderTables.ts";

/** A trade as its two fills tell it, with the levels that it was protected by. */
type Trade = {
  readonly entry: LoggedOrder;
  readonly exit: LoggedOrder;
  readonly stopPrice: number;
  readonly targetPrice: number;
};

/**
 * The trades of a log: each is one order that opened and one that left. `profits` and `returns` were made on the way;
 * the other columns when they are read, by the arithmetic of `TradeBook`.
 */
export function tradeTable(
  source: TableSource,
  profits: Float64Array,
  returns: Float64Array,
): Table<TradeColumn> {
  const { log, names } = source;
  const count = profits.length;
  const number = (of: (trade: Trade, place: number) => number) => (): TableColumn => {
    const values = new Float64Array(count);
    eachTrade(source, (trade, place) => {
      values[place] = of(trade, place);
    });
    return values;
  };
  const text = (of: (trade: Trade) => string | undefined) => (): TableColumn => {
    const codes = new Int32Array(count);
    const texts = new TextCodes();
    eachTrade(source, (trade, place) => {
      codes[place] = texts.code(of(trade));
    });
    return { codes, values: [...texts.values] };
  };
  let known: Excursions | undefined;
  const excursions = (): Excursions => {
    known ??= excursionsOf(source, count);
    return known;
  };
  return lazyTable<TradeColumn>(count, {
    symbol: text(() => names.symbol),
    strategy: text(() => names.strategy),
    direction: text(({ entry }) => (entry.asked > 0 ? "long" : "short")),
    entryTime: number(({ entry }) => log.endTime(entry)),
    entryPrice: number(({ entry }) => meanPrice(entry)),
    exitTime: number(({ exit }) => log.endTime(exit)),
    exitPrice: number(({ exit }) => meanPrice(exit)),
    amount: number(({ entry }) => Math.abs(entry.filled)),
    profit: () => profits,
    return: () => returns,
    fees: number(({ entry, exit }) => entry.fee + exit.fee),
    funding: () => new Float64Array(count),
    maxAdverseExcursion: () => excursions().adverse,
    maxFavourableExcursion: () => excursions().favourable,
    bars: number(barsOf),
    entryReason: text(({ entry }) => entry.tag),
    exitReason: text(({ exit }) => exitReasonOf(exit)),
    stopPrice: number(({ stopPrice }) => stopPrice),
    targetPrice: number(({ targetPrice }) => targetPrice),
    riskMultiple: number(
      ({ entry, stopPrice }, place) =>
        profits[place] / (Math.abs(meanPrice(entry) - stopPrice) * Math.abs(entry.filled)),
    ),
  });
}

function exitReasonOf({ role, reason }: LoggedOrder): string | undefined {
  if (role === ROLES.market) return reason;
  return role === ROLES.stop ? "stopLoss" : "takeProfit";
}

/** Candles at whose close the position was open: the exit's is one only where it left at the last close of all. */
function barsOf({ entry, exit }: Trade): number {
  return exit.end - entry.end + (exit.moment === MOMENTS.close ? 1 : 0);
}

/** Visits the trades one after the other. */
function eachTrade({ log }: TableSource, visit: (trade: Trade, place: number) => void): void {
  let entry: LoggedOrder | undefined;
  let stopPrice = Number.NaN;
  let place = 0;
  log.each((order) => {
    if (order.role === ROLES.stop) stopPrice = order.level;
    if (!isFilled(order)) return;
    if (entry === undefined) {
      entry = { ...order };
      // The stop, if it has one, stands behind it.
      stopPrice = Number.NaN;
    } else {
      visit({ entry, exit: order, stopPrice, targetPrice: entry.level }, place++);
      entry = undefined;
    }
  });
}

type Excursions = { readonly adverse: Float64Array; readonly favourable: Float64Array };

/** How far the price went against and for each trade: all candles from the entry's on, nothing of the exit's. */
function excursionsOf(source: TableSource, count: number): Excursions {
  const { high, low } = source.feed.candles;
  const adverse = new Float64Array(count);
  const favourable = new Float64Array(count);
  eachTrade(source, (trade, place) => {
    const { entry, exit } = trade;
    const end = entry.end + barsOf(trade);
    let highest = Math.max(entry.price, exit.price);
    let lowest = Math.min(entry.price, exit.price);
    for (let row = entry.end; row < end; row++) {
      if (high[row] > highest) highest = high[row];
      if (low[row] < lowest) lowest = low[row];
    }
    const entryPrice = meanPrice(entry);
    const above = (highest - entryPrice) / entryPrice;
    const below = (entryPrice - lowest) / entryPrice;
    const isLong = entry.asked > 0;
    adverse[place] = Math.max(0, isLong ? below : above);
    favourable[place] = Math.max(0, isLong ? above : below);
  });
  return { adverse, favourable };
}
