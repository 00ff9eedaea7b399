import type { LiveOrder } from "../orders/liveOrder.ts";
import type { Rejection } from "../orders/rejection.ts";
import type { LiveOrders } from "./liveOrders.ts";
import type { MarketState } from "./marketState.ts";

/** What speaks against the name that an author has given to an order. */
export function nameFault({ named }: LiveOrders, name: string | undefined): Rejection | undefined {
  if (name === undefined) return undefined;
  if (name.startsWith("#")) return "reservedClientOrderId";
  return named.has(name) ? "duplicateClientOrderId" : undefined;
}

/** What speaks against an order because of those that wait already. */
export function bookFault(live: LiveOrders, market: MarketState, order: LiveOrder): Rejection | undefined {
  if (market.count > 0) {
    if (market.orders[0].owner !== order.owner) return "marketInUse";
    if (market.count >= market.maxOpenOrders) return "tooManyOpenOrders";
  }
  return order.ocoGroup === undefined ? undefined : groupFault(live, market, order);
}

function groupFault(
  { states, ocoFills }: LiveOrders,
  market: MarketState,
  order: LiveOrder,
): Rejection | undefined {
  for (const { index, orders, count } of states) {
    if (index === market.index) continue;
    for (let k = 0; k < count; k++) {
      const other = orders[k];
      if (other.ocoGroup === order.ocoGroup && other.owner === order.owner) return "ocoAcrossMarkets";
    }
  }
  return ocoFills.isElsewhere(order) ? "ocoAcrossMarkets" : undefined;
}
