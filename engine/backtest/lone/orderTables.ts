import { ceilToStep, floorToStep, nearestStep } from "../../broker/marketRules.ts";
import { TextCodes } from "../../core/growable.ts";
import { lazyTable } from "../../core/lazyTable.ts";
import type { Table, TableColumn } from "../../core/table.ts";
import type { Feed } from "../../session/feed.ts";
import type { FillColumn, OrderColumn, PositionColumn } from "../../session/tables.ts";
import { type LoggedOrder, type LoneNames, MOMENTS, type OrderLog, OUTCOMES, ROLES } from "./orderLog.ts";

/** What the tables of a log are made from. */
export type TableSource = {
  readonly log: OrderLog;
  readonly feed: Feed;
  readonly names: LoneNames;
  readonly hasSlippage: boolean;
  readonly priceTick: number;
};

/** The level of a stop or a target on the market's tick: a trigger to the nearest, a limit away from the market. */
export function levelOnTick(isStop: boolean, direction: number, level: number, tick: number): number {
  if (isStop) return nearestStep(level, tick);
  return direction > 0 ? floorToStep(level, tick) : ceilToStep(level, tick);
}

export function orderTable({ log, names, priceTick }: TableSource): Table<OrderColumn> {
  const { number, text } = columnsOf(log, log.count, () => true);
  const always = (name: string | undefined) => text(() => name);
  const level = (order: LoggedOrder, role: LoggedOrder["role"]): number =>
    order.role === role ? levelOnTick(role === ROLES.stop, order.asked, order.level, priceTick) : Number.NaN;
  return lazyTable<OrderColumn>(log.count, {
    orderId: number((_, place) => place + 1),
    clientOrderId: always(undefined),
    symbol: always(names.symbol),
    strategy: always(names.strategy),
    side: text(sideOf),
    type: text(({ role }) => ["market", "stop", "limit"][role]),
    status: text(({ outcome, role }) => {
      if (outcome === OUTCOMES.waiting) return role === ROLES.market ? "pendingNew" : "new";
      return outcome === OUTCOMES.filled ? "filled" : "canceled";
    }),
    amount: number((order) => Math.abs(isFilled(order) ? order.filled : order.asked)),
    filled: number(({ filled }) => Math.abs(filled)),
    average: number((order) => (isFilled(order) ? meanPrice(order) : Number.NaN)),
    price: number((order) => level(order, ROLES.target)),
    triggerPrice: number((order) => level(order, ROLES.stop)),
    timeInForce: always("GTC"),
    reduceOnly: text(({ isReducing }) => (isReducing ? "true" : "false")),
    submitTime: number((order) => log.submitTime(order)),
    endTime: number((order) => (order.outcome === OUTCOMES.waiting ? Number.NaN : log.endTime(order))),
    reason: text((order) => {
      if (order.outcome === OUTCOMES.waiting) return undefined;
      return isFilled(order) && order.role === ROLES.market ? "open" : order.reason;
    }),
    tag: text(({ tag }) => tag),
  });
}

export function fillTable({ log, feed, names, hasSlippage, priceTick }: TableSource): Table<FillColumn> {
  const { open, close } = feed.candles;
  const { number, text } = columnsOf(log, log.fills, isFilled);
  return lazyTable<FillColumn>(log.fills, {
    tradeId: number((_, __, fill) => fill + 1),
    time: number((order) => log.endTime(order)),
    orderId: number((_, place) => place + 1),
    symbol: text(() => names.symbol),
    strategy: text(() => names.strategy),
    side: text(sideOf),
    price: number(({ price }) => price),
    amount: number(({ filled }) => Math.abs(filled)),
    fee: number(({ fee }) => fee),
    slippage: number((order) => {
      // A target rests in the book, and nothing slips there.
      if (!hasSlippage || order.role === ROLES.target) return 0;
      const { moment, end } = order;
      const level = () => levelOnTick(true, order.asked, order.level, priceTick);
      const reference = moment === MOMENTS.open ? open[end] : moment === MOMENTS.close ? close[end] : level();
      return Math.abs(order.filled) * Math.abs(order.price - reference);
    }),
    liquidity: text(({ role }) => (role === ROLES.target ? "maker" : "taker")),
    reason: text(({ role, reason }) => (role === ROLES.market ? "open" : reason)),
  });
}

export function positionTable({ log, names }: TableSource): Table<PositionColumn> {
  const { number, text } = columnsOf(log, log.fills, isFilled);
  /** A column of what each fill left: the amount, its cost, and what has been realised so far. */
  const held =
    (of: (amount: number, cost: number, realised: number) => number): (() => Float64Array) =>
    () => {
      const values = new Float64Array(log.fills);
      let amount = 0;
      let cost = 0;
      let realised = 0;
      let fill = 0;
      log.eachFill((_, signed, price) => {
        if (amount === 0) {
          amount = signed;
          cost = signed * price;
        } else {
          realised += amount * price - cost;
          amount = 0;
          cost = 0;
        }
        values[fill++] = of(amount, cost, realised);
      });
      return values;
    };
  return lazyTable<PositionColumn>(log.fills, {
    time: number((order) => log.endTime(order)),
    symbol: text(() => names.symbol),
    strategy: text(() => names.strategy),
    amount: held((amount) => amount),
    entryPrice: held((amount, cost) => cost / amount),
    realised: held((_, __, realised) => realised),
  });
}

/** Price × amount by amount, as of any order, which is not always the price to the last bit. */
export function meanPrice({ filled, price }: LoggedOrder): number {
  const amount = Math.abs(filled);
  return (amount * price) / amount;
}

export function isFilled({ outcome }: LoggedOrder): boolean {
  return outcome === OUTCOMES.filled;
}

function sideOf({ asked }: LoggedOrder): string {
  return asked < 0 ? "sell" : "buy";
}

/** Makers of columns over those orders of a log that are wanted, of which there are so many. */
function columnsOf(log: OrderLog, rows: number, isWanted: (order: LoggedOrder) => boolean) {
  const number =
    (of: (order: LoggedOrder, place: number, row: number) => number): (() => TableColumn) =>
    () => {
      const values = new Float64Array(rows);
      let row = 0;
      log.each((order, place) => {
        if (!isWanted(order)) return;
        values[row] = of(order, place, row);
        row++;
      });
      return values;
    };
  const text =
    (of: (order: LoggedOrder) => string | undefined): (() => TableColumn) =>
    () => {
      const codes = new Int32Array(rows);
      const texts = new TextCodes();
      let row = 0;
      log.each((order) => {
        if (isWanted(order)) codes[row++] = texts.code(of(order));
      });
      return { codes, values: [...texts.values] };
    };
  return { number, text };
}
