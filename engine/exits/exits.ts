/**
 * A profit, as a fraction, as a multiple of what the position risked (its entry's distance from its first stop), or as
 * a multiple of the average true range at the entry.
 */
export type ProfitLevel =
  | { readonly fraction: number }
  | { readonly riskMultiple: number }
  | { readonly atrMultiple: number };

/** Where a position is given up. */
export type StopLoss =
  /** `fraction` below the entry (above it for a short). */
  | { readonly kind: "fixed"; readonly fraction: number }
  /** `multiple` average true ranges of `length` candles (14 unless told) from the entry. */
  | { readonly kind: "atr"; readonly multiple: number; readonly length?: number }
  /** The lowest low (a short's highest high) of the last `bars` closed candles, less `buffer` as a fraction of it. */
  | { readonly kind: "structure"; readonly bars: number; readonly buffer?: number };

/** Where a position is taken off with profit: whole at one level, or by shares of its amount at several. */
export type TakeProfit = ProfitLevel | { readonly ladder: readonly TakeProfitRung[] };
export type TakeProfitRung = ProfitLevel & { readonly share: number };

/**
 * A stop that follows the best price and never goes back.
 *
 * `follows`: `"price"` (default) is the broker's trailing order, which follows every leg of the price and keeps the
 * distance that it had at the entry; `"close"` moves an ordinary stop once a candle, at its close, from the best price
 * until then, with the average true range of that time (Le Beau's chandelier). A structure can only follow closes.
 */
export type Trailing = TrailingDistance & {
  /** It begins to follow once this profit has been reached; at once when left out. */
  readonly activation?: ProfitLevel;
  /** Beyond this profit, closer: `fraction` of the best price. Freqtrade's `trailing_stop_positive` with its offset. */
  readonly tighter?: { readonly from: ProfitLevel; readonly fraction: number };
  readonly follows?: "price" | "close";
};
export type TrailingDistance =
  | { readonly kind: "fraction"; readonly fraction: number }
  | { readonly kind: "atr"; readonly multiple: number; readonly length?: number }
  | { readonly kind: "structure"; readonly bars: number; readonly buffer?: number };

/** Once the profit has been `at`, the stop moves to the entry, or `offset` (a fraction) beyond it. */
export type BreakEven = { readonly at: ProfitLevel; readonly offset?: number };

/**
 * How positions are left when the strategy says nothing. Plain data; everything is optional and what is left out is
 * not done.
 */
export type Exits = {
  readonly stopLoss?: StopLoss;
  readonly takeProfit?: TakeProfit;
  readonly trailing?: Trailing;
  readonly breakEven?: BreakEven;
  /**
   * The profit (a fraction) that is enough, by the age of the position in minutes: `{ 0: 0.1, 60: 0.02, 240: 0 }` takes
   * 10 % at once, 2 % after an hour, and leaves without loss after four. The entry with the largest age not above the
   * position's holds; −1 leaves at any price. Freqtrade's `minimal_roi`.
   */
  readonly roi?: Readonly<Record<number, number>>;
  /** Leaves at the first close at which the position is at least so old, in milliseconds. */
  readonly timeStopMs?: number;
  /** Leaves at the close of this many candles after the entry, the candle of the entry counted. */
  readonly maxBars?: number;
  /**
   * What a fraction is of. `"price"` (default): of the entry price, before fees. `"stake"`: of the margin that was
   * staked, so leverage divides every distance, and profits are counted after the fees of both sides: freqtrade's
   * convention, in which a stop or trail is divided by the leverage but takes no account of fees.
   */
  readonly fractionsOf?: "price" | "stake";
};

/** Why a position is left by its plan. */
export type ExitReason =
  | "stopLoss"
  | "takeProfit"
  | "trailingStop"
  | "breakEven"
  | "roi"
  | "timeStop"
  | "maxBars";
