import { fractionSize, refuse } from "./refuse.ts";
import type { Size, SizingInput } from "./sizing.ts";

/**
 * The amount that loses `riskFraction` of the equity when the stop is hit at its price: equity × risk ÷ |price − stop|
 * (Tharp's percent risk model). Fees and slippage come on top of the loss.
 */
export function riskPerTrade(
  { riskFraction, maxFraction }: { readonly riskFraction: number; readonly maxFraction?: number },
  { equity, price, stopPrice }: SizingInput,
): Size {
  const distance = Math.abs(price - stopPrice);
  if (!(distance > 0)) {
    const given = Number.isNaN(distance) ? "there is no stop" : `the stop is the price itself, ${price}`;
    return refuse(
      "noStop",
      `riskPerTrade: ${given}, so no amount loses ${riskFraction} of the equity. Give the signal a stopPrice or the strategy a stopLoss.`,
    );
  }
  return fractionSize(equity, price, (riskFraction * price) / distance, maxFraction);
}
