import { mean, median } from "../core/stats.ts";
import { type Proportion, wilsonInterval } from "./wilson.ts";

/** What a summary needs to know of a trade. */
export type TradeOutcome = {
  /** Fraction gained after costs. */
  readonly return: number;
  /** Deepest fall from the running peak inside the trade, a positive fraction. */
  readonly drawdown: number;
};

/** The figures of a group of trades; all of them fractions, NaN where there is nothing to say. */
export type TradeSummary = {
  readonly tradeCount: number;
  /** Share of trades with a return above zero, with Wilson's 95% interval. */
  readonly winRate: Proportion;
  readonly meanReturn: number;
  readonly medianReturn: number;
  readonly profitFactor: number;
  /** The deepest drawdown inside any one trade, 0 without trades. */
  readonly worstTradeDrawdown: number;
};

/** Every trade counts the same here, whatever its weight. */
export function tradeSummary(trades: readonly TradeOutcome[]): TradeSummary {
  const returns = Float64Array.from(trades, (trade) => trade.return);
  return {
    tradeCount: trades.length,
    winRate: winRate(returns),
    meanReturn: mean(returns),
    medianReturn: median(returns),
    profitFactor: profitFactor(returns),
    worstTradeDrawdown: trades.reduce((worst, { drawdown }) => Math.max(worst, drawdown), 0),
  };
}

/** Share of returns above zero; a return of exactly zero is no win. */
export function winRate(returns: ArrayLike<number>): Proportion {
  let wins = 0;
  for (let i = 0; i < returns.length; i++) if (returns[i] > 0) wins++;
  return wilsonInterval(wins, returns.length);
}

/**
 * Sum of the gains by the sum of the losses: above 1 the trades earned money, each taken with the same capital.
 * Infinity with gains and no loss, NaN with neither.
 */
export function profitFactor(returns: ArrayLike<number>): number {
  let gains = 0;
  let losses = 0;
  for (let i = 0; i < returns.length; i++) {
    if (returns[i] > 0) gains += returns[i];
    else losses -= returns[i];
  }
  return gains / losses;
}
