import type { LiveOrder } from "../orders/liveOrder.ts";
import { awaitsTrigger, follow } from "../orders/orderLevels.ts";
import { carryOut, dueTime, nextDue } from "./instructions.ts";
import { liquidate } from "./liquidate.ts";
import { liquidationOf } from "./liquidationLevel.ts";
import type { MarketState } from "./marketState.ts";
import type { Matching } from "./matching.ts";
import { isLowFirst } from "./pricePath.ts";

/** Lets the trailing stops of a market see its price, or its mark. */
export function followTrails(market: MarketState, price: number, mark: number): void {
  for (let k = 0; k < market.count; k++) {
    const order = market.orders[k];
    if (order.type !== "trailingStop" || order.isTriggered || Number.isNaN(order.bestPrice)) continue;
    follow(order, order.triggerBy === "mark" && market.hasMark ? mark : price);
  }
}

/**
 * Walks the price of a market's candle from its open over both extremes to its close. On each leg orders are met where
 * the price reaches them, ties by priority; an order comes before the liquidation at the same price. The mark price,
 * where there is one, walks beside it, each of its legs in step with the last price's.
 */
export function walk(matching: Matching, market: MarketState): void {
  const { index, open, high, low, close } = market;
  const isLow = isLowFirst(matching.settings.pathModel, matching.account.amount[index], open, high, low);
  const first = isLow ? low : high;
  const second = isLow ? high : low;
  const markFirst = isLow ? market.markLow : market.markHigh;
  const markSecond = isLow ? market.markHigh : market.markLow;
  const way = Math.abs(first - open) + Math.abs(second - first) + Math.abs(close - second);
  let gone = 0;
  leg(matching, market, open, first, market.markOpen, markFirst, gone, way);
  gone += Math.abs(first - open);
  leg(matching, market, first, second, markFirst, markSecond, gone, way);
  gone += Math.abs(second - first);
  leg(matching, market, second, close, markSecond, market.markClose, gone, way);
}

/**
 * One straight leg of the way. Everything that can happen on it has a place 0 … 1 along it; the next is the nearest
 * ahead. `gone` of the whole `way` lies before this leg: time passes in proportion to the way.
 */
function leg(
  matching: Matching,
  market: MarketState,
  from: number,
  to: number,
  markFrom: number,
  markTo: number,
  gone: number,
  way: number,
): void {
  const { index, openTime, closeTime } = market;
  const { account } = matching;
  const time = closeTime - 1;
  let place = 0;
  let price = from;
  for (;;) {
    if (market.count === 0 && account.amount[index] === 0) break;
    const mark = market.hasMark ? markFrom + place * (markTo - markFrom) : price;
    let next: LiveOrder | undefined;
    let nextPlace = Infinity;
    for (let k = 0; k < market.count && nextPlace > place; k++) {
      const order = market.orders[k];
      if (order.approach === 0 || !order.isAccepted || order.passedCandle === openTime) continue;
      const isByMark = market.hasMark && order.triggerBy === "mark" && awaitsTrigger(order);
      const its = isByMark
        ? placeOf(order.level, order.approach, mark, markFrom, markTo, place)
        : placeOf(order.level, order.approach, price, from, to, place);
      if (its < nextPlace) {
        nextPlace = its;
        next = order;
      }
    }
    let isLiquidation = false;
    const held = account.amount[index];
    if (held !== 0 && !market.isSpot) {
      const level = liquidationOf(matching, market);
      const approach = held > 0 ? -1 : 1;
      const isByMark = market.hasMark && matching.settings.triggerBy === "mark";
      const its = isByMark
        ? placeOf(level, approach, mark, markFrom, markTo, place)
        : placeOf(level, approach, price, from, to, place);
      if (its < nextPlace) {
        nextPlace = its;
        isLiquidation = true;
        market.liquidation = isByMark ? Number.NaN : level;
      }
    }
    const due = market.nextTime < closeTime ? nextDue(market) : undefined;
    if (due !== undefined && dueTime(due) < closeTime) {
      const at = way === 0 ? 0 : (way * (dueTime(due) - openTime)) / (closeTime - openTime) - gone;
      const length = Math.abs(to - from);
      const its = at <= length ? Math.max(place, length === 0 ? 0 : at / length) : Infinity;
      if (its < nextPlace) {
        price = from + its * (to - from);
        place = its;
        account.price[index] = price;
        followTrails(market, price, market.hasMark ? markFrom + its * (markTo - markFrom) : price);
        const arrival = dueTime(due);
        carryOut(matching, market, due, arrival);
        if (due.isTaking && matching.settings.fillModel !== "thisClose")
          arriveTaking(matching, market, due, price, arrival);
        continue;
      }
    }
    if (nextPlace === Infinity) break;
    const level = isLiquidation ? market.liquidation : next!.level;
    const isPassed = nextPlace === place && price !== level;
    if (!isPassed) {
      const isByMark = isLiquidation
        ? Number.isNaN(level)
        : market.hasMark && next!.triggerBy === "mark" && awaitsTrigger(next!);
      price = isByMark ? from + nextPlace * (to - from) : level;
    }
    place = nextPlace;
    account.price[index] = price;
    followTrails(market, price, market.hasMark ? markFrom + place * (markTo - markFrom) : price);
    if (isLiquidation) liquidate(matching, market, price, isPassed, time);
    else matching.reach(market, next!, price, isPassed, time);
  }
  account.price[index] = to;
  followTrails(market, to, market.hasMark ? markTo : to);
}

/** An order that takes has arrived inside the candle: at the price there, or the worst that the fill model asks for. */
function arriveTaking(
  matching: Matching,
  market: MarketState,
  order: LiveOrder,
  price: number,
  time: number,
): void {
  const isWorst = matching.settings.fillModel === "nextWorst" && order.type === "market";
  const worst = order.direction > 0 ? market.high : market.low;
  matching.take(market, order, isWorst ? worst : price, isWorst ? "worst" : "arrival", time);
}

/** Where on a leg a level is met that is approached from one side; `place` where it is passed; Infinity for not on it. */
function placeOf(
  level: number,
  approach: number,
  price: number,
  from: number,
  to: number,
  place: number,
): number {
  if (approach < 0) {
    if (price <= level) return place;
    return to <= level && to < from ? Math.max(place, (level - from) / (to - from)) : Infinity;
  }
  if (price >= level) return place;
  return to >= level && to > from ? Math.max(place, (level - from) / (to - from)) : Infinity;
}
