import type { LiveOrder } from "../orders/liveOrder.ts";
import { awaitsTrigger, isMarketable, isReached } from "../orders/orderLevels.ts";
import type { Rejection } from "../orders/rejection.ts";
import { hasEnded } from "../orders/transitions.ts";
import { setAside, TOLERANCE, triggerView } from "./accountChecks.ts";
import { amountFault, floorToStep, nearestStep, notionalFault } from "./marketRules.ts";
import type { MarketState } from "./marketState.ts";
import type { Matching } from "./matching.ts";
import { expectedPrice, roundLimit, tickFault } from "./requestChecks.ts";

/** When the next instruction on its way to this order arrives; Infinity for none. */
export function dueTime(order: LiveOrder): number {
  let due = Number.POSITIVE_INFINITY;
  if (order.arrivalTime < due) due = order.arrivalTime;
  if (order.replaceTime < due) due = order.replaceTime;
  if (order.cancelTime < due) due = order.cancelTime;
  return due;
}

/** The order whose instruction arrives first, the older order where two arrive together. */
export function nextDue(market: MarketState): LiveOrder | undefined {
  let next: LiveOrder | undefined;
  let due = Number.POSITIVE_INFINITY;
  for (let k = 0; k < market.count; k++) {
    const its = dueTime(market.orders[k]);
    if (its < due) {
      due = its;
      next = market.orders[k];
    }
  }
  return next;
}

/** An instruction arrives: the order itself, a change of it, or its cancellation. */
export function carryOut(matching: Matching, market: MarketState, order: LiveOrder, time: number): void {
  const due = dueTime(order);
  if (order.arrivalTime === due) {
    order.arrivalTime = Number.NaN;
    if (order.waitBars === 0) matching.orders.arrive(market, order, time);
  } else if (order.replaceTime === due) {
    order.replaceTime = Number.NaN;
    replace(matching, market, order, time);
  } else {
    order.cancelTime = Number.NaN;
    matching.orders.end(market, order, "cancel", order.cancelReason, time);
  }
}

/** Carries out what has arrived by the open of a candle, and ends what has expired by it, in order of time. */
export function settleDue(matching: Matching, market: MarketState, openTime: number): void {
  for (let next = nextDue(market); next !== undefined && dueTime(next) <= openTime; next = nextDue(market)) {
    if (!expireDue(matching, market, dueTime(next))) carryOut(matching, market, next, dueTime(next));
  }
  expireDue(matching, market, openTime);
}

/**
 * The same at the close of a candle that is missing. As with one that is there, what expires at its close has expired,
 * and what arrives at its close is the next one's to see to.
 */
export function settleGap(matching: Matching, market: MarketState, closeTime: number): void {
  for (let next = nextDue(market); next !== undefined && dueTime(next) < closeTime; next = nextDue(market)) {
    if (!expireDue(matching, market, dueTime(next))) carryOut(matching, market, next, dueTime(next));
  }
  expireDue(matching, market, closeTime);
}

/** Ends the orders whose time has come; says whether there were any. */
export function expireDue(matching: Matching, market: MarketState, time: number): boolean {
  let hasExpired = false;
  for (let k = 0; k < market.count; ) {
    const order = market.orders[k];
    if (order.expireTime <= time) {
      matching.orders.end(market, order, "expire", "expired", order.expireTime);
      hasExpired = true;
      k = 0;
    } else k++;
  }
  return hasExpired;
}

/** When the next order of a market expires; Infinity for none. */
export function nextExpiry(market: MarketState): number {
  let next = Number.POSITIVE_INFINITY;
  for (let k = 0; k < market.count; k++) {
    if (market.orders[k].expireTime < next) next = market.orders[k].expireTime;
  }
  return next;
}

