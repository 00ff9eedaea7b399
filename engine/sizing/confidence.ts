import { fractionSize, refuse } from "./refuse.ts";
import type { Size, SizingInput } from "./sizing.ts";

/** A straight line from `minFraction` of the equity at confidence 0 to `maxFraction` at confidence 1. */
export function confidenceScaled(
  { minFraction, maxFraction }: { readonly minFraction: number; readonly maxFraction: number },
  { equity, price, confidence }: SizingInput,
): Size {
  if (!(confidence >= 0 && confidence <= 1)) {
    return refuse(
      "noConfidence",
      `confidence: the signal's confidence is ${confidence}; expected a number of 0 … 1. Give the signal one.`,
    );
  }
  return fractionSize(equity, price, minFraction + confidence * (maxFraction - minFraction));
}
