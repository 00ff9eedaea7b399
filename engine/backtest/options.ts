import type { Candles } from "../candles/candles.ts";
import type { Sizing } from "../sizing/sizing.ts";
import type { Strategy } from "../strategy/contract.ts";

/** One of several strategies on one account. */
export type StrategyShare = {
  readonly strategy: Strategy;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Fraction of the capital. Default: what the others leave, in equal parts. */
  readonly weight?: number;
  /** The symbols that it trades; no two strategies may have one in common. Default: all of the universe. */
  readonly symbols?: readonly string[];
};

/** Funding of one market: `rate` falls due at each `timestamp`, UTC milliseconds; a mark price where it is known. */
export type FundingColumns = {
  readonly symbol: string;
  readonly timestamp: Float64Array;
  readonly rate: Float64Array;
  readonly markPrice?: Float64Array;
};

/** How to run a backtest. */
export type BacktestOptions = {
  /** Values of the strategy's parameters by name; each one left out has its default. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Decides on another timeframe than the strategy's own. Finer candles are resampled to it. */
  readonly timeframe?: string;
  /**
   * The first decision is at the first close from here on, UTC milliseconds. Default: the first candle of the universe
   * plus the strategy's history.
   */
  readonly startMs?: number;
  /** Nothing at or after it is read. Default: the close of the universe's last candle. */
  readonly endMs?: number;
  /** Where a strategy's random numbers start. Default: 1. */
  readonly seed?: number;
  /** In quote currency. Default: 10 000. */
  readonly startingBalance?: number;
  /** The quote currency, for labels. Default: what the symbols say. */
  readonly quote?: string;
  /** Fee of one side in hundredths of a percent, for makers and takers alike. Default: 10. */
  readonly feeBps?: number;
  /** What a market order's price is worse than the market, in hundredths of a percent. Default: 0. */
  readonly slippageBps?: number;
  /** Where market orders fill. Default: `"nextOpen"`. */
  readonly fillModel?: "nextOpen" | "nextWorst" | "thisClose";
  /** The way of the price inside a candle. Default: `"pessimistic"`. */
  readonly pathModel?: "pessimistic" | "favourableFirst" | "nearestFirst";
  /** Holds every order back by so many candles. Default: 0. */
  readonly delayBars?: number;
  /** Candles of a lower timeframe that say what happened inside those of the universe, by symbol. */
  readonly detail?: readonly Candles[];
  /** What to do where a candle has no detail: an error, or the path model. Default: `"error"`. */
  readonly detailFallback?: "error" | "path";
  readonly funding?: readonly FundingColumns[];
  /** How large positions are that signals open. Default: equity by `maxOpenPositions`. */
  readonly sizing?: Sizing;
  /** Default: one for each symbol. */
  readonly maxOpenPositions?: number;
  /** Cancels an entry order that has not filled after so long, UTC milliseconds. Default: never. */
  readonly entryTimeoutMs?: number;
  /** The same for an exit order; what is left of the position then leaves at the market. Default: never. */
  readonly exitTimeoutMs?: number;
  /** What becomes of positions that are open at the end. Default: `"lastClose"`. */
  readonly finalise?: "lastClose" | "lastOpen" | "keepOpen";
  /** Labels the result; it changes no number. Default: true for candles of the exchange `"simulated"`. */
  readonly simulated?: boolean;
};
