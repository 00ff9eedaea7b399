import type { Candle } from "../candles/candles.ts";

/** What was known of one symbol at the market's time. */
export type Row<F extends string = string> = {
  readonly symbol: string;
  /** The latest candle *closed* by then; in a gap it may be old, and its `timestamp` tells. */
  readonly candle: Candle;
  /** The strategy's features on that candle, NaN where they are not yet known. */
  readonly features: Readonly<Record<F, number>>;
};

/** What a strategy sees: everything that had closed by `time`, nothing later. */
export type Market<F extends string = string> = {
  /** UTC milliseconds. */
  readonly time: number;
  /** Every symbol that has a closed candle, in code-unit order of the symbols. */
  readonly rows: readonly Row<F>[];
  /** The row of one symbol, or undefined while it has no closed candle. */
  readonly row: (symbol: string) => Row<F> | undefined;
};

/** A signed fraction of the capital held in one symbol: above zero long, below zero short. */
export type Holding = { readonly symbol: string; readonly weight: number };

/** What the strategy owns when it decides. Walk-forward slices are independent: theirs is always empty. */
export type PortfolioView = {
  /** Equity as a multiple of the starting capital. */
  readonly equity: number;
  readonly holdings: readonly Holding[];
};

/** The portfolio that every walk-forward slice begins with. */
export const EMPTY_PORTFOLIO: PortfolioView = Object.freeze({ equity: 1, holdings: Object.freeze([]) });
