import { liquidationOf } from "./liquidationLevel.ts";
import type { MarketState } from "./marketState.ts";
import type { Matching } from "./matching.ts";

/** Finds anew what a market's next candle must be looked at for. */
export function refresh(matching: Matching, market: MarketState): void {
  const { account } = matching;
  const amount = account.amount[market.index];
  market.liquidation = amount === 0 || market.isSpot ? Number.NaN : liquidationOf(matching, market);
  // A cross position's liquidation moves with the other positions of its venue, one by mark with the mark.
  const isMoving =
    !Number.isNaN(market.liquidation) &&
    ((market.isCross && account.openCount > 1) || (matching.settings.triggerBy === "mark" && market.hasMark));
  market.refresh(amount, isMoving);
  if (market.nextTime < matching.nextDue) matching.nextDue = market.nextTime;
}

/** Finds anew what the venue's wallet has changed for its other cross positions. */
export function refreshCross(matching: Matching, venue: number): void {
  if (!matching.venues[venue].hasCross) return;
  const { account, states } = matching;
  for (let k = 0; k < account.openCount; k++) {
    const market = states[account.openMarkets[k]];
    if (market.isCross && market.venueIndex === venue) refresh(matching, market);
  }
}

/** The first time at which anything under way arrives, or an order expires, on any market. */
export function seekDue(matching: Matching): number {
  matching.nextDue = Number.POSITIVE_INFINITY;
  for (const { nextTime } of matching.states) if (nextTime < matching.nextDue) matching.nextDue = nextTime;
  return matching.nextDue;
}
