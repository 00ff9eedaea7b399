import { isoMonth } from "../core/isoTime.ts";
import { aggregateCurve, type WeightedTrade } from "./aggregateCurve.ts";
import { maxDrawdown } from "./drawdown.ts";
import { type TradeOutcome, type TradeSummary, tradeSummary } from "./tradeSummary.ts";

/** What the metrics need to know of a trade; a `Trade` of an evaluation fits it. */
export type SliceTrade = TradeOutcome & WeightedTrade & { readonly symbol: string };

export type SymbolSummary = TradeSummary & { readonly symbol: string };
/** `month` is `"2024-01"`: the UTC month of the slice, that is of the decision. */
export type MonthSummary = TradeSummary & { readonly month: string };

export type SliceMetrics = TradeSummary & {
  /** Share of slices that traded. */
  readonly coverage: number;
  /** Return and deepest drawdown of all slices as one portfolio; see `aggregateCurve`. */
  readonly aggregateReturn: number;
  readonly aggregateMaxDrawdown: number;
  readonly bySymbol: readonly SymbolSummary[];
  readonly byMonth: readonly MonthSummary[];
};

/** The figures of an evaluation's trades. Trades of overlapping slices are not independent of each other. */
export function sliceMetrics(
  trades: readonly SliceTrade[],
  slices: { readonly count: number; readonly windowMs: number; readonly shiftMs: number },
): SliceMetrics {
  const { equity } = aggregateCurve(trades, slices);
  return {
    ...tradeSummary(trades),
    coverage: new Set(trades.map(({ sliceMs }) => sliceMs)).size / slices.count,
    aggregateReturn: equity.length === 0 ? 0 : equity[equity.length - 1] - 1,
    // The starting capital is the first peak.
    aggregateMaxDrawdown: maxDrawdown([1, ...equity]),
    bySymbol: grouped(trades, ({ symbol }) => symbol).map(([symbol, group]) => ({
      symbol,
      ...tradeSummary(group),
    })),
    byMonth: grouped(trades, ({ sliceMs }) => isoMonth(sliceMs)).map(([month, group]) => ({
      month,
      ...tradeSummary(group),
    })),
  };
}

/** Groups in code-unit order of their keys, each in the order of the trades. */
function grouped(
  trades: readonly SliceTrade[],
  keyOf: (trade: SliceTrade) => string,
): [string, SliceTrade[]][] {
  const groups = new Map<string, SliceTrade[]>();
  for (const trade of trades) {
    const key = keyOf(trade);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [trade]);
    else group.push(trade);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}
