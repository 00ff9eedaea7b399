import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS } from "#engine/core/timeframe.ts";
import { annualReturn, compoundReturn } from "#engine/metrics/annualReturn.ts";
import { benchmarkMetrics, pairedReturns } from "#engine/metrics/benchmark.ts";
import { captureRatio } from "#engine/metrics/capture.ts";
import { dailyCurve } from "#engine/metrics/dailyCurve.ts";
import { regression } from "#engine/metrics/regression.ts";
import { sharpeRatio } from "#engine/metrics/sharpe.ts";
import { informationRatio, trackingError } from "#engine/metrics/trackingError.ts";
import {
  ALL_NEGATIVE,
  BACON,
  BACON_BENCHMARK,
  curveOf,
  HAM1,
  MIXED,
  NEGATIVE,
  POSITIVE,
  SP500,
  WEEKLY,
} from "./published.ts";
import { returnLists, wanderings } from "./wanderings.ts";

describe("regression", () => {
  it("has empyrical's alpha and beta of mixed on falling returns", () => {
    const { beta, intercept } = regression(MIXED, NEGATIVE.slice(1));
    expect(beta).toBeCloseTo(-0.71296296296296291, 12);
    expect(intercept * 252).toBeCloseTo(-8.3066666666666666, 10);
  });

  it("has the beta that R's Jensen alpha and systematic risk of Bacon's portfolio follow from", () => {
    const { beta } = regression(BACON, BACON_BENCHMARK);
    const annual = (returns: number[]): number => annualReturn(compoundReturn(returns), 2);
    expect(annual(BACON) - beta * annual(BACON_BENCHMARK)).toBeCloseTo(-0.01416944, 8);
    const n = BACON_BENCHMARK.length;
    const centre = BACON_BENCHMARK.reduce((sum, one) => sum + one, 0) / n;
    const variance = BACON_BENCHMARK.reduce((sum, one) => sum + (one - centre) ** 2, 0) / (n - 1);
    expect(beta * Math.sqrt(12 * variance)).toBeCloseTo(0.132806, 6);
  });

  it("finds a line that was drawn, and leaves errors that have nothing of the others in them", () => {
    fc.assert(
      fc.property(returnLists, fc.double({ min: -3, max: 3, noNaN: true }), (others, slope) => {
        fc.pre(new Set(others.map((one) => Math.round(one * 1e4))).size > 2);
        const exact = regression(
          others.map((one) => 0.002 + slope * one),
          others,
        );
        expect(exact.beta).toBeCloseTo(slope, 8);
        expect(exact.intercept).toBeCloseTo(0.002, 8);
        const returns = others.map((one, i) => slope * one + Math.sin(i));
        const { beta, intercept } = regression(returns, others);
        const errors = returns.map((one, i) => one - intercept - beta * others[i]);
        expect(errors.reduce((sum, one) => sum + one, 0)).toBeCloseTo(0, 6);
        expect(errors.reduce((sum, one, i) => sum + one * others[i], 0)).toBeCloseTo(0, 6);
      }),
    );
  });

  it("is undefined of one pair and where the others stand still; a flat account has no correlation", () => {
    const nothing = { beta: Number.NaN, intercept: Number.NaN, correlation: Number.NaN };
    expect(regression([0.1], [0.1])).toEqual(nothing);
    expect(regression([0.1, 0.2, 0.3], [0.1, 0.1, 0.1])).toEqual(nothing);
    expect(regression([0.1, 0.1, 0.1], [0.1, 0.2, 0.3])).toMatchObject({ correlation: Number.NaN });
    expect(regression([0.1, 0.1, 0.1], [0.1, 0.2, 0.3]).beta).toBeCloseTo(0, 12);
  });
});

