import { closeAll } from "./closing.ts";
import { leave } from "./dealing/leave.ts";
import type { House } from "./house.ts";

/** Does what the risk rules ask for. */
export function obeyGuard(house: House, time: number): void {
  for (const action of house.guard.takeActions()) {
    switch (action.kind) {
      case "pause":
        if (action.cancelsResting) {
          for (let m = 0; m < house.desks.length; m++) {
            const { scope } = action;
            const isMeant =
              scope.kind === "account" ||
              (scope.kind === "market" && scope.market === m) ||
              (scope.kind === "exchange" && scope.exchange === house.settings.markets[m].exchange);
            if (isMeant) cancelResting(house, m, time, action.rule);
          }
        }
        break;
      case "cancelResting":
        cancelResting(house, action.market, time, action.rule);
        break;
      case "closePosition": {
        const run = house.runs[house.ownerOf[action.market]];
        if (run !== undefined) leave(house, run, action.market, action.rule, time);
        break;
      }
      case "closeAllAndStop":
        closeAll(house, time, action.rule);
        break;
      case "resize":
        // The guard's `sizeFactor` says it to every entry.
        break;
    }
  }
}

function cancelResting({ broker }: House, market: number, time: number, reason: string): void {
  for (const order of broker.openOrders(-1, market)) {
    if (!order.reduceOnly) broker.cancelOrder(order, time, reason);
  }
}
