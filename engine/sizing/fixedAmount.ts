import { refuse } from "./refuse.ts";
import type { Size, SizingInput } from "./sizing.ts";

/** The same quote amount for every position, whatever the equity: amount = quote ÷ price. */
export function fixedAmount({ amountQuote }: { readonly amountQuote: number }, { price }: SizingInput): Size {
  const amount = amountQuote / price;
  if (amount > 0 && amount < Infinity) return { amount };
  return refuse("noSize", `fixedAmount: the size comes out as ${amount}; expected an amount above 0.`);
}
