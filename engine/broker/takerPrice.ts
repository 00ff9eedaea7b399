import type { LiveOrder } from "../orders/liveOrder.ts";
import { isLimit } from "../orders/orderLevels.ts";
import type { MarketState } from "./marketState.ts";
import { type Depth, depthLeft, volumeShareImpact, walkDepth } from "./slippage.ts";

/** How much the market gives an order now, in base currency: what volume and depth have left in this candle. */
export function available(market: MarketState, order: LiveOrder, price: number, isTaker: boolean): number {
  const { participation, isBounded } = market.venue;
  if (!isBounded) return Infinity;
  market.touchVolume();
  const ofVolume =
    participation === Infinity ? Infinity : Math.max(0, participation * market.volume - market.takenVolume);
  const depth = isTaker ? depthFor(market, order.direction) : undefined;
  if (depth === undefined) return ofVolume;
  return Math.min(ofVolume, depthLeft(depth, order.direction, price, takenOf(market, order.direction)));
}

/** The price that a taker gets for an amount: the market's, made worse by slippage, but never beyond a limit. */
export function takerPrice(market: MarketState, order: LiveOrder, price: number, amount: number): number {
  const { slippage } = market.venue;
  const { direction } = order;
  let fraction = 0;
  if (slippage.kind === "none") return price;
  if (slippage.kind === "fixedBps") fraction = slippage.bps / 10_000;
  else if (slippage.kind === "volumeShare") fraction = volumeShareImpact(amount, market.volume, slippage);
  else {
    const depth = depthFor(market, direction);
    if (depth === undefined) return price;
    fraction = walkDepth(depth, direction, price, takenOf(market, direction), amount);
  }
  const worse = price * (1 + direction * fraction);
  if (!isLimit(order)) return worse;
  return direction > 0 ? Math.min(worse, order.price) : Math.max(worse, order.price);
}

/** Remembers what an execution has taken of the candle's volume and of the depth. */
export function noteTaken(market: MarketState, direction: number, amount: number, isTaker: boolean): void {
  if (!market.venue.isBounded) return;
  market.touchVolume();
  market.takenVolume += amount;
  if (!isTaker) return;
  if (direction > 0) market.takenByBuys += amount;
  else market.takenBySells += amount;
}

/** What a taker walks: the asks for a buyer and the bids for a seller, or the venue's profile. */
function depthFor(market: MarketState, direction: number): Depth | undefined {
  if (market.venue.slippage.kind !== "bookWalk") return undefined;
  return (direction > 0 ? market.asks : market.bids) ?? market.venue.depth;
}

function takenOf(market: MarketState, direction: number): number {
  return direction > 0 ? market.takenByBuys : market.takenBySells;
}
