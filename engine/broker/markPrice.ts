import { isLimit } from "../orders/orderLevels.ts";
import { hasEnded } from "../orders/transitions.ts";
import { isLiquidated, liquidate } from "./liquidate.ts";
import type { MarketState } from "./marketState.ts";
import type { Matching } from "./matching.ts";
import { followTrails } from "./walk.ts";

/** A mark price between candles: triggers and liquidation that look at it act, at the last price. */
export function actAtMark(matching: Matching, market: MarketState, time: number): void {
  const price = market.markClose;
  const last = matching.account.price[market.index];
  for (let k = 0; k < market.count; ) {
    const order = market.orders[k];
    const isByMark =
      order.triggerBy === "mark" && order.approach !== 0 && order.isAccepted && !isLimit(order);
    const isReached = order.approach < 0 ? price <= order.level : price >= order.level;
    if (isByMark && isReached) {
      const { approach } = order;
      matching.reach(market, order, last, true, time);
      // One whose trigger made it wait has another aim now, so the search comes to an end.
      k = order.approach === approach && !hasEnded(order.status) ? k + 1 : 0;
    } else k++;
  }
  followTrails(market, last, price);
  if (matching.settings.triggerBy === "mark" && isLiquidated(matching, market, price)) {
    liquidate(matching, market, last, true, time);
  }
}
