/** What a symbol can be ranked and limited by: see `measure`. */
export type UniverseMeasure =
  /** The last close, in quote currency. */
  | "price"
  /** Age since the first candle of the series, in days. */
  | "age"
  /** Quote volume over the lookback. */
  | "quoteVolume"
  /** Standard deviation of log returns over the lookback, × √lookbackBars: the size of a usual move over it. */
  | "volatility"
  /** Last close ÷ the close `lookbackBars` before − 1. */
  | "performance"
  /** (Highest high − lowest low) ÷ lowest low over the lookback. */
  | "range"
  /** Estimated spread in hundredths of a percent of the price. */
  | "spread";

type Limits = { readonly min?: number; readonly max?: number };
type Lookback = { readonly lookbackBars: number };

/**
 * One step of choosing symbols; rules are applied in their order to what the rules before have left, in the manner of
 * freqtrade's pairlists. Plain data. A rule that looks back needs that many closed candles: a symbol without them is
 * left out.
 */
export type UniverseRule =
  /** Only these; `*` stands for any text: `"BTC/*"` is bitcoin against anything. */
  | { readonly kind: "allow"; readonly symbols: readonly string[] }
  /** All but these. */
  | { readonly kind: "block"; readonly symbols: readonly string[] }
  /** Days since the first candle: of the series, which may begin later than the market did. Freqtrade's AgeFilter. */
  | { readonly kind: "age"; readonly minDays?: number; readonly maxDays?: number }
  /** Last close in quote currency. Freqtrade's PriceFilter. */
  | ({ readonly kind: "price" } & Limits)
  /** In quote currency over the whole lookback: 24 candles of an hour are a day's volume. */
  | ({ readonly kind: "quoteVolume" } & Limits & Lookback)
  /** Too quiet or too wild. Freqtrade's VolatilityFilter. */
  | ({ readonly kind: "volatility" } & Limits & Lookback)
  /** The return over the lookback, as a fraction. */
  | ({ readonly kind: "performance" } & Limits & Lookback)
  /** How far apart highest and lowest were, as a fraction. Freqtrade's RangeStabilityFilter. */
  | ({ readonly kind: "range" } & Limits & Lookback)
  /** The spread as far as candles tell it: an estimate for want of a book, rough for few candles. */
  | { readonly kind: "spread"; readonly maxBps: number; readonly lookbackBars: number }
  /** The `count` symbols with the most (or, `"ascending"`, the least) of a measure, in that order. Freqtrade's VolumePairList. */
  | {
      readonly kind: "top";
      readonly by: UniverseMeasure;
      readonly count: number;
      /** Not needed for price and age. */
      readonly lookbackBars?: number;
      readonly order?: "descending" | "ascending";
    }
  /** Into an order that follows from seed and time, for a draw with `first`. Freqtrade's ShuffleFilter. */
  | { readonly kind: "shuffle"; readonly seed: number | string }
  /** `count` symbols from place `offset` (0 unless told) on. Freqtrade's OffsetFilter. */
  | { readonly kind: "first"; readonly count: number; readonly offset?: number };
