import type { LiveOrder } from "./liveOrder.ts";

/** Whether only its price decides when it fills: a limit order, or what a hit trigger made one. */
export function isLimit(order: LiveOrder): boolean {
  return (
    order.type === "limit" ||
    (order.isTriggered && (order.type === "stopLimit" || order.type === "takeProfitLimit"))
  );
}

/** Whether a limit order could fill at this price of the market. */
export function isMarketable(order: LiveOrder, price: number): boolean {
  return order.direction > 0 ? price <= order.price : price >= order.price;
}

/** Whether the order still waits for a trigger. */
export function awaitsTrigger(order: LiveOrder): boolean {
  return order.type !== "market" && order.type !== "limit" && !order.isTriggered;
}

/**
 * Sets the price at which the next thing happens to a resting order (its limit, its trigger, the activation of its
 * trail) and the side from which the price must come.
 */
export function aim(order: LiveOrder): void {
  const { direction, type } = order;
  if (isLimit(order)) {
    order.level = order.price;
    order.approach = -direction;
  } else if (type === "trailingStop" && !order.isTriggered) {
    if (Number.isNaN(order.bestPrice)) {
      order.level = order.trail?.activationPrice ?? Number.NaN;
      order.approach = -direction;
    } else {
      order.level = order.triggerPrice;
      order.approach = direction;
    }
  } else if ((type === "stop" || type === "stopLimit") && !order.isTriggered) {
    order.level = order.triggerPrice;
    order.approach = direction;
  } else if ((type === "takeProfit" || type === "takeProfitLimit") && !order.isTriggered) {
    order.level = order.triggerPrice;
    order.approach = -direction;
  } else {
    order.level = Number.NaN;
    order.approach = 0;
  }
}

/** Whether a price is at or beyond the level of the order. */
export function isReached(order: LiveOrder, price: number): boolean {
  return order.approach < 0 ? price <= order.level : order.approach > 0 && price >= order.level;
}

/** Lets a trailing stop that follows see a price: its trigger moves when the price is better than the best so far. */
export function follow(order: LiveOrder, price: number): void {
  const isBetter = order.direction < 0 ? !(price <= order.bestPrice) : !(price >= order.bestPrice);
  if (!isBetter || order.trail === undefined) return;
  const { distance, unit, tighter } = order.trail;
  order.bestPrice = price;
  const isTight =
    tighter !== undefined && (order.direction < 0 ? price >= tighter.fromPrice : price <= tighter.fromPrice);
  const used = isTight ? tighter.distance : distance;
  order.triggerPrice = price + order.direction * (unit === "quote" ? used : used * price);
  aim(order);
}
