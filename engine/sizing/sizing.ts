/**
 * How large a position is to be. Fractions are of the equity that the strategy may use, amounts in quote currency
 * unless they are called base. `maxFraction` caps what the position is worth, as a fraction of that equity; above 1 it
 * needs leverage.
 */
export type Sizing =
  | { readonly kind: "fixedAmount"; readonly amountQuote: number }
  | { readonly kind: "fixedFraction"; readonly fraction: number }
  /** Loses `riskFraction` of the equity if the stop is hit; refuses without a stop. Not capped unless told. */
  | { readonly kind: "riskPerTrade"; readonly riskFraction: number; readonly maxFraction?: number }
  /** Sized so that the position's own annual volatility is `targetVolatility` of the equity. Capped at 1 unless told. */
  | { readonly kind: "volatilityTarget"; readonly targetVolatility: number; readonly maxFraction?: number }
  /** A move of `multiple` average true ranges loses `riskFraction` of the equity. Not capped unless told. */
  | {
      readonly kind: "atr";
      readonly riskFraction: number;
      readonly multiple: number;
      readonly maxFraction?: number;
    }
  /**
   * `fraction` of the Kelly fraction, estimated from the last `maxTrades` (1,000 unless told) closed trades; from the
   * lower end of its interval on request. Capped at 1 unless told.
   */
  | {
      readonly kind: "kelly";
      readonly fraction: number;
      readonly minTrades: number;
      readonly maxTrades?: number;
      readonly useLowerBound?: boolean;
      readonly maxFraction?: number;
    }
  /** From `minFraction` at no confidence to `maxFraction` at full confidence of the signal, in a straight line. */
  | { readonly kind: "confidence"; readonly minFraction: number; readonly maxFraction: number };

/** What is known when a position is sized. What is not known is NaN. */
export type SizingInput = {
  /** Equity that the strategy may use, in quote currency. */
  readonly equity: number;
  /** The expected entry price. */
  readonly price: number;
  readonly stopPrice: number;
  /** Average true range, in quote currency. */
  readonly atr: number;
  /** Standard deviation of one year's returns of the symbol, as a fraction. */
  readonly annualVolatility: number;
  /** 0 … 1. */
  readonly confidence: number;
  /** Returns of the closed trades, oldest first, as fractions of what each staked. */
  readonly tradeReturns: ArrayLike<number>;
};

/** Why there is no size. */
export type SizeRefusal =
  | "noPrice"
  | "noEquity"
  | "noStop"
  | "noAtr"
  | "noVolatility"
  | "noConfidence"
  | "tooFewTrades"
  | "equalTrades"
  | "noEdge"
  | "noSize";

/** A base amount above zero, or why there is none. */
export type Size = { readonly amount: number } | { readonly refusal: SizeRefusal; readonly message: string };
