import { liquidationOf } from "./liquidationLevel.ts";
import type { MarketState } from "./marketState.ts";
import type { Matching } from "./matching.ts";
import { refreshCross } from "./refresh.ts";

/**
 * The exchange takes a position over: it leaves whole at `price`, for the taker's and the liquidation fee. A loss beyond
 * what the position may lose (its margin, or with cross margin the wallet) is the insurance fund's, so that the wallet
 * loses no more; it is booked against the fee. The market's orders end.
 */
export function liquidate(
  matching: Matching,
  market: MarketState,
  price: number,
  isGapped: boolean,
  time: number,
): void {
  const { account } = matching;
  const { index, venue, venueIndex } = market;
  const held = account.amount[index];
  const amount = Math.abs(held);
  const order = matching.orders.newOrder(account.owner[index], index, market.symbol, time);
  order.direction = held > 0 ? -1 : 1;
  order.side = held > 0 ? "sell" : "buy";
  order.amount = amount;
  order.reduceOnly = true;
  order.role = "liquidation";
  matching.orders.enter(market, order, time);
  matching.orders.accept(order, time);

  venue.fees.at(time);
  const notional = amount * price;
  const takerFee = notional * venue.fees.takerRate + venue.fees.perFill;
  const liquidationFee = notional * market.liquidationFeeRate;
  const left = atStake(matching, market) + held * price - account.cost[index] - takerFee - liquidationFee;
  const cover = Math.max(0, -left);
  const fee = takerFee + liquidationFee - cover;
  const reason = isGapped ? "liquidationGapped" : "liquidation";
  const leverage = account.leverage[index];
  matching.execute(market, order, price, price, amount, fee, leverage, "taker", reason, time);
  matching.listener.onLiquidation(index, time, price, amount, liquidationFee, cover);
  while (market.count > 0) matching.orders.end(market, market.orders[0], "cancel", "liquidated", time);
  refreshCross(matching, venueIndex);
}

/** What the position may lose at most: its isolated margin, or the wallet without what others hold of it. */
function atStake({ account, states }: Matching, market: MarketState): number {
  if (!market.isCross) return account.isolatedMargin[market.index];
  let wallet = account.balance[market.venueIndex];
  for (let k = 0; k < account.openCount; k++) {
    const other = states[account.openMarkets[k]];
    if (other.venueIndex !== market.venueIndex) continue;
    if (other.isSpot) wallet -= account.cost[other.index];
    else if (!other.isCross) wallet -= account.isolatedMargin[other.index];
  }
  return wallet;
}

/** Whether a market's position is at or beyond its liquidation at a price. */
export function isLiquidated(matching: Matching, market: MarketState, price: number): boolean {
  const amount = matching.account.amount[market.index];
  if (amount === 0 || market.isSpot) return false;
  const level = liquidationOf(matching, market);
  return amount > 0 ? price <= level : price >= level;
}