/** Asks for a change of a live order; NaN leaves a value as it is. undefined when done or under way. */
export function requestReplace(
  matching: Matching,
  market: MarketState,
  order: LiveOrder,
  amount: number,
  price: number,
  triggerPrice: number,
  time: number,
): Rejection | undefined {
  if (hasEnded(order.status)) return "orderFinished";
  if (order.status === "pendingReplace" || order.status === "pendingCancel") return "orderChanging";
  if (!order.isAccepted) return "orderNotAccepted";
  const { priceTick, amountStep } = market.rules;
  const isRounded = order.rounding === "toMarket";
  order.replaceAmount = isRounded ? floorToStep(amount, amountStep) : amount;
  order.replacePrice = isRounded ? roundLimit(price, order.direction, priceTick) : price;
  order.replaceTrigger = isRounded ? nearestStep(triggerPrice, priceTick) : triggerPrice;
  const { amendMs } = market.venue;
  if (amendMs === 0) {
    const fault = replaceFault(matching, market, order);
    if (fault !== undefined) return fault;
    matching.orders.note(order, "requestReplace", time, "");
    apply(matching, market, order, time);
    return undefined;
  }
  matching.orders.note(order, "requestReplace", time, "");
  order.replaceTime = time + amendMs;
  return undefined;
}

/** A change arrives: it is made, or refused with its reason and the order stays as it was. */
function replace(matching: Matching, market: MarketState, order: LiveOrder, time: number): void {
  const fault = replaceFault(matching, market, order);
  if (fault === undefined) apply(matching, market, order, time);
  else matching.orders.note(order, "rejectReplace", time, fault);
}

/** What speaks against the change that an order carries. */
function replaceFault(matching: Matching, market: MarketState, order: LiveOrder): Rejection | undefined {
  const { amount, price, triggerPrice } = order;
  const { replaceAmount, replacePrice, replaceTrigger } = order;
  if (!Number.isNaN(replaceAmount)) {
    if (replaceAmount <= order.filled) return "amountBelowFilled";
    const fault = amountFault(market.rules, replaceAmount);
    if (fault !== undefined) return fault;
  }
  if (!Number.isNaN(replacePrice) && Number.isNaN(price)) return "priceUnexpected";
  if (!Number.isNaN(replaceTrigger) && (!awaitsTrigger(order) || order.type === "trailingStop")) {
    return "triggerPriceUnexpected";
  }
  // Tried on, and taken off again: whether it fits is known only with it on.
  wear(order);
  const fault = wornFault(matching, market, order);
  order.amount = amount;
  order.price = price;
  order.triggerPrice = triggerPrice;
  return fault;
}

function wear(order: LiveOrder): void {
  if (!Number.isNaN(order.replaceAmount)) order.amount = order.replaceAmount;
  if (!Number.isNaN(order.replacePrice)) order.price = order.replacePrice;
  if (!Number.isNaN(order.replaceTrigger)) order.triggerPrice = order.replaceTrigger;
}

function wornFault(matching: Matching, market: MarketState, order: LiveOrder): Rejection | undefined {
  const { account } = matching;
  const last = account.price[market.index];
  const fault =
    tickFault(order, market.rules) ??
    notionalFault(market.rules, order.amount * expectedPrice(order, last), order.reduceOnly);
  if (fault !== undefined) return fault;
  if (order.postOnly && isMarketable(order, last)) return "postOnlyWouldCross";
  if (awaitsTrigger(order) && order.type !== "trailingStop") {
    const { level } = order;
    order.level = order.triggerPrice;
    const isAtOnce = isReached(order, triggerView(market, order, last));
    order.level = level;
    if (isAtOnce) return "triggersAtOnce";
  }
  const more = setAside(market, order, account) - order.reserved;
  return more > 0 && more > account.free(market.venueIndex) * (1 + TOLERANCE)
    ? "insufficientBalance"
    : undefined;
}

/** Makes the change. A new price or a larger amount takes a new place among the orders at its price. */
function apply(matching: Matching, market: MarketState, order: LiveOrder, time: number): void {
  const { amount, price, triggerPrice } = order;
  wear(order);
  if (order.price !== price || order.triggerPrice !== triggerPrice || order.amount > amount) {
    market.remove(order);
    order.priority = ++matching.orders.lastPriority;
    market.add(order);
  }
  matching.orders.note(order, "replace", time, "");
  if (hasEnded(order.status)) return;
  matching.orders.place(market, order, time);
}
