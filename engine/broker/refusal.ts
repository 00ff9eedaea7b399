import type { LiveOrder } from "../orders/liveOrder.ts";
import { type Rejection, refusalMessage } from "../orders/rejection.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { MarketState } from "./marketState.ts";

/** Spells out why an order was refused: what it was, and what of the market or the account it ran into. */
export function explain(
  reason: Rejection,
  order: LiveOrder,
  market: MarketState | undefined,
  account: Portfolio,
): string {
  return refusalMessage(
    reason,
    `got ${describe(order)}${market === undefined ? "" : context(reason, market, account)}`,
  );
}

function describe(order: LiveOrder): string {
  const { side, type, amount, symbol, price, triggerPrice, timeInForce, postOnly, reduceOnly, leverage } =
    order;
  const parts = [`${side} ${type} ${amount} ${symbol}`];
  if (order.givenId !== undefined) parts.push(`"${order.givenId}"`);
  if (!Number.isNaN(price)) parts.push(`price ${price}`);
  if (!Number.isNaN(triggerPrice)) parts.push(`triggerPrice ${triggerPrice}`);
  if (timeInForce !== "GTC") parts.push(timeInForce);
  if (!Number.isNaN(order.expireTime)) parts.push(`expireTime ${order.expireTime}`);
  if (postOnly) parts.push("postOnly");
  if (reduceOnly) parts.push("reduceOnly");
  if (!Number.isNaN(leverage)) parts.push(`leverage ${leverage}`);
  if (order.trail !== undefined) parts.push(`trail ${JSON.stringify(order.trail)}`);
  if (order.attached !== undefined) parts.push(`attached ${JSON.stringify(order.attached)}`);
  return parts.join(", ");
}

function context(reason: Rejection, market: MarketState, account: Portfolio): string {
  const { rules, index } = market;
  switch (reason) {
    case "amountOffStep":
      return `; amountStep is ${rules.amountStep}`;
    case "amountBelowMinimum":
      return `; minAmount is ${rules.minAmount}`;
    case "amountAboveMaximum":
      return `; maxAmount is ${rules.maxAmount}`;
    case "notionalBelowMinimum":
      return `; minNotional is ${rules.minNotional}`;
    case "notionalAboveMaximum":
      return `; maxNotional is ${rules.maxNotional}`;
    case "priceOffTick":
    case "triggerPriceOffTick":
      return `; priceTick is ${rules.priceTick}`;
    case "triggersAtOnce":
    case "postOnlyWouldCross":
    case "stopOnWrongSide":
    case "targetOnWrongSide":
      return `; the last price is ${account.price[index]}`;
    case "insufficientBalance":
      return `; ${account.free(market.venueIndex)} is free on ${market.venue.exchange}`;
    case "insufficientBase":
    case "shortOnSpot":
    case "reduceOnlyWithoutPosition":
      return `; the position is ${account.amount[index]}`;
    case "leverageAboveTier":
      return `; the position is ${account.amount[index]}, the tiers are ${JSON.stringify(market.tiers)}`;
    case "tooManyOpenOrders":
      return `; maxOpenOrders is ${market.maxOpenOrders}`;
    case "marketInUse":
      return `; it is strategy ${account.owner[index]}'s`;
    default:
      return "";
  }
}
