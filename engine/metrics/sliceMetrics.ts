/** What the metrics need to know of a trade; a `Trade` of an evaluation fits it. */
export type SliceTrade = {
  readonly sliceMs: number;
  readonly symbol: string;
  readonly exitTime: number;
  /** Positive fraction of the slice's capital. */
  readonly weight: number;
  /** Fraction gained after costs. */
  readonly return: number;
  readonly drawdown: number;
};

/** A fraction with its 95% confidence interval. */
export type Proportion = { readonly value: number; readonly low: number; readonly high: number };

/** The figures of a group of trades; all fractions, NaN where there is nothing to say. */
export type TradeSummary = {
  readonly tradeCount: number;
  /** Share of trades with a return above zero, Wilson's interval. */
  readonly winRate: Proportion;
  readonly meanReturn: number;
  readonly medianReturn: number;
  /** Sum of gains by sum of losses; Infinity without a loss, NaN without either. */
  readonly profitFactor: number;
  /** The deepest drawdown inside any one trade. */
  readonly worstTradeDrawdown: number;
};

export type SymbolSummary = TradeSummary & { readonly symbol: string };
/** `month` is `"2024-01"`, UTC, of the slice. */
export type MonthSummary = TradeSummary & { readonly month: string };

export type SliceMetrics = TradeSummary & {
  /** Share of slices that traded. */
  readonly coverage: number;
  /** Return and deepest drawdown of the overlapping portfolio of all slices; see `aggregateCurve`. */
  readonly aggregateReturn: number;
  readonly aggregateMaxDrawdown: number;
  readonly bySymbol: readonly SymbolSummary[];
  readonly byMonth: readonly MonthSummary[];
};
