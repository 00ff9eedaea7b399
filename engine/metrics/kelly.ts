import type { Numbers } from "../core/stats.ts";
import { payoff } from "./payoff.ts";

/**
 * Kelly fraction W − (1 − W)/R with win rate W and payoff ratio R (Kelly 1956): the part of the capital to *risk* on a
 * trade for the fastest growth, were the trades bets that win R times what they lose, independent, and their odds known.
 * They are none of that: half of it or less is usual. Below 0 there is no edge; NaN without a win or without a loss.
 */
export function kellyFraction(profit: Numbers): number {
  const { winCount, payoffRatio } = payoff(profit);
  const winRate = winCount / profit.length;
  return winRate - (1 - winRate) / payoffRatio;
}
