import { mean } from "../core/stats.ts";
import type { Table } from "../core/table.ts";
import { accountCurve } from "./accountCurve.ts";
import { type Benchmark, type BenchmarkMetrics, benchmarkMetrics } from "./benchmark.ts";
import { type CostShares, costShares, type PaidCosts } from "./costShare.ts";
import type { DrawdownColumn } from "./drawdownTable.ts";
import { type Excursions, excursions } from "./excursions.ts";
import { type Exposure, exposures } from "./exposure.ts";
import { type HoldingTimes, holdingTimes } from "./holdingTimes.ts";
import { type PeriodColumn, periodReturns } from "./periodReturns.ts";
import { type RatioFigures, ratioFigures } from "./ratioFigures.ts";
import { type ReturnFigures, returnFigures } from "./returnFigures.ts";
import { type RiskFigures, riskFigures } from "./riskFigures.ts";
import { type RiskMultiples, riskMultiples } from "./riskMultiples.ts";
import { numbersIn, type TradeFigure } from "./tradeColumns.ts";
import { type TradeFigures, tradeFigures } from "./tradeFigures.ts";
import { type GroupColumn, groupTrades } from "./tradeGroups.ts";
import { hourKeys, monthKeys, type RegimeLabels, regimeKeys, textKeys, weekdayKeys } from "./tradeKeys.ts";

/** What an account left behind. Tables may have more columns than are read. */
export type AccountRecord = {
  /** UTC milliseconds. */
  readonly startMs: number;
  readonly startingBalance: number;
  /** The account at each close, times ascending. */
  readonly equity: Table<"time" | "equity" | "exposure" | "netExposure" | "openPositions">;
  /** Closed trades in order of exit. */
  readonly trades: Table<TradeFigure>;
  readonly costs: PaidCosts;
  /** What was bought and sold by the mean equity. */
  readonly turnover: number;
};

export type MetricsOptions = {
  /** What could have been held instead: candles, or a curve. Default: nothing to compare with. */
  readonly benchmark?: Benchmark;
  /** Labels by time, by which the trades are grouped. Default: no such groups. */
  readonly regimes?: RegimeLabels;
  /** Days of a year for Sharpe ratio, volatility and their like: 365 (default), for crypto; 252 for stocks. */
  readonly daysPerYear?: number;
};

export type ActivityFigures = Exposure &
  CostShares & {
    readonly turnover: number;
    /** By years of 365 days. */
    readonly annualTurnover: number;
  };

/** Everything there is to say of an account, by families, and as tables that SQL can read. NaN is undefined, never 0. */
export type AccountMetrics = {
  /** Days of a year that Sharpe ratio, volatility and their like are made annual by. */
  readonly daysPerYear: number;
  readonly returns: ReturnFigures;
  readonly risk: RiskFigures;
  readonly ratios: RatioFigures;
  readonly trades: TradeFigures;
  readonly holding: HoldingTimes;
  readonly excursions: Excursions;
  readonly riskMultiples: RiskMultiples;
  readonly activity: ActivityFigures;
  /** Where a benchmark was given. */
  readonly benchmark?: BenchmarkMetrics;
  readonly drawdowns: Table<DrawdownColumn>;
  readonly months: Table<PeriodColumn>;
  readonly years: Table<PeriodColumn>;
  readonly bySymbol: Table<GroupColumn>;
  readonly byStrategy: Table<GroupColumn>;
  readonly byDirection: Table<GroupColumn>;
  /** By the reason that the entry was given. */
  readonly byTag: Table<GroupColumn>;
  readonly byExitReason: Table<GroupColumn>;
  /** By the month of the exit: when the profit was booked. */
  readonly byMonth: Table<GroupColumn>;
  /** By weekday and hour of the entry: when it was decided. */
  readonly byWeekday: Table<GroupColumn>;
  readonly byHour: Table<GroupColumn>;
  /** By the label in force at the entry, where labels were given. */
  readonly byRegime?: Table<GroupColumn>;
};

