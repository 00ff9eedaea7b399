import type { Recipe } from "../catalogue/recipe.ts";
import type { LadderRung } from "../orders/order.ts";
import type { Sizing } from "../sizing/sizing.ts";

/**
 * What to do with one symbol. A symbol without a signal keeps what it has: its position, its orders, its stops.
 *
 * `long` and `short` open a position of the sized amount, and turn one that lies the other way; one that lies that way
 * already stays as it is unless `adjust` says otherwise. `flat` closes.
 */
export type Signal = {
  readonly symbol: string;
  readonly direction: "long" | "short" | "flat";
  /**
   * What to do with a position that lies this way already: `add` another sized amount, take one off (`reduce`), or
   * bring the whole to the sized amount (`resize`). Without a position, `add` and `resize` open one.
   */
  readonly adjust?: "add" | "reduce" | "resize";
  /** Instead of the sizing of the strategy and of the backtest. */
  readonly size?: Sizing;
  /** 0 … 1; sizings may scale by it. */
  readonly confidence?: number;
  /** A limit order at this price instead of a market order. */
  readonly price?: number;
  /** Where the position is given up. It comes before the stop of the exits. */
  readonly stopPrice?: number;
  /** One target for the whole position, or several, each for a fraction of it. They come before those of the exits. */
  readonly targetPrice?: number;
  readonly targets?: readonly LadderRung[];
  /** Leverage of the position, on linear futures. */
  readonly leverage?: number;
  /** The author's own word for why. */
  readonly tag?: string;
};

/**
 * Signals as columns: true where a recipe's value is neither 0 nor NaN. The column of a candle that has closed is
 * acted upon at the next open. Of one candle, exits come before entries; an entry against a position turns it; both
 * entries at once are none.
 */
export type SignalRecipes = {
  readonly enterLong?: Recipe;
  readonly exitLong?: Recipe;
  readonly enterShort?: Recipe;
  readonly exitShort?: Recipe;
};

export const SIGNAL_RECIPES = ["enterLong", "exitLong", "enterShort", "exitShort"] as const;
