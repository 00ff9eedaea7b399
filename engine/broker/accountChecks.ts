import type { LiveOrder } from "../orders/liveOrder.ts";
import { awaitsTrigger, isMarketable, isReached } from "../orders/orderLevels.ts";
import type { Rejection } from "../orders/rejection.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import { maxLeverage } from "./leverageTiers.ts";
import { floorToStep, type MarketRules } from "./marketRules.ts";
import type { MarketState } from "./marketState.ts";
import { expectedPrice } from "./requestChecks.ts";

/** Sums in floating point may miss their bound by so much and still hold it. */
export const TOLERANCE = 1e-9;

/**
 * What speaks against an order when it reaches the market: the position, its own price against the market's, the
 * leverage. Balance is looked at where it is set aside or spent. undefined when nothing does.
 */
export function accountFault(
  market: MarketState,
  order: LiveOrder,
  account: Portfolio,
): Rejection | undefined {
  const held = account.amount[market.index];
  const owner = account.owner[market.index];
  if (owner !== -1 && owner !== order.owner) return "marketInUse";
  const isOpposing = held * order.direction < 0;
  if (order.reduceOnly && !isOpposing) return "reduceOnlyWithoutPosition";
  if (market.isSpot && order.direction < 0 && !order.reduceOnly) {
    if (!isOpposing) return "shortOnSpot";
    if (order.amount + offered(market, order) > held * (1 + TOLERANCE)) return "insufficientBase";
  }
  const price = account.price[market.index];
  if (order.postOnly && isMarketable(order, price)) return "postOnlyWouldCross";
  if (
    awaitsTrigger(order) &&
    order.type !== "trailingStop" &&
    isReached(order, triggerView(market, order, price))
  ) {
    return "triggersAtOnce";
  }
  return market.isSpot || order.reduceOnly ? undefined : leverageFault(market, order, account, held, price);
}

/** The price that an order's trigger looks at, as it was last seen. */
export function triggerView(market: MarketState, order: LiveOrder, lastPrice: number): number {
  return order.triggerBy === "mark" && market.hasMark ? market.markClose : lastPrice;
}

function leverageFault(
  market: MarketState,
  order: LiveOrder,
  account: Portfolio,
  held: number,
  price: number,
): Rejection | undefined {
  const after = held + order.direction * (order.amount - order.filled);
  if (Math.abs(after) <= Math.abs(held)) return undefined;
  const notional = Math.abs(after) * expectedPrice(order, price);
  return maxLeverage(market.tiers, notional) < openingLeverage(market, order, account)
    ? "leverageAboveTier"
    : undefined;
}

/** The leverage of what an order opens: that of the position it adds to, else its own, else the market's. */
export function openingLeverage(market: MarketState, order: LiveOrder, account: Portfolio): number {
  if (market.isSpot) return 1;
  if (account.amount[market.index] * order.direction > 0) return account.leverage[market.index];
  return Number.isNaN(order.leverage) ? market.leverage : order.leverage;
}

/** What resting sell limits besides this one's group already offer of a spot holding, in base currency. */
function offered(market: MarketState, order: LiveOrder): number {
  let sum = 0;
  for (let k = 0; k < market.count; k++) {
    const other = market.orders[k];
    const isCounted = other !== order && other.direction < 0 && other.type === "limit" && !other.reduceOnly;
    const isOfGroup = order.ocoGroup !== undefined && other.ocoGroup === order.ocoGroup;
    if (isCounted && !isOfGroup) sum += other.amount - other.filled;
  }
  return sum;
}

/**
 * What an order that is to rest in the book sets aside: margin (or the whole price, on spot) and taker's fee of what it
 * would open, at its limit. Only limits set aside; an order that waits for a trigger pays when it fills.
 */
export function setAside(market: MarketState, order: LiveOrder, account: Portfolio): number {
  if (order.type !== "limit" || order.reduceOnly || (market.isSpot && order.direction < 0)) return 0;
  const held = account.amount[market.index];
  const remaining = order.amount - order.filled;
  const opening = held * order.direction < 0 ? Math.max(0, remaining - Math.abs(held)) : remaining;
  const { takerRate, perFill } = market.venue.fees;
  const perUnit = order.price * (1 / openingLeverage(market, order, account) + Math.max(0, takerRate));
  return opening > 0 ? opening * perUnit + Math.max(0, perFill) : 0;
}

/**
 * What the orders of a venue that will reduce at the next chance are expected to free, at the last prices: it counts
 * for orders handed in after them.
 */
export function expectedRelease(states: readonly MarketState[], venue: number, account: Portfolio): number {
  let sum = 0;
  for (const market of states) {
    const held = account.amount[market.index];
    if (market.venueIndex !== venue || held === 0) continue;
    let left = Math.abs(held);
    for (let k = 0; k < market.count; k++) {
      const order = market.orders[k];
      if (!order.isTaking || held * order.direction > 0) continue;
      const amount = Math.min(left, order.amount - order.filled);
      left -= amount;
      sum += releaseOf(market, account, amount, account.price[market.index]);
    }
  }
  return sum;
}

/** What reducing a position by an amount at a price frees in its wallet, after the taker's fee. */
export function releaseOf(market: MarketState, account: Portfolio, amount: number, price: number): number {
  const { index, isSpot, isCross } = market;
  const held = account.amount[index];
  const part = Math.min(1, amount / Math.abs(held));
  const profit = (held * price - account.cost[index]) * part;
  const fee = amount * price * market.venue.fees.takerRate;
  if (isSpot) return account.cost[index] * part + profit - fee;
  if (!isCross) return account.isolatedMargin[index] * part + profit - fee;
  // A cross position's unrealised profit counts as free already.
  const margin = Math.abs(account.cost[index]) / account.leverage[index];
  return (margin - account.unrealised(index)) * part + profit - fee;
}

/**
 * How much of an amount that opens a position the balance pays for: all of it, what an order that asks for it is cut
 * to, or 0. What it closes before pays for itself.
 */
export function payableAmount(
  market: MarketState,
  order: LiveOrder,
  account: Portfolio,
  price: number,
  rate: number,
  leverage: number,
  amount: number,
): number {
  const held = account.amount[market.index];
  const closing = held * order.direction < 0 ? Math.abs(held) : 0;
  let free = account.free(market.venueIndex) + order.reserved - market.venue.fees.perFill;
  if (closing > 0) free += releaseOf(market, account, closing, price);
  return payableOf(free, closing, price, rate, leverage, amount, order.cutToBalance, market.rules);
}

/** The same from numbers: `free` pays for what of `amount` is not `closing`. */
export function payableOf(
  free: number,
  closing: number,
  price: number,
  rate: number,
  leverage: number,
  amount: number,
  isCut: boolean,
  { amountStep, minAmount, minNotional }: MarketRules,
): number {
  const affordable = free / (price * (1 / leverage + rate));
  if (amount - closing <= affordable * (1 + TOLERANCE)) return amount;
  if (!isCut) return 0;
  const cut = closing + Math.max(0, floorToStep(affordable, amountStep));
  return cut >= minAmount && cut * price >= minNotional ? cut : 0;
}
