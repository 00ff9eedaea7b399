import type { Numbers } from "../core/stats.ts";

/** Gains and losses of trades, counted and summed; break-even trades are neither. */
export type Payoff = {
  readonly winCount: number;
  readonly lossCount: number;
  /** Sum of the profits above zero. */
  readonly grossProfit: number;
  /** Sum of the losses, as a number above 0. */
  readonly grossLoss: number;
  readonly averageWin: number;
  /** Mean loss of the losing trades, as a number above 0. */
  readonly averageLoss: number;
  /** Average win by average loss; what one wins for each unit that one loses, however often. */
  readonly payoffRatio: number;
};

/** `profit` of each trade in money, or in fractions where each trade counts the same. NaN where a side is missing. */
export function payoff(profit: Numbers): Payoff {
  let [winCount, lossCount, grossProfit, grossLoss] = [0, 0, 0, 0];
  for (let i = 0; i < profit.length; i++) {
    if (profit[i] > 0) {
      winCount++;
      grossProfit += profit[i];
    } else if (profit[i] < 0) {
      lossCount++;
      grossLoss -= profit[i];
    }
  }
  const [averageWin, averageLoss] = [grossProfit / winCount, grossLoss / lossCount];
  return {
    ...{ winCount, lossCount, grossProfit, grossLoss, averageWin, averageLoss },
    payoffRatio: averageWin / averageLoss,
  };
}