/**
 * The long report on an account. Daily returns are from the last value of one UTC day to that of the next that has one,
 * the first from the starting balance; drawdowns are of every value. Computed when asked for: a backtest carries only its
 * headline.
 */
export function accountMetrics(record: AccountRecord, options: MetricsOptions = {}): AccountMetrics {
  const { startMs, startingBalance, trades, turnover } = record;
  const { benchmark, regimes, daysPerYear = 365 } = options;
  const [time, equity] = [numbersIn(record.equity, "time"), numbersIn(record.equity, "equity")];
  const curve = accountCurve(time, equity, { startMs, startingBalance, daysPerYear });
  const months = periodReturns(curve.daily, "1M", startingBalance);
  const monthly = numbersIn(months, "return");
  const returns = returnFigures(curve, monthly);
  const risk = riskFigures(curve);
  const profit = numbersIn(trades, "profit");
  const [entryTime, exitTime] = [numbersIn(trades, "entryTime"), numbersIn(trades, "exitTime")];
  const { columns } = trades;
  const direction = columns.direction instanceof Float64Array ? undefined : columns.direction;
  return {
    daysPerYear,
    returns,
    risk,
    ratios: ratioFigures(curve, risk, monthly),
    trades: tradeFigures(trades, returns.years),
    holding: holdingTimes(entryTime, exitTime, profit),
    excursions: excursions({
      direction: profit.map((_, row) => (direction?.values[direction.codes[row]] === "short" ? -1 : 1)),
      entryPrice: numbersIn(trades, "entryPrice"),
      exitPrice: numbersIn(trades, "exitPrice"),
      profit,
      maxAdverseExcursion: numbersIn(trades, "maxAdverseExcursion"),
      maxFavourableExcursion: numbersIn(trades, "maxFavourableExcursion"),
    }),
    riskMultiples: riskMultiples(numbersIn(trades, "riskMultiple")),
    activity: {
      ...exposures({
        exposure: numbersIn(record.equity, "exposure"),
        netExposure: numbersIn(record.equity, "netExposure"),
        openPositions: numbersIn(record.equity, "openPositions"),
      }),
      turnover,
      annualTurnover: returns.years > 0 ? turnover / returns.years : Number.NaN,
      ...costShares(record.costs, {
        startingBalance,
        profit: curve.whole.finalEquity - startingBalance,
        traded: turnover * mean(equity),
      }),
    },
    ...(benchmark === undefined
      ? {}
      : { benchmark: benchmarkMetrics(curve.daily, startMs, benchmark, { daysPerYear }) }),
    drawdowns: curve.drawdowns,
    months,
    years: periodReturns(curve.daily, "1y", startingBalance),
    bySymbol: groupTrades(trades, textKeys(columns.symbol)),
    byStrategy: groupTrades(trades, textKeys(columns.strategy)),
    byDirection: groupTrades(trades, textKeys(columns.direction)),
    byTag: groupTrades(trades, textKeys(columns.entryReason)),
    byExitReason: groupTrades(trades, textKeys(columns.exitReason)),
    byMonth: groupTrades(trades, monthKeys(exitTime)),
    byWeekday: groupTrades(trades, weekdayKeys(entryTime)),
    byHour: groupTrades(trades, hourKeys(entryTime)),
    ...(regimes === undefined ? {} : { byRegime: groupTrades(trades, regimeKeys(entryTime, regimes)) }),
  };
}

/** What the metrics read of a backtest's result; a whole `Backtest` fits it. */
export type ResultRecord = Pick<AccountRecord, "equity" | "trades" | "costs"> & {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly metrics: { readonly startingBalance: number; readonly turnover: number };
};

/** `accountMetrics` of a backtest's whole account. */
export function metricsOf(result: ResultRecord, options: MetricsOptions = {}): AccountMetrics {
  const { equity, trades, costs, settings, metrics } = result;
  const { startingBalance, turnover } = metrics;
  const [first = Number.NaN] = numbersIn(equity, "time");
  const startMs = typeof settings.startMs === "number" ? settings.startMs : first;
  return accountMetrics({ startMs, startingBalance, equity, trades, costs, turnover }, options);
}
