import { fractionSize } from "./refuse.ts";
import type { Size, SizingInput } from "./sizing.ts";

/** The same fraction of the equity for every position, so that gains compound: amount = equity × fraction ÷ price. */
export function fixedFraction(
  { fraction }: { readonly fraction: number },
  { equity, price }: SizingInput,
): Size {
  return fractionSize(equity, price, fraction);
}
