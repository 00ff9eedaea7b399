import { DAY_MS } from "#engine/core/timeframe.ts";

/** Crypto trades every day of the year; the engine's figures are annualised the same way. */
export const DAYS_PER_YEAR = 365;

/** Equity at the last close of each UTC day that has one. */
export type DailyEquity = {
  /** Midnight at which the day begins, UTC milliseconds. */
  readonly day: Float64Array;
  readonly equity: Float64Array;
};

/** The last value of each day. A close at midnight ends the day before. */
export function dailyEquity(time: Float64Array, equity: Float64Array): DailyEquity {
  const day: number[] = [];
  const last: number[] = [];
  for (let row = 0; row < time.length; row++) {
    const start = Math.floor((time[row] - 1) / DAY_MS) * DAY_MS;
    if (day[day.length - 1] !== start) {
      day.push(start);
      last.push(equity[row]);
    } else last[last.length - 1] = equity[row];
  }
  return { day: Float64Array.from(day), equity: Float64Array.from(last) };
}

/** The change of each day as a fraction, the first against what the account began with. */
export function dailyReturns({ equity }: DailyEquity, startingBalance: number): Float64Array {
  return equity.map((value, i) => value / (i === 0 ? startingBalance : equity[i - 1]) - 1);
}

export type MonthReturn = {
  readonly year: number /** 0 for January. */;
  readonly month: number;
  readonly value: number;
};

/** The change of each calendar month, each from the last day of the one before. */
export function monthlyReturns({ day, equity }: DailyEquity, startingBalance: number): MonthReturn[] {
  const months: MonthReturn[] = [];
  let base = startingBalance;
  for (let i = 0; i < day.length; i++) {
    const date = new Date(day[i]);
    const next = i + 1 < day.length ? new Date(day[i + 1]) : undefined;
    if (
      next !== undefined &&
      next.getUTCMonth() === date.getUTCMonth() &&
      next.getUTCFullYear() === date.getUTCFullYear()
    )
      continue;
    months.push({ year: date.getUTCFullYear(), month: date.getUTCMonth(), value: equity[i] / base - 1 });
    base = equity[i];
  }
  return months;
}

/** Annualised Sharpe ratio of the last `length` daily returns; NaN until there are so many, and where nothing moved. */
export function rollingSharpe(returns: Float64Array, length: number): Float64Array {
  return returns.map((_, i) =>
    i + 1 < length ? Number.NaN : sharpe(returns.subarray(i + 1 - length, i + 1)),
  );
}

/** Mean by standard deviation (n − 1) of daily returns, × √365. */
export function sharpe(returns: Float64Array): number {
  const { mean, deviation } = moments(returns);
  return deviation > 0 ? (mean / deviation) * Math.sqrt(DAYS_PER_YEAR) : Number.NaN;
}

/**
 * The interval in which the true annual Sharpe ratio lies in 19 cases of 20, by Mertens' standard error (2002), which
 * minds skew and fat tails; days are taken as independent of each other.
 */
export function sharpeInterval(returns: Float64Array): { low: number; high: number } {
  const { mean, deviation, skew, kurtosis } = moments(returns);
  const daily = mean / deviation;
  const variance = (1 - skew * daily + ((kurtosis - 1) / 4) * daily * daily) / (returns.length - 1);
  const reach = 1.959963984540054 * Math.sqrt(variance);
  const annual = Math.sqrt(DAYS_PER_YEAR);
  if (!(deviation > 0) || returns.length < 10) return { low: Number.NaN, high: Number.NaN };
  return { low: (daily - reach) * annual, high: (daily + reach) * annual };
}

function moments(values: Float64Array): { mean: number; deviation: number; skew: number; kurtosis: number } {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i];
  const mean = sum / n;
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (let i = 0; i < n; i++) {
    const d = values[i] - mean;
    second += d * d;
    third += d * d * d;
    fourth += d * d * d * d;
  }
  const variance = second / n;
  return {
    mean,
    deviation: Math.sqrt(second / (n - 1)),
    skew: third / n / variance ** 1.5,
    kurtosis: fourth / n / (variance * variance),
  };
}
