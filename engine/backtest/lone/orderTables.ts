import { ceilToStep, floorToStep, nearestStep } from "../../broker/marketRules.ts";
import { TextCodes } from "../../core/growable.ts";
import { lazyTable } from "../../core/lazyTable.ts";
import type { Table, TextColumn } from "../../core/table.ts";
import type { Feed } from "../../session/feed.ts";
import type { FillColumn, OrderColumn, PositionColumn } from "../../session/tables.ts";
import { type LoneNames, MOMENTS, type OrderLog, OUTCOMES, ROLES, type Role } from "./orderLog.ts";

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

const TYPES = ["market", "stop", "limit"];

export function orderTable({ log, names, priceTick }: TableSource): Table<OrderColumn> {
  const { number, text } = columnsOf(log.count, (row) => row);
  const level = (place: number, role: Role): number =>
    log.role(place) === role
      ? levelOnTick(role === ROLES.stop, log.asked(place), log.level(place), priceTick)
      : Number.NaN;
  return lazyTable<OrderColumn>(log.count, {
    orderId: number((place) => place + 1),
    clientOrderId: text(() => undefined),
    symbol: text(() => names.symbol),
    strategy: text(() => names.strategy),
    side: text((place) => sideOf(log, place)),
    type: text((place) => TYPES[log.role(place)]),
    status: text((place) => {
      const outcome = log.outcome(place);
      if (outcome === OUTCOMES.waiting) return log.role(place) === ROLES.market ? "pendingNew" : "new";
      return outcome === OUTCOMES.filled ? "filled" : "canceled";
    }),
    amount: number((place) => Math.abs(log.isFilled(place) ? log.filled(place) : log.asked(place))),
    filled: number((place) => Math.abs(log.filled(place))),
    average: number((place) => (log.isFilled(place) ? log.meanPrice(place) : Number.NaN)),
    price: number((place) => level(place, ROLES.target)),
    triggerPrice: number((place) => level(place, ROLES.stop)),
    timeInForce: text(() => "GTC"),
    reduceOnly: text((place) => (log.isReducing(place) ? "true" : "false")),
    submitTime: number((place) => log.submitTime(place)),
    endTime: number((place) => (log.outcome(place) === OUTCOMES.waiting ? Number.NaN : log.endTime(place))),
    reason: text((place) => {
      if (log.outcome(place) === OUTCOMES.waiting) return undefined;
      return log.isFilled(place) && log.role(place) === ROLES.market ? "open" : log.reason(place);
    }),
    tag: text((place) => log.tag(place)),
  });
}

export function fillTable(source: TableSource): Table<FillColumn> {
  const { log, feed, names, hasSlippage, priceTick } = source;
  const { open, close } = feed.candles;
  const { number, text } = columnsOf(log.fills, fillPlaces(log));
  const reference = (place: number): number => {
    const moment = log.moment(place);
    if (moment === MOMENTS.open) return open[log.end(place)];
    if (moment === MOMENTS.close) return close[log.end(place)];
    return levelOnTick(true, log.asked(place), log.level(place), priceTick);
  };
  return lazyTable<FillColumn>(log.fills, {
    tradeId: number((_, fill) => fill + 1),
    time: number((place) => log.endTime(place)),
    orderId: number((place) => place + 1),
    symbol: text(() => names.symbol),
    strategy: text(() => names.strategy),
    side: text((place) => sideOf(log, place)),
    price: number((place) => log.price(place)),
    amount: number((place) => Math.abs(log.filled(place))),
    fee: number((place) => log.fee(place)),
    // A target rests in the book, and nothing slips there.
    slippage: number((place) =>
      !hasSlippage || log.role(place) === ROLES.target
        ? 0
        : Math.abs(log.filled(place)) * Math.abs(log.price(place) - reference(place)),
    ),
    liquidity: text((place) => (log.role(place) === ROLES.target ? "maker" : "taker")),
    reason: text((place) => (log.role(place) === ROLES.market ? "open" : log.reason(place))),
  });
}

export function positionTable({ log, names }: TableSource): Table<PositionColumn> {
  const { number, text } = columnsOf(log.fills, fillPlaces(log));
  /** A column of what each fill left: the amount, its cost, and what has been realised so far. */
  const held =
    (of: (amount: number, cost: number, realised: number) => number): (() => Float64Array) =>
    () => {
      const values = new Float64Array(log.fills);
      let amount = 0;
      let cost = 0;
      let realised = 0;
      for (let row = 0, place = 0; row < values.length; place++) {
        if (!log.readFill(place)) continue;
        const { price } = log.fill;
        if (amount !== 0) realised += amount * price - cost;
        amount = amount === 0 ? log.fill.amount : 0;
        cost = amount === 0 ? 0 : amount * price;
        values[row++] = of(amount, cost, realised);
      }
      return values;
    };
  return lazyTable<PositionColumn>(log.fills, {
    time: number((place) => log.endTime(place)),
    symbol: text(() => names.symbol),
    strategy: text(() => names.strategy),
    amount: held((amount) => amount),
    entryPrice: held((amount, cost) => cost / amount),
    realised: held((_, __, realised) => realised),
  });
}

/** The places of the orders that filled; found when the first is asked for. */
export function fillPlaces(log: OrderLog): (fill: number) => number {
  let places: Int32Array | undefined;
  return (fill) => {
    places ??= placesOf(log);
    return places[fill];
  };
}

function placesOf(log: OrderLog): Int32Array {
  const places = new Int32Array(log.fills);
  let fill = 0;
  for (let place = 0; place < log.count; place++) if (log.isFilled(place)) places[fill++] = place;
  return places;
}

/** Makers of columns of so many rows, of which each is about the order of a place. */
export function columnsOf(rows: number, placeOf: (row: number) => number) {
  const number =
    (of: (place: number, row: number) => number): (() => Float64Array) =>
    () => {
      const values = new Float64Array(rows);
      for (let row = 0; row < rows; row++) values[row] = of(placeOf(row), row);
      return values;
    };
  const text =
    (of: (place: number, row: number) => string | undefined): (() => TextColumn) =>
    () => {
      const codes = new Int32Array(rows);
      const texts = new TextCodes();
      for (let row = 0; row < rows; row++) codes[row] = texts.code(of(placeOf(row), row));
      return { codes, values: [...texts.values] };
    };
  return { number, text };
}

function sideOf(log: OrderLog, place: number): string {
  return log.asked(place) < 0 ? "sell" : "buy";
}
