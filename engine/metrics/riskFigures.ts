import { mean, sum } from "../core/stats.ts";
import type { AccountCurve } from "./accountCurve.ts";
import { autocorrelation } from "./autocorrelation.ts";
import { extremes } from "./extremes.ts";
import { moments } from "./moments.ts";
import { tailRatio } from "./tailRatio.ts";
import { numbersIn } from "./tradeColumns.ts";
import { conditionalDrawdown, painIndex, ulcerIndex } from "./ulcerIndex.ts";
import {
  cornishFisherExpectedShortfall,
  cornishFisherValueAtRisk,
  historicalExpectedShortfall,
  historicalValueAtRisk,
} from "./valueAtRisk.ts";
import { annualVolatility, downsideDeviation } from "./volatility.ts";

/** How an account swung and fell. Fractions, losses above zero; of daily returns, drawdowns of every value. */
export type RiskFigures = {
  readonly annualVolatility: number;
  /** Of the days, × √ the days of a year. */
  readonly downsideDeviation: number;
  readonly maxDrawdown: number;
  readonly averageDrawdown: number;
  readonly drawdownCount: number;
  readonly longestDrawdownMs: number;
  readonly averageDrawdownMs: number;
  /** Share of the time below an earlier peak. */
  readonly timeUnderWater: number;
  readonly ulcerIndex: number;
  readonly painIndex: number;
  readonly conditionalDrawdown: number;
  /** Loss of a day that one day in twenty exceeds, and the mean of those days; then by Cornish and Fisher. */
  readonly valueAtRisk: number;
  readonly expectedShortfall: number;
  readonly cornishFisherValueAtRisk: number;
  readonly cornishFisherShortfall: number;
  readonly skew: number;
  /** Raw: 3 for a normal distribution. */
  readonly kurtosis: number;
  readonly tailRatio: number;
  readonly autocorrelation: number;
};

export function riskFigures(account: AccountCurve): RiskFigures {
  const { daily, dailyDrawdowns, drawdowns, daysPerYear, whole } = account;
  const { returns } = daily;
  const { skew, kurtosis } = moments(returns);
  const [depths, lengths] = [numbersIn(drawdowns, "depth"), numbersIn(drawdowns, "lengthMs")];
  return {
    annualVolatility: annualVolatility(returns, daysPerYear),
    downsideDeviation: downsideDeviation(returns) * Math.sqrt(daysPerYear),
    maxDrawdown: whole.maxDrawdown,
    averageDrawdown: mean(depths),
    drawdownCount: drawdowns.rows,
    longestDrawdownMs: extremes(lengths).best,
    averageDrawdownMs: mean(lengths),
    timeUnderWater: sum(lengths) / (account.endMs - account.startMs),
    ulcerIndex: ulcerIndex(dailyDrawdowns),
    painIndex: painIndex(dailyDrawdowns),
    conditionalDrawdown: conditionalDrawdown(dailyDrawdowns),
    valueAtRisk: historicalValueAtRisk(returns),
    expectedShortfall: historicalExpectedShortfall(returns),
    cornishFisherValueAtRisk: cornishFisherValueAtRisk(returns),
    cornishFisherShortfall: cornishFisherExpectedShortfall(returns),
    ...{ skew, kurtosis },
    tailRatio: tailRatio(returns),
    autocorrelation: autocorrelation(returns),
  };
}