describe("tracking error and information ratio", () => {
  it("are R's and empyrical's", () => {
    expect(trackingError(HAM1, SP500, 12)).toBeCloseTo(0.1131667, 7);
    expect(annualReturn(compoundReturn(HAM1), 11) - annualReturn(compoundReturn(SP500), 11)).toBeCloseTo(
      0.04078668,
      8,
    );
    // empyrical leaves the ratio at one period; its gap at the beginning counts as a 0.
    expect(informationRatio(WEEKLY, new Array(9).fill(0), 1)).toBeCloseTo(0.10311470414829102, 12);
    expect(informationRatio(WEEKLY, new Array(9).fill(0.01), 1)).toBeCloseTo(-0.08249176331863277, 12);
    expect(informationRatio(MIXED, new Array(8).fill(0), 252)).toBeCloseTo(sharpeRatio(MIXED, 252), 12);
  });

  it("are those of the difference, and undefined where there is none", () => {
    const active = HAM1.map((one, i) => one - SP500[i]);
    expect(informationRatio(HAM1, SP500, 12)).toBeCloseTo(sharpeRatio(active, 12), 12);
    expect(informationRatio(MIXED, MIXED, 252)).toBeNaN();
    expect(trackingError(MIXED, MIXED, 252)).toBe(0);
    expect(trackingError([0.1], [0.2], 252)).toBeNaN();
  });
});

describe("captureRatio", () => {
  const year = { compounded: 252 };

  it("is empyrical's, compounded to a year", () => {
    expect(captureRatio(MIXED, MIXED, "up", year)).toBeCloseTo(1, 12);
    expect(captureRatio(POSITIVE.slice(1), MIXED, "up", year)).toBeCloseTo(0.0076167762, 8);
    expect(captureRatio(ALL_NEGATIVE.slice(1), MIXED, "up", year)).toBeCloseTo(-0.0004336328, 8);
    expect(captureRatio(POSITIVE.slice(1), MIXED, "down", year)).toBeCloseTo(-11.27400221, 8);
    expect(captureRatio(ALL_NEGATIVE.slice(1), MIXED, "down", year)).toBeCloseTo(0.99956025703798634, 8);
  });

  it("is R's of five days where both periods of each side are compounded", () => {
    // test-UpDownRatios.R of PerformanceAnalytics: cumulative returns on the days on which the benchmark rose.
    const [a, b] = [
      [0.1, -0.05, 0.05, -0.1, 0.02],
      [0.05, 0.02, -0.01, -0.05, 0.05],
    ];
    const up = (1.1 * 0.95 * 1.02 - 1) / (1.05 * 1.02 * 1.05 - 1);
    const down = (1.05 * 0.9 - 1) / (0.99 * 0.95 - 1);
    expect(captureRatio(a, b, "up", { compounded: 3 })).toBeCloseTo(up, 12);
    expect(captureRatio(a, b, "down", { compounded: 2 })).toBeCloseTo(down, 12);
  });

  it("of half the benchmark is near one half on either side, of daily returns", () => {
    const half = BACON_BENCHMARK.map((one) => one / 2);
    for (const side of ["up", "down"] as const) {
      expect(Math.abs(captureRatio(half, BACON_BENCHMARK, side) - 0.5)).toBeLessThan(0.01);
    }
  });

  it("is undefined without such periods", () => {
    expect(captureRatio(POSITIVE, POSITIVE, "down")).toBeNaN();
    expect(captureRatio([], [], "up")).toBeNaN();
  });
});

