import { pow } from "../core/maths.ts";
import { mean } from "../core/stats.ts";
import { DAY_MS } from "../core/timeframe.ts";
import type { AccountCurve } from "./accountCurve.ts";
import { extremes } from "./extremes.ts";
import { streaks } from "./streaks.ts";

/** What an account returned. Days are UTC days from close to close, months calendar months; fractions. */
export type ReturnFigures = {
  readonly totalReturn: number;
  readonly annualReturn: number;
  readonly meanDay: number;
  /** Geometric mean: the return of every day, month, that would have come to the same. */
  readonly geometricDay: number;
  readonly geometricMonth: number;
  readonly bestDay: number;
  readonly worstDay: number;
  readonly bestMonth: number;
  readonly worstMonth: number;
  /** Shares of the days and months with a return above zero. */
  readonly winningDays: number;
  readonly winningMonths: number;
  readonly averageUpMonth: number;
  readonly averageDownMonth: number;
  readonly longestWinningDays: number;
  readonly longestLosingDays: number;
  readonly days: number;
  /** Of 365 days. */
  readonly years: number;
};

/** `months` are the returns of the calendar months, the first and the last as far as the account went. */
export function returnFigures(
  { whole, daily, startMs, endMs }: AccountCurve,
  months: Float64Array,
): ReturnFigures {
  const { returns } = daily;
  const [ofDays, ofMonths, runs] = [extremes(returns), extremes(months), streaks(returns)];
  const geometric = (count: number): number =>
    count > 0 && whole.totalReturn > -1 ? pow(1 + whole.totalReturn, 1 / count) - 1 : Number.NaN;
  return {
    totalReturn: whole.totalReturn,
    annualReturn: whole.annualReturn,
    meanDay: mean(returns),
    geometricDay: geometric(returns.length),
    geometricMonth: geometric(months.length),
    bestDay: ofDays.best,
    worstDay: ofDays.worst,
    bestMonth: ofMonths.best,
    worstMonth: ofMonths.worst,
    winningDays: shareAbove(returns),
    winningMonths: shareAbove(months),
    averageUpMonth: mean(months.filter((month) => month > 0)),
    averageDownMonth: mean(months.filter((month) => month < 0)),
    longestWinningDays: runs.longestWin,
    longestLosingDays: runs.longestLoss,
    days: returns.length,
    years: (endMs - startMs) / (365 * DAY_MS),
  };
}

function shareAbove(returns: Float64Array): number {
  return returns.filter((one) => one > 0).length / returns.length;
}
