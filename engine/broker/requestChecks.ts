import type { LiveOrder } from "../orders/liveOrder.ts";
import type { Attached, OrderRequest, OrderType, TimeInForce, Trail } from "../orders/order.ts";
import type { Rejection } from "../orders/rejection.ts";
import {
  amountFault,
  ceilToStep,
  floorToStep,
  isOnStep,
  type MarketRules,
  nearestStep,
  notionalFault,
} from "./marketRules.ts";

/** What an order of each type must name, and may not name otherwise. */
const NEEDS: Readonly<Record<OrderType, { price: boolean; trigger: boolean; trail: boolean }>> = {
  market: { price: false, trigger: false, trail: false },
  limit: { price: true, trigger: false, trail: false },
  stop: { price: false, trigger: true, trail: false },
  stopLimit: { price: true, trigger: true, trail: false },
  takeProfit: { price: false, trigger: true, trail: false },
  takeProfitLimit: { price: true, trigger: true, trail: false },
  trailingStop: { price: false, trigger: false, trail: true },
};

const TIMES: readonly TimeInForce[] = ["GTC", "IOC", "FOK", "GTD"];

/** Copies a request into the order that it becomes; nothing is checked yet. */
export function copyRequest(order: LiveOrder, request: OrderRequest, triggerBy: "last" | "mark"): void {
  order.givenId = request.clientOrderId;
  order.side = request.side === "sell" ? "sell" : "buy";
  order.direction = order.side === "sell" ? -1 : 1;
  order.type = request.type;
  order.amount = request.amount;
  order.price = request.price ?? Number.NaN;
  order.triggerPrice = request.triggerPrice ?? Number.NaN;
  order.triggerBy = request.triggerBy ?? triggerBy;
  order.trail = request.trail;
  order.timeInForce = request.timeInForce ?? "GTC";
  order.expireTime = request.expireTime ?? Number.NaN;
  order.postOnly = request.postOnly ?? false;
  order.reduceOnly = request.reduceOnly ?? false;
  order.cutToBalance = request.cutToBalance ?? false;
  order.rounding = request.rounding ?? "reject";
  order.ocoGroup = request.ocoGroup;
  order.attached = request.attached;
  order.leverage = request.leverage ?? Number.NaN;
  order.tag = request.tag;
}

/** Rounds an order to the market's steps where it asks for it: amounts down, limits away from the market. */
export function roundToMarket(order: LiveOrder, { amountStep, priceTick }: MarketRules): void {
  if (order.rounding !== "toMarket") return;
  order.amount = floorToStep(order.amount, amountStep);
  order.price = roundLimit(order.price, order.direction, priceTick);
  order.triggerPrice = nearestStep(order.triggerPrice, priceTick);
}

/** A limit price rounded away from the market: a buyer's down, a seller's up. */
export function roundLimit(price: number, direction: number, tick: number): number {
  return direction > 0 ? floorToStep(price, tick) : ceilToStep(price, tick);
}

/**
 * What is wrong with an order by itself, whatever the account holds; undefined when nothing is.
 *
 * @param request What it was made from: a request may name a price that its type does not take.
 * @param lastPrice NaN where the market has had none: then nothing is compared with it.
 */
export function requestFault(
  order: LiveOrder,
  request: OrderRequest,
  rules: MarketRules,
  isSpot: boolean,
  lastPrice: number,
): Rejection | undefined {
  return (
    wordFault(request) ??
    amountFault(rules, order.amount) ??
    shapeFault(order, request) ??
    timeFault(order) ??
    tickFault(order, rules) ??
    leverageFault(order, isSpot) ??
    notionalFault(rules, order.amount * expectedPrice(order, lastPrice), order.reduceOnly) ??
    (order.attached === undefined
      ? undefined
      : attachedFault(order, order.attached, rules, expectedPrice(order, lastPrice)))
  );
}

/** Where an order would fill as far as is known: its limit, its trigger, else the last price. */
export function expectedPrice(order: LiveOrder, lastPrice: number): number {
  if (!Number.isNaN(order.price)) return order.price;
  return Number.isNaN(order.triggerPrice) ? lastPrice : order.triggerPrice;
}

/** Strategies are written in JavaScript as well: what a type forbids may come all the same. */
function wordFault({ side, type, timeInForce, triggerBy }: OrderRequest): Rejection | undefined {
  if (side !== "buy" && side !== "sell") return "sideInvalid";
  if (!Object.hasOwn(NEEDS, type)) return "typeInvalid";
  if (timeInForce !== undefined && !TIMES.includes(timeInForce)) return "timeInForceInvalid";
  return triggerBy === undefined || triggerBy === "last" || triggerBy === "mark"
    ? undefined
    : "triggerByInvalid";
}

