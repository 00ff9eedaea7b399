import { mean, type Numbers } from "../core/stats.ts";
import { payoff } from "./payoff.ts";

/** Mean profit of a trade, in the unit of `profit`: win rate × average win − loss rate × average loss. NaN of none. */
export function expectancy(profit: Numbers): number {
  return mean(profit);
}

/**
 * Expectancy by average loss: what a trade earns for each unit that a losing one costs (Tharp 1998). Where no trade
 * breaks even it is freqtrade's (1 + payoff) × win rate − 1. NaN without a losing trade.
 */
export function expectancyRatio(profit: Numbers): number {
  return mean(profit) / payoff(profit).averageLoss;
}
