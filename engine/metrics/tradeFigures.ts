import { mean, median, sum } from "../core/stats.ts";
import type { Table } from "../core/table.ts";
import { expectancyRatio } from "./expectancy.ts";
import { extremes } from "./extremes.ts";
import { kellyFraction } from "./kelly.ts";
import { type Payoff, payoff } from "./payoff.ts";
import { streaks } from "./streaks.ts";
import { systemQualityNumber } from "./systemQuality.ts";
import { numbersIn } from "./tradeColumns.ts";
import { profitFactor, winRate } from "./tradeSummary.ts";

/** Closed trades after costs: money in quote currency, returns as fractions of what each trade staked. */
export type TradeFigures = Payoff & {
  readonly tradeCount: number;
  /** Share of trades with a profit above zero, with Wilson's 95 % interval. */
  readonly winRate: number;
  readonly winRateLow: number;
  readonly winRateHigh: number;
  readonly netProfit: number;
  readonly profitFactor: number;
  readonly expectancy: number;
  readonly expectancyRatio: number;
  readonly systemQuality: number;
  readonly kellyFraction: number;
  readonly meanReturn: number;
  readonly medianReturn: number;
  readonly bestReturn: number;
  readonly worstReturn: number;
  readonly bestProfit: number;
  readonly worstProfit: number;
  /** Longest runs of winners and losers in order of exit. */
  readonly longestWinStreak: number;
  readonly longestLossStreak: number;
  /** At the end: so many winners, or below 0 losers. */
  readonly currentStreak: number;
  /** By years of 365 days. */
  readonly tradesPerYear: number;
};

/** `years` is the span of the account. */
export function tradeFigures(trades: Table<"profit" | "return">, years: number): TradeFigures {
  const [profit, returns] = [numbersIn(trades, "profit"), numbersIn(trades, "return")];
  const won = winRate(profit);
  const [ofReturns, ofProfits, runs] = [extremes(returns), extremes(profit), streaks(profit)];
  return {
    tradeCount: trades.rows,
    winRate: won.value,
    winRateLow: won.low,
    winRateHigh: won.high,
    ...payoff(profit),
    netProfit: sum(profit),
    profitFactor: profitFactor(profit),
    expectancy: mean(profit),
    expectancyRatio: expectancyRatio(profit),
    systemQuality: systemQualityNumber(profit),
    kellyFraction: kellyFraction(profit),
    meanReturn: mean(returns),
    medianReturn: median(returns),
    bestReturn: ofReturns.best,
    worstReturn: ofReturns.worst,
    bestProfit: ofProfits.best,
    worstProfit: ofProfits.worst,
    longestWinStreak: runs.longestWin,
    longestLossStreak: runs.longestLoss,
    currentStreak: runs.current,
    tradesPerYear: years > 0 ? trades.rows / years : Number.NaN,
  };
}
