import { CANDLE_COLUMNS, type Candle, type CandleColumns } from "../candles/candles.ts";
import { EngineError, nearestName } from "../core/errors.ts";
import type { Liquidity, OrderStatus, OrderType, Side } from "../orders/order.ts";

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
  /**
   * The last `length` values of a candle column or a feature, oldest first, up to the latest closed candle: a copy,
   * and shorter where there are fewer. Empty while the symbol has no closed candle.
   */
  history(symbol: string, column: keyof CandleColumns | F, length: number): Float64Array;
};

/** A signed fraction of the capital held in one symbol: above zero long, below zero short. */
export type Holding = { readonly symbol: string; readonly weight: number };

/** A position as it stands at the last known price. */
export type PositionView = {
  readonly symbol: string;
  /** Signed, in base currency: above zero long. */
  readonly amount: number;
  /** Average price of the entries, in quote currency. */
  readonly entryPrice: number;
  /** UTC milliseconds of the first fill. */
  readonly entryTime: number;
  /** The last known price. */
  readonly price: number;
  /** Profit at that price, before the costs of leaving, in quote currency. */
  readonly unrealised: number;
  /** The stop that protects it, NaN without one. */
  readonly stopPrice: number;
  /** Where it would be liquidated, NaN without leverage. */
  readonly liquidationPrice: number;
};

/** An order as a strategy sees it: how it was asked for, and how far it is. */
export type OrderView = {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly status: OrderStatus;
  readonly amount: number;
  readonly filled: number;
  readonly remaining: number;
  /** Average price of what has been filled, NaN before. */
  readonly average: number;
  /** NaN where the order has none. */
  readonly price: number;
  readonly triggerPrice: number;
  readonly reduceOnly: boolean;
  /** UTC milliseconds at which it was submitted. */
  readonly timestamp: number;
  /** Why it was refused, canceled or expired; empty before. */
  readonly reason: string;
  readonly tag: string;
};

/** A fill as a strategy is told of it. */
export type FillView = {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly price: number;
  readonly amount: number;
  /** In quote currency. */
  readonly fee: number;
  readonly liquidity: Liquidity;
  /** UTC milliseconds. */
  readonly timestamp: number;
  /** Why it filled, and at that price. */
  readonly reason: string;
  readonly tag: string;
};

/** What the strategy owns when it decides. Walk-forward slices are independent: theirs is always empty. */
export type PortfolioView = {
  /** Equity as a multiple of the starting capital. */
  readonly equity: number;
  /** Equity in quote currency; in a walk-forward slice, whose capital has no unit, the same as `equity`. */
  readonly equityQuote: number;
  /** What is free for new positions, in quote currency. */
  readonly freeQuote: number;
  readonly holdings: readonly Holding[];
  /** Open positions in code-unit order of their symbols. */
  readonly positions: readonly PositionView[];
  readonly position: (symbol: string) => PositionView | undefined;
  /** The strategy's own live orders, in order of submission. */
  readonly orders: readonly OrderView[];
};

/** The portfolio that every walk-forward slice begins with. */
export const EMPTY_PORTFOLIO: PortfolioView = Object.freeze({
  equity: 1,
  equityQuote: 1,
  freeQuote: 1,
  holdings: Object.freeze([]),
  positions: Object.freeze([]),
  position: () => undefined,
  orders: Object.freeze([]),
});

/** The column that `history` names: a feature, else a candle column; an unknown name suggests the nearest. */
export function historyColumn(
  symbol: string,
  candles: CandleColumns,
  names: readonly string[],
  columns: readonly Float64Array[],
  column: string,
): Float64Array {
  const place = names.indexOf(column);
  if (place >= 0) return columns[place];
  for (const name of CANDLE_COLUMNS) if (name === column) return candles[name];
  const known = [...names, ...CANDLE_COLUMNS];
  const nearest = nearestName(column, known);
  throw new EngineError(
    "strategy.unknown-column",
    `history("${symbol}", "${column}"): there is no such feature or candle column. ` +
      (nearest === undefined ? `There are: ${known.join(", ")}.` : `Did you mean "${nearest}"?`),
    { symbol, column, nearest },
  );
}
