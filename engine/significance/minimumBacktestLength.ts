import { EngineError } from "../core/errors.ts";
import { expectedMaximum } from "./deflatedSharpe.ts";

/**
 * Years of data below which the best of so many trials without any edge is expected to show this annual Sharpe ratio
 * (Bailey, Borwein, López de Prado and Zhu 2014, "Pseudo-mathematics and financial charlatanism", MinBTL): five years
 * are too few for 45 trials and a ratio of 1. 0 for one trial.
 */
export function minimumBacktestLength(trials: number, { sharpe = 1 }: { sharpe?: number } = {}): number {
  if (!(sharpe > 0)) {
    throw new EngineError(
      "significance.sharpe",
      `minimumBacktestLength: the annual Sharpe ratio is ${sharpe}; expected one above 0.`,
      { sharpe },
    );
  }
  const largest = expectedMaximum(trials) / sharpe;
  return largest * largest;
}
