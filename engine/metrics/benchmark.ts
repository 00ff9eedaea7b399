import { EngineError } from "../core/errors.ts";
import { calendarOf, DAY_MS } from "../core/timeframe.ts";
import { annualReturn, compoundReturn } from "./annualReturn.ts";
import { captureRatio } from "./capture.ts";
import type { DailyCurve } from "./dailyCurve.ts";
import { maxDrawdown } from "./drawdown.ts";
import { lastAtOrBefore } from "./lastAtOrBefore.ts";
import { regression } from "./regression.ts";
import { sharpeRatio } from "./sharpe.ts";
import { informationRatio, trackingError } from "./trackingError.ts";
import { annualVolatility } from "./volatility.ts";

/** Something that could have been held instead: its value from each time on, UTC milliseconds, ascending. */
export type BenchmarkCurve = { readonly time: Float64Array; readonly value: Float64Array };
/** The same as candles: the first open, then each close from when the candle closed. */
export type BenchmarkCandles = {
  readonly timestamp: Float64Array;
  readonly open: Float64Array;
  readonly close: Float64Array;
  readonly timeframe: string;
};
export type Benchmark = BenchmarkCurve | BenchmarkCandles;

/** An account beside a benchmark, from daily returns over the days that both have. Fractions; NaN where undefined. */
export type BenchmarkMetrics = {
  /** Days that both have. */
  readonly days: number;
  readonly benchmarkReturn: number;
  readonly benchmarkAnnualReturn: number;
  readonly benchmarkVolatility: number;
  readonly benchmarkSharpe: number;
  readonly benchmarkMaxDrawdown: number;
  /** Annual return less the benchmark's. */
  readonly excessReturn: number;
  /** Jensen's alpha (1968): what is left of the mean return after beta × the benchmark's, × the days of a year. */
  readonly alpha: number;
  readonly beta: number;
  readonly correlation: number;
  /** Share of the variance that the benchmark explains. */
  readonly rSquared: number;
  readonly trackingError: number;
  readonly informationRatio: number;
  /** Annual return by beta (Treynor 1965); no interest is taken off. */
  readonly treynor: number;
  readonly upCapture: number;
  readonly downCapture: number;
  /** Share of the days on which the account did better. */
  readonly daysAhead: number;
};

/** `daily` is the account day by day, which began at `startMs`. */
export function benchmarkMetrics(
  daily: DailyCurve,
  startMs: number,
  given: Benchmark,
  { daysPerYear = 365 }: { daysPerYear?: number } = {},
): BenchmarkMetrics {
  const { returns, benchmark, spanMs } = pairedReturns(daily, startMs, given);
  const years = spanMs / (365 * DAY_MS);
  const [ofAccount, ofBenchmark] = [compoundReturn(returns), compoundReturn(benchmark)];
  const days = returns.length;
  const own = annualReturn(ofAccount, years);
  const { beta, intercept, correlation } = regression(returns, benchmark);
  let ahead = 0;
  for (let i = 0; i < days; i++) if (returns[i] > benchmark[i]) ahead++;
  return {
    days,
    benchmarkReturn: days === 0 ? Number.NaN : ofBenchmark,
    benchmarkAnnualReturn: annualReturn(ofBenchmark, years),
    benchmarkVolatility: annualVolatility(benchmark, daysPerYear),
    benchmarkSharpe: sharpeRatio(benchmark, daysPerYear),
    benchmarkMaxDrawdown: days === 0 ? Number.NaN : deepest(benchmark),
    excessReturn: own - annualReturn(ofBenchmark, years),
    alpha: intercept * daysPerYear,
    beta,
    correlation,
    rSquared: correlation * correlation,
    trackingError: trackingError(returns, benchmark, daysPerYear),
    informationRatio: informationRatio(returns, benchmark, daysPerYear),
    treynor: beta === 0 ? Number.NaN : own / beta,
    upCapture: captureRatio(returns, benchmark, "up"),
    downCapture: captureRatio(returns, benchmark, "down"),
    daysAhead: ahead / days,
  };
}

/**
 * Returns of the account's days and of the benchmark over the very same times. The benchmark is taken as it stood at the
 * account's last value of each day: never later. Days before its first or after its last value are left out, so that
 * neither a late start nor an early end counts as standing still.
 */
export function pairedReturns(
  { time, returns }: Pick<DailyCurve, "time" | "returns">,
  startMs: number,
  given: Benchmark,
): { readonly returns: Float64Array; readonly benchmark: Float64Array; readonly spanMs: number } {
  const curve = benchmarkCurve(given);
  const last = curve.time[curve.time.length - 1];
  const rows: number[] = [];
  const changes: number[] = [];
  let spanMs = 0;
  for (let i = 0; i < time.length; i++) {
    const before = i === 0 ? startMs : time[i - 1];
    const from = lastAtOrBefore(curve.time, before);
    if (from < 0 || !(time[i] <= last)) continue;
    rows.push(i);
    changes.push(curve.value[lastAtOrBefore(curve.time, time[i])] / curve.value[from] - 1);
    spanMs += time[i] - before;
  }
  return {
    returns: Float64Array.from(rows, (row) => returns[row]),
    benchmark: Float64Array.from(changes),
    spanMs,
  };
}

function benchmarkCurve(given: Benchmark): BenchmarkCurve {
  const isCandles = "timestamp" in given;
  // Written in a cell, where nothing checks types: a promise of candles is the usual slip.
  const isCurve = !isCandles && given.time instanceof Float64Array && given.value instanceof Float64Array;
  const curve = isCandles ? ofCandles(given) : isCurve ? given : { time: NONE, value: NONE };
  if (curve.time.length === 0 || curve.time.length !== curve.value.length) {
    throw new EngineError(
      "metrics.benchmark",
      `metrics: the benchmark has ${curve.time.length} times and ${curve.value.length} values; expected as many of each, ` +
        'one or more. Give candles, as await candles("BTC/USDT", "1h") does, or { time, value } as columns of numbers.',
      { times: curve.time.length, values: curve.value.length },
    );
  }
  return curve;
}

const NONE = new Float64Array(0);

function ofCandles({ timestamp, open, close, timeframe }: BenchmarkCandles): BenchmarkCurve {
  if (timestamp.length === 0) return { time: timestamp, value: close };
  const calendar = calendarOf(timeframe);
  const [time, value] = [new Float64Array(timestamp.length + 1), new Float64Array(timestamp.length + 1)];
  time[0] = timestamp[0];
  value[0] = open[0];
  time.set(timestamp.map(calendar.close), 1);
  value.set(close, 1);
  return { time, value };
}

function deepest(returns: Float64Array): number {
  let value = 1;
  return maxDrawdown([1, ...returns.map((change) => (value *= 1 + change))]);
}
