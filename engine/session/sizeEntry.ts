import { sizeOf } from "../sizing/sizeOf.ts";
import type { Size, Sizing, SizingInput } from "../sizing/sizing.ts";
import type { SessionStrategy } from "./settings.ts";

/** The size of an entry at a closed row of one of a strategy's markets, by its place among them. */
export function sizeEntry(
  { plans }: SessionStrategy,
  place: number,
  row: number,
  sizing: Sizing,
  known: Omit<SizingInput, "atr" | "annualVolatility">,
): Size {
  // Columns are computed when they are first read: only what the sizing looks at is.
  return sizeOf(sizing, {
    equity: known.equity,
    price: known.price,
    stopPrice: known.stopPrice,
    atr: sizing.kind === "atr" ? columnAt(plans[place].sizingAtr, row) : Number.NaN,
    annualVolatility:
      sizing.kind === "volatilityTarget" ? columnAt(plans[place].annualVolatility, row) : Number.NaN,
    confidence: known.confidence,
    tradeReturns: known.tradeReturns,
  });
}

/** A value of a column that may be empty because nothing needs it. */
export function columnAt(column: Float64Array, row: number): number {
  return row < column.length ? column[row] : Number.NaN;
}