describe("pairedReturns", () => {
  const start = Date.UTC(2024, 0, 1);
  const account = dailyCurve(
    Float64Array.from({ length: 6 }, (_, i) => start + (i + 1) * DAY_MS),
    curveOf([0.1, 0.1, 0.1, 0.1, 0.1, 0.1], 100),
    100,
  );

  it("takes the benchmark as it stood at the account's own times, and never later", () => {
    // Hourly: what comes an hour after each of the account's closes must not be seen.
    const time = Float64Array.from({ length: 6 * 24 + 1 }, (_, i) => start + i * HOUR_MS);
    const value = time.map((at) => 100 + (at - start) / DAY_MS);
    const spiked = value.map((one, i) => (i % 24 === 1 ? 10 * one : one));
    const paired = pairedReturns(account, start, { time, value: spiked });
    expect([...paired.benchmark]).toEqual(Array.from({ length: 6 }, (_, i) => (101 + i) / (100 + i) - 1));
    expect(paired.spanMs).toBe(6 * DAY_MS);
  });

  it("leaves out the days before the benchmark begins and after it ends", () => {
    const time = Float64Array.of(start + 2 * DAY_MS, start + 3 * DAY_MS, start + 4 * DAY_MS);
    const { returns, benchmark } = pairedReturns(account, start, { time, value: Float64Array.of(1, 2, 1) });
    expect([...benchmark]).toEqual([1, -0.5]);
    expect(returns).toHaveLength(2);
  });

  it("holds what stood before where the benchmark pauses inside", () => {
    const time = Float64Array.of(start, start + 1 * DAY_MS, start + 6 * DAY_MS);
    const { benchmark } = pairedReturns(account, start, { time, value: Float64Array.of(1, 2, 3) });
    expect([...benchmark]).toEqual([1, 0, 0, 0, 0, 0.5]);
  });

  it("sees a candle from its close, and the first open from the beginning", () => {
    const timestamp = Float64Array.from({ length: 6 }, (_, i) => start + i * DAY_MS);
    const close = Float64Array.of(11, 12, 13, 14, 15, 16);
    const candles = { timestamp, open: close.map((one) => one - 1), close, timeframe: "1d" };
    const { benchmark } = pairedReturns(account, start, candles);
    expect([...benchmark]).toEqual(
      [11 / 10, 12 / 11, 13 / 12, 14 / 13, 15 / 14, 16 / 15].map((one) => one - 1),
    );
  });

  it("refuses a benchmark without values, or with other counts of times and values", () => {
    const refused = expect.objectContaining({ code: "metrics.benchmark" });
    const none = new Float64Array(0);
    expect(() => pairedReturns(account, start, { time: none, value: none })).toThrow(refused);
    // @ts-expect-error: a promise of candles, as where await was forgotten.
    expect(() => pairedReturns(account, start, Promise.resolve())).toThrow(refused);
    expect(() => pairedReturns(account, start, { time: Float64Array.of(1), value: none })).toThrow(refused);
    expect(() =>
      pairedReturns(account, start, { timestamp: none, open: none, close: none, timeframe: "1h" }),
    ).toThrow(refused);
  });
});

describe("benchmarkMetrics", () => {
  it("of an account that is its own benchmark has a beta of 1 and nothing beside it", () => {
    fc.assert(
      fc.property(wanderings, ({ time, equity }) => {
        const startMs = time[0] - HOUR_MS;
        const daily = dailyCurve(time, equity, 1000);
        const curve = {
          time: Float64Array.of(startMs, ...time),
          value: Float64Array.of(1000, ...equity),
        };
        const found = benchmarkMetrics(daily, startMs, curve);
        expect(found.days).toBe(daily.day.length);
        expect(found.benchmarkReturn).toBeCloseTo(equity[equity.length - 1] / 1000 - 1, 9);
        expect(found.informationRatio).toBeNaN();
        expect(found.daysAhead).toBe(0);
        if (Number.isNaN(found.beta)) return;
        expect(found.beta).toBeCloseTo(1, 9);
        expect(found.alpha).toBeCloseTo(0, 9);
        expect(found.correlation).toBeCloseTo(1, 9);
      }),
    );
  });

  it("of months that stand on consecutive days is put together of the published figures", () => {
    const startMs = Date.UTC(2024, 0, 1);
    const time = Float64Array.from(HAM1, (_, i) => startMs + (i + 1) * DAY_MS);
    const daily = dailyCurve(time, curveOf(HAM1, 100), 100);
    const value = Float64Array.of(1, ...curveOf(SP500));
    const found = benchmarkMetrics(
      daily,
      startMs,
      { time: Float64Array.of(startMs, ...time), value },
      { daysPerYear: 12 },
    );
    expect(found.benchmarkReturn).toBeCloseTo(1.761619, 6);
    expect(found.trackingError).toBeCloseTo(0.1131667, 7);
    const { beta, intercept, correlation } = regression(HAM1, SP500);
    expect(found.beta).toBeCloseTo(beta, 9);
    expect(found.alpha).toBeCloseTo(12 * intercept, 9);
    expect(found.rSquared).toBeCloseTo(correlation ** 2, 9);
    expect(found.daysAhead).toBe(HAM1.filter((one, i) => one > SP500[i]).length / HAM1.length);
    expect(found.treynor).toBeCloseTo(annualReturn(compoundReturn(HAM1), 132 / 365) / beta, 4);
  });

  it("is undefined where the two share no day", () => {
    const startMs = Date.UTC(2024, 0, 1);
    const daily = dailyCurve(Float64Array.of(startMs + DAY_MS), Float64Array.of(110), 100);
    const { days, ...others } = benchmarkMetrics(daily, startMs, {
      time: Float64Array.of(startMs + 9 * DAY_MS),
      value: Float64Array.of(1),
    });
    expect(days).toBe(0);
    for (const value of Object.values(others)) expect(value).toBeNaN();
  });
});
