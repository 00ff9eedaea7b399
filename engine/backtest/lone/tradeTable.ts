import { TextCodes } from "../../core/growable.ts";
import { lazyTable } from "../../core/lazyTable.ts";
import type { Table, TableColumn } from "../../core/table.ts";
import type { Feed } from "../../session/feed.ts";
import type { TradeColumn } from "../../session/tables.ts";
import { type LoggedOrder, type LoneNames, type OrderLog, OUTCOMES } from "./orderLog.ts";

/** A trade as its two orders tell it. */
type Trade = { readonly entry: LoggedOrder; readonly exit: LoggedOrder };

/**
 * The trades of a log: each is one order that opened and one that left. `profits` and `returns` were made on the way;
 * the other columns when they are read, by the arithmetic of `TradeBook`.
 */
export function tradeTable(
  log: OrderLog,
  feed: Feed,
  names: LoneNames,
  profits: Float64Array,
  returns: Float64Array,
): Table<TradeColumn> {
  const count = profits.length;
  const number = (of: (trade: Trade) => number) => (): TableColumn => {
    const values = new Float64Array(count);
    eachTrade(log, (trade, place) => {
      values[place] = of(trade);
    });
    return values;
  };
  const text = (of: (trade: Trade) => string | undefined) => (): TableColumn => {
    const codes = new Int32Array(count);
    const texts = new TextCodes();
    eachTrade(log, (trade, place) => {
      codes[place] = texts.code(of(trade));
    });
    return { codes, values: [...texts.values] };
  };
  const nothing = (): TableColumn => new Float64Array(count).fill(Number.NaN);
  let known: Excursions | undefined;
  const excursions = (): Excursions => {
    known ??= excursionsOf(log, feed, count);
    return known;
  };
  return lazyTable<TradeColumn>(count, {
    symbol: text(() => names.symbol),
    strategy: text(() => names.strategy),
    direction: text(({ entry }) => (entry.asked > 0 ? "long" : "short")),
    entryTime: number(({ entry }) => log.fillTime(entry)),
    entryPrice: number(({ entry }) => meanPrice(entry)),
    exitTime: number(({ exit }) => log.fillTime(exit)),
    exitPrice: number(({ exit }) => meanPrice(exit)),
    amount: number(({ entry }) => Math.abs(entry.filled)),
    profit: () => profits,
    return: () => returns,
    fees: number(({ entry, exit }) => entry.fee + exit.fee),
    funding: () => new Float64Array(count),
    maxAdverseExcursion: () => excursions().adverse,
    maxFavourableExcursion: () => excursions().favourable,
    bars: number(({ entry, exit }) => barsOf(entry, exit)),
    entryReason: text(({ entry }) => entry.tag),
    exitReason: text(({ exit }) => exit.reason),
    stopPrice: nothing,
    targetPrice: nothing,
    riskMultiple: nothing,
  });
}

/** Price × amount by amount, as of any order, which is not always the price to the last bit. */
function meanPrice({ filled, price }: LoggedOrder): number {
  const amount = Math.abs(filled);
  return (amount * price) / amount;
}

/** Candles at whose close the position was open. */
function barsOf(entry: LoggedOrder, exit: LoggedOrder): number {
  // The entry's own candle is the next, the exit's is not counted, unless it left at the last close of all.
  return exit.row - entry.row;
}

/** Visits the trades one after the other. The same two objects serve all of them. */
function eachTrade(log: OrderLog, visit: (trade: Trade, place: number) => void): void {
  let entry: LoggedOrder | undefined;
  let place = 0;
  log.each((order) => {
    if (order.outcome > OUTCOMES.filledAtLast) return;
    if (entry === undefined) entry = { ...order };
    else {
      visit({ entry, exit: order }, place++);
      entry = undefined;
    }
  });
}

type Excursions = { readonly adverse: Float64Array; readonly favourable: Float64Array };

/** How far the price went against and for each trade: all candles from the entry's on, nothing of the exit's. */
function excursionsOf(log: OrderLog, feed: Feed, count: number): Excursions {
  const { high, low } = feed.candles;
  const adverse = new Float64Array(count);
  const favourable = new Float64Array(count);
  eachTrade(log, ({ entry, exit }, place) => {
    const first = entry.row + 1;
    const end = first + barsOf(entry, exit);
    let highest = Math.max(entry.price, exit.price);
    let lowest = Math.min(entry.price, exit.price);
    for (let row = first; row < end; row++) {
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
