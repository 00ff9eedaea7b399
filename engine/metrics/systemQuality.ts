import type { Numbers } from "../core/stats.ts";
import { isSpread, moments } from "./moments.ts";

/**
 * System quality number (Tharp 2008): √n × mean by standard deviation (ddof 1) of the trades' profits, or of their
 * R-multiples, as Tharp has it; the t statistic of the mean. It grows with the count of trades: Tharp caps n at 100,
 * freqtrade, backtesting.py and this do not. NaN below two trades and where all are the same.
 */
export function systemQualityNumber(profit: Numbers): number {
  const { count, mean, deviation } = moments(profit);
  return isSpread(deviation, mean) ? (Math.sqrt(count) * mean) / deviation : Number.NaN;
}
