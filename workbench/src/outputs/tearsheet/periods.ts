import { type DailyCurve, dailyCurve } from "#engine/metrics/dailyCurve.ts";
import { moments } from "#engine/metrics/moments.ts";
import { periodReturns } from "#engine/metrics/periodReturns.ts";
import { sharpeRatio } from "#engine/metrics/sharpe.ts";
import { Z_95 } from "#engine/metrics/wilson.ts";
import { numbersOf } from "../engineTable.ts";

/** Crypto trades every day of the year; the engine's figures are annualised the same way. */
export const DAYS_PER_YEAR = 365;

/** Equity at the last close of each UTC day that has one. */
export type DailyEquity = Pick<DailyCurve, "day" | "equity">;

/** The last value of each day. A close at midnight ends the day before. */
export function dailyEquity(time: Float64Array, equity: Float64Array): DailyEquity {
  return dailyCurve(time, equity, equity[0]);
}

/** The change of each day as a fraction, the first against what the account began with. */
export function dailyReturns({ equity }: DailyEquity, startingBalance: number): Float64Array {
  return equity.map((value, i) => value / (i === 0 ? startingBalance : equity[i - 1]) - 1);
}

export type MonthReturn = {
  readonly year: number;
  /** 0 for January. */
  readonly month: number;
  readonly value: number;
};

/** The change of each calendar month, each from the last day of the one before. */
export function monthlyReturns(days: DailyEquity, startingBalance: number): MonthReturn[] {
  const months = periodReturns(days, "1M", startingBalance);
  const values = numbersOf(months, "return");
  return Array.from(numbersOf(months, "startTime"), (start, i) => {
    const date = new Date(start);
    return { year: date.getUTCFullYear(), month: date.getUTCMonth(), value: values[i] };
  });
}

/** Annualised Sharpe ratio of the last `length` daily returns; NaN until there are so many, and where nothing moved. */
export function rollingSharpe(returns: Float64Array, length: number): Float64Array {
  return returns.map((_, i) =>
    i + 1 < length ? Number.NaN : sharpe(returns.subarray(i + 1 - length, i + 1)),
  );
}

/** Mean by standard deviation (n − 1) of daily returns, × √365. */
export function sharpe(returns: Float64Array): number {
  return sharpeRatio(returns, DAYS_PER_YEAR);
}

/**
 * The interval in which the true annual Sharpe ratio lies in 19 cases of 20, by Mertens' standard error (2002), which
 * minds skew and fat tails; days are taken as independent of each other.
 */
export function sharpeInterval(returns: Float64Array): { low: number; high: number } {
  const { mean, deviation, skew, kurtosis } = moments(returns);
  const daily = mean / deviation;
  const variance = (1 - skew * daily + ((kurtosis - 1) / 4) * daily * daily) / (returns.length - 1);
  const reach = Z_95 * Math.sqrt(variance);
  const annual = Math.sqrt(DAYS_PER_YEAR);
  if (!(deviation > 0) || returns.length < 10) return { low: Number.NaN, high: Number.NaN };
  return { low: (daily - reach) * annual, high: (daily + reach) * annual };
}
