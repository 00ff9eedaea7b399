import type { CandleColumns } from "../candles/candles.ts";

/** How one position went, all as fractions; the last three are positive. */
export type PositionOutcome = {
  readonly return: number;
  readonly maxAdverseExcursion: number;
  readonly maxFavourableExcursion: number;
  readonly drawdown: number;
};

/**
 * What both sides of a trade cost, as a fraction of the price: fee and slippage of one side.
 */
export function costFraction({ feeBps, slippageBps }: { feeBps: number; slippageBps: number }): number {
  return (feeBps + slippageBps) / 10_000;
}

/**
 * A position entered at the open of `entryRow` and left at the open of `exitRow`, with `cost` on each side.
 *
 * Long: exit·(1−c) / (entry·(1+c)) − 1. Short is its mirror, entry·(1−c) / (exit·(1+c)) − 1: the gain of a position
 * in the inverse price, which like a long one can lose no more than it has.
 * Excursions are moves of the price by the entry price. Drawdown follows the position's value (the price, or for a
 * short its inverse) from a running peak that starts at the entry. Where one candle holds both a new peak and a
 * fall, the peak came first: the pessimistic order. Only candles from the entry's to the one before the exit's count.
 */
export function positionOutcome(
  candles: CandleColumns,
  entryRow: number,
  exitRow: number,
  direction: "long" | "short",
  cost: number,
): PositionOutcome {
  const { open, high, low } = candles;
  const entry = open[entryRow];
  const exit = open[exitRow];
  const isLong = direction === "long";
  let highest = entry;
  let lowest = entry;
  let drawdown = 0;
  for (let i = entryRow; i < exitRow; i++) {
    if (high[i] > highest) highest = high[i];
    if (low[i] < lowest) lowest = low[i];
    const fall = isLong ? (highest - low[i]) / highest : (high[i] - lowest) / high[i];
    if (fall > drawdown) drawdown = fall;
  }
  const above = (highest - entry) / entry;
  const below = (entry - lowest) / entry;
  return {
    return: isLong
      ? (exit * (1 - cost)) / (entry * (1 + cost)) - 1
      : (entry * (1 - cost)) / (exit * (1 + cost)) - 1,
    maxAdverseExcursion: isLong ? below : above,
    maxFavourableExcursion: isLong ? above : below,
    drawdown,
  };
}
