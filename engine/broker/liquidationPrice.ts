import type { LeverageTier } from "./leverageTiers.ts";

/**
 * The price at which a linear position's margin falls to its maintenance margin: Binance's closed form in one-way mode.
 *
 * `(collateral + cum − amount × entry) / (|amount| × rate − amount)`, amount signed. The tier is the one in which the
 * price that comes out lies. NaN where no price above zero does it, as for a long without leverage.
 * Source: "How to Calculate Liquidation Price of USDⓈ-M Futures Contracts", binance.com/en/support.
 *
 * @param amount Signed, base currency, not 0.
 * @param collateral What the position may lose, in quote currency. Isolated: its margin. Cross: the wallet without
 *   isolated margins, plus the other cross positions' unrealised profit, less their maintenance margins.
 */
export function liquidationPrice(
  amount: number,
  entryPrice: number,
  collateral: number,
  tiers: readonly Required<LeverageTier>[],
): number {
  const size = Math.abs(amount);
  let floor = 0;
  for (let i = 0; i < tiers.length; i++) {
    const { maintenanceMarginRate, maintenanceAmount, maxNotional } = tiers[i];
    const price =
      (collateral + maintenanceAmount - amount * entryPrice) / (size * maintenanceMarginRate - amount);
    const notional = size * price;
    const isLast = i === tiers.length - 1;
    // Continuous maintenance amounts leave exactly one tier that agrees with its own price; those that are given
    // may leave none, and then the last one that lies beyond its floor holds.
    if (price > 0 && notional > floor && (notional <= maxNotional || isLast)) return price;
    floor = maxNotional;
  }
  const { maintenanceMarginRate, maintenanceAmount } = tiers[0];
  const price =
    (collateral + maintenanceAmount - amount * entryPrice) / (size * maintenanceMarginRate - amount);
  return price > 0 ? price : Number.NaN;
}
