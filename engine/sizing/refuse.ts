import type { Size, SizeRefusal } from "./sizing.ts";

/** No size, and why. */
export function refuse(refusal: SizeRefusal, message: string): Size {
  return { refusal, message };
}

/**
 * The size of a position worth this fraction of the equity, at most `maxFraction` of it. A fraction that is not a number
 * above zero, whatever it came from, is no size.
 */
export function fractionSize(equity: number, price: number, fraction: number, maxFraction = Infinity): Size {
  const amount = (equity * Math.min(fraction, maxFraction)) / price;
  if (amount > 0 && amount < Infinity) return { amount };
  return refuse("noSize", `The size comes out as ${amount}; expected an amount above 0.`);
}