function shapeFault(order: LiveOrder, request: OrderRequest): Rejection | undefined {
  const needs = NEEDS[order.type];
  if (request.price === undefined) {
    if (needs.price) return "priceMissing";
  } else if (!needs.price) return "priceUnexpected";
  else if (!isPrice(request.price)) return "priceInvalid";
  if (request.triggerPrice === undefined) {
    if (needs.trigger) return "triggerPriceMissing";
  } else if (!needs.trigger) return "triggerPriceUnexpected";
  else if (!isPrice(request.triggerPrice)) return "triggerPriceInvalid";
  if (order.trail === undefined) return needs.trail ? "trailMissing" : undefined;
  if (!needs.trail) return "trailUnexpected";
  return isTrail(order.trail) ? undefined : "trailInvalid";
}

/** The same for an order that needs nothing but an amount. */
export function orderFault(order: LiveOrder, rules: MarketRules, lastPrice: number): Rejection | undefined {
  return amountFault(rules, order.amount) ?? notionalFault(rules, order.amount * lastPrice, order.reduceOnly);
}

function timeFault(order: LiveOrder): Rejection | undefined {
  const { timeInForce, expireTime, submitTime } = order;
  if (timeInForce === "GTD") {
    if (Number.isNaN(expireTime)) return "expireTimeMissing";
    if (!(expireTime > submitTime)) return "expireTimePast";
  } else if (!Number.isNaN(expireTime)) return "expireTimeUnexpected";
  if (order.postOnly && (order.type !== "limit" || timeInForce === "IOC" || timeInForce === "FOK")) {
    return "postOnlyNotLimit";
  }
  return undefined;
}

/** What a limit or trigger price off the market's tick is called, or undefined. */
export function tickFault(order: LiveOrder, { priceTick }: MarketRules): Rejection | undefined {
  if (!Number.isNaN(order.price)) {
    if (!(order.price > 0)) return "priceInvalid";
    if (!isOnStep(order.price, priceTick)) return "priceOffTick";
  }
  if (Number.isNaN(order.triggerPrice)) return undefined;
  if (!(order.triggerPrice > 0)) return "triggerPriceInvalid";
  return isOnStep(order.triggerPrice, priceTick) ? undefined : "triggerPriceOffTick";
}

function leverageFault({ leverage }: LiveOrder, isSpot: boolean): Rejection | undefined {
  if (Number.isNaN(leverage)) return undefined;
  return leverage >= 1 && leverage < Infinity && !(isSpot && leverage !== 1) ? undefined : "leverageInvalid";
}

function attachedFault(
  order: LiveOrder,
  { stopLoss, trailingStop, takeProfit }: Attached,
  rules: MarketRules,
  entryPrice: number,
): Rejection | undefined {
  if (order.reduceOnly) return "attachedToReduceOnly";
  const isStrict = order.rounding !== "toMarket";
  const isOffTick = (price: number): boolean => isStrict && !isOnStep(price, rules.priceTick);
  const { direction } = order;
  if (stopLoss !== undefined) {
    const { triggerPrice, price } = stopLoss;
    if (!isPrice(triggerPrice)) return "triggerPriceInvalid";
    if (price !== undefined && !isPrice(price)) return "priceInvalid";
    if (isOffTick(triggerPrice)) return "triggerPriceOffTick";
    if (price !== undefined && isOffTick(price)) return "priceOffTick";
    if (direction * (triggerPrice - entryPrice) >= 0) return "stopOnWrongSide";
  }
  if (trailingStop !== undefined && !isTrail(trailingStop)) return "trailInvalid";
  if (takeProfit === undefined) return undefined;
  const rungs = "ladder" in takeProfit ? takeProfit.ladder : [{ price: takeProfit.price, fraction: 1 }];
  let sum = 0;
  for (const { price, fraction } of rungs) {
    if (!isPrice(price)) return "priceInvalid";
    if (isOffTick(price)) return "priceOffTick";
    if (direction * (price - entryPrice) <= 0) return "targetOnWrongSide";
    if (!(fraction > 0)) return "ladderInvalid";
    sum += fraction;
  }
  return rungs.length > 0 && sum <= 1 + 1e-9 ? undefined : "ladderInvalid";
}

function isPrice(price: number): boolean {
  return price > 0 && price < Infinity;
}

function isTrail({ distance, unit, activationPrice, tighter }: Trail): boolean {
  const isDistance = (given: number): boolean => given > 0 && given < (unit === "fraction" ? 1 : Infinity);
  if (!isDistance(distance) || (activationPrice !== undefined && !isPrice(activationPrice))) return false;
  if (tighter === undefined) return true;
  // A distance that grew would move the trigger back.
  return isPrice(tighter.fromPrice) && isDistance(tighter.distance) && tighter.distance <= distance;
}
