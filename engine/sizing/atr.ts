import { fractionSize, refuse } from "./refuse.ts";
import type { Size, SizingInput } from "./sizing.ts";

/**
 * The amount that loses `riskFraction` of the equity when the price moves `multiple` average true ranges against it:
 * equity × risk ÷ (multiple × ATR). The Turtles' unit is `riskFraction` 0.01 and `multiple` 1 (Faith 2003).
 */
export function atrSize(
  {
    riskFraction,
    multiple,
    maxFraction,
  }: { readonly riskFraction: number; readonly multiple: number; readonly maxFraction?: number },
  { equity, price, atr }: SizingInput,
): Size {
  if (!(atr > 0)) {
    return refuse(
      "noAtr",
      `atr: the average true range is ${atr}; expected a number above 0. It is known once there are enough candles.`,
    );
  }
  return fractionSize(equity, price, (riskFraction * price) / (multiple * atr), maxFraction);
}
