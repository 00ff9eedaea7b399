import { maintenanceMargin } from "./leverageTiers.ts";
import { liquidationPrice } from "./liquidationPrice.ts";
import type { MarketState } from "./marketState.ts";
import type { Exchanges } from "./setUp.ts";

/** Where a linear position is liquidated, at the prices of now; NaN where it never is. */
export function liquidationOf({ account, states }: Exchanges, market: MarketState): number {
  const { index, venueIndex } = market;
  const amount = account.amount[index];
  if (amount === 0 || market.isSpot) return Number.NaN;
  const entry = account.cost[index] / amount;
  if (!market.isCross) return liquidationPrice(amount, entry, account.isolatedMargin[index], market.tiers);
  let collateral = account.balance[venueIndex];
  for (let k = 0; k < account.openCount; k++) {
    const other = states[account.openMarkets[k]];
    const at = other.index;
    if (other.venueIndex !== venueIndex || at === index) continue;
    if (other.isSpot) collateral -= account.cost[at];
    else if (!other.isCross) collateral -= account.isolatedMargin[at];
    else {
      const notional = Math.abs(account.amount[at] * account.price[at]);
      collateral += account.unrealised(at) - maintenanceMargin(other.tiers, notional);
    }
  }
  return liquidationPrice(amount, entry, collateral, market.tiers);
}
