import { fractionSize, refuse } from "./refuse.ts";
import type { Size, SizingInput } from "./sizing.ts";

/**
 * The fraction of the equity at which the position's annual volatility is the target: target ÷ volatility of the symbol
 * (Moreira and Muir 2017, "Volatility-Managed Portfolios", with the deviation instead of the variance). Calm markets
 * ask for more than the equity; `maxFraction`, 1 unless told, keeps to it.
 */
export function volatilityTarget(
  { targetVolatility, maxFraction = 1 }: { readonly targetVolatility: number; readonly maxFraction?: number },
  { equity, price, annualVolatility }: SizingInput,
): Size {
  if (!(annualVolatility > 0)) {
    return refuse(
      "noVolatility",
      `volatilityTarget: the symbol's annual volatility is ${annualVolatility}; expected a number above 0. ` +
        "It is known once there are enough candles.",
    );
  }
  return fractionSize(equity, price, targetVolatility / annualVolatility, maxFraction);
}
