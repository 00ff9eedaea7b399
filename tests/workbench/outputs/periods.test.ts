import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS } from "#engine/core/timeframe.ts";
import {
  dailyEquity,
  dailyReturns,
  monthlyReturns,
  rollingSharpe,
  sharpe,
  sharpeInterval,
} from "#workbench/outputs/tearsheet/periods.ts";

const curve = fc
  .array(
    fc.record({
      hours: fc.integer({ min: 1, max: 400 }),
      factor: fc.double({ min: 0.8, max: 1.25, noNaN: true }),
    }),
    {
      minLength: 1,
      maxLength: 300,
    },
  )
  .map((steps) => {
    let at = Date.UTC(2023, 10, 20);
    let value = 1000;
    const rows = steps.map(({ hours, factor }) => [(at += hours * HOUR_MS), (value *= factor)]);
    return { time: Float64Array.from(rows, ([t]) => t), equity: Float64Array.from(rows, ([, v]) => v) };
  });

describe("the days of an equity curve", () => {
  test("a close at midnight ends the day before", () => {
    const midnight = Date.UTC(2024, 0, 2);
    const { day, equity } = dailyEquity(
      Float64Array.of(midnight - HOUR_MS, midnight, midnight + HOUR_MS),
      Float64Array.of(1, 2, 3),
    );
    expect([...day]).toEqual([midnight - DAY_MS, midnight]);
    expect([...equity]).toEqual([2, 3]);
  });

  test("returns of days, and of months, compound to the whole", () => {
    fc.assert(
      fc.property(curve, ({ time, equity }) => {
        const days = dailyEquity(time, equity);
        const whole = equity[equity.length - 1] / 1000;
        const ofDays = dailyReturns(days, 1000).reduce((product, value) => product * (1 + value), 1);
        const months = monthlyReturns(days, 1000);
        const ofMonths = months.reduce((product, { value }) => product * (1 + value), 1);
        expect(ofDays / whole).toBeCloseTo(1, 10);
        expect(ofMonths / whole).toBeCloseTo(1, 10);
        // Each month once, in order.
        const keys = months.map(({ year, month }) => 12 * year + month);
        expect(keys).toEqual([...new Set(keys)].sort((a, b) => a - b));
      }),
    );
  });
});

describe("the Sharpe ratio", () => {
  test("of the last days is that of each window by itself", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.integer({ min: -100_000, max: 100_000 }).map((millionths) => millionths / 1e6),
          { minLength: 1, maxLength: 40 },
        ),
        (list) => {
          const returns = Float64Array.from(list);
          const rolling = rollingSharpe(returns, 5);
          for (let i = 0; i < list.length; i++) {
            const window = list.slice(Math.max(0, i - 4), i + 1);
            const mean = window.reduce((a, b) => a + b, 0) / 5;
            const variance = window.reduce((a, b) => a + (b - mean) ** 2, 0) / 4;
            if (window.length < 5 || !(variance > 0)) expect(rolling[i]).toBeNaN();
            else expect(rolling[i] / ((mean / Math.sqrt(variance)) * Math.sqrt(365))).toBeCloseTo(1, 8);
          }
        },
      ),
    );
  });

  test("its interval is Lo's for returns without skew and with normal tails", () => {
    // Two values with the kurtosis of 1: the formula's last term vanishes, and (1 − 0 + 0) / (n − 1) is left.
    const returns = Float64Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 0.01 : -0.01));
    const { low, high } = sharpeInterval(returns);
    const reach = 1.959963984540054 * Math.sqrt(365 / 399);
    expect(sharpe(returns)).toBeCloseTo(0, 12);
    expect(high).toBeCloseTo(reach, 9);
    expect(low).toBeCloseTo(-reach, 9);
  });

  test("a flat curve has none, and a few days no interval", () => {
    expect(sharpe(new Float64Array(20))).toBeNaN();
    expect(sharpeInterval(Float64Array.of(0.01, -0.02, 0.03))).toEqual({ low: Number.NaN, high: Number.NaN });
  });
});
