import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS } from "#engine/core/timeframe.ts";
import { annualReturn, compoundReturn } from "#engine/metrics/annualReturn.ts";
import { dailyCurve } from "#engine/metrics/dailyCurve.ts";
import { equityMetrics } from "#engine/metrics/equityMetrics.ts";
import { extremes } from "#engine/metrics/extremes.ts";
import { periodReturns } from "#engine/metrics/periodReturns.ts";
import { BACON, MIXED, NEGATIVE, SEVEN } from "./published.ts";
import { wanderings } from "./wanderings.ts";

describe("annualReturn", () => {
  // tests/data/test_btanalysis.py of freqtrade.
  it.each([
    [64900, 176000, 1095, 0.3945],
    [64900, 176000, 365, 1.7119],
    [1000, 1000, 365, 0],
    [1000, 1500, 365, 0.5],
    [1000, 1500, 100, 3.3927],
    [0.01, 0.01762792, 120, 4.6087],
  ])("of %d that became %d in %d days is freqtrade's", (start, end, days, expected) => {
    expect(annualReturn(end / start - 1, days / 365)).toBeCloseTo(expected, 4);
  });

  it("of published returns is what R and empyrical give", () => {
    expect(annualReturn(compoundReturn(BACON), BACON.length / 12)).toBeCloseTo(0.10367828972980941, 14);
    expect(annualReturn(compoundReturn(SEVEN), SEVEN.length / 252)).toBeCloseTo(-0.9589235732751437, 12);
    // empyrical counts the leading gap as a period.
    expect(annualReturn(compoundReturn(MIXED), 8 / 252)).toBeCloseTo(
      (1 + 1.9135925373194231) ** (9 / 8) - 1,
      8,
    );
    expect(compoundReturn(NEGATIVE)).toBeCloseTo(-0.365907303498736, 12);
  });

  it("is undefined without time and once nothing is left", () => {
    expect(annualReturn(0.5, 0)).toBeNaN();
    expect(annualReturn(-1, 2)).toBeNaN();
    expect(annualReturn(-1.5, 2)).toBeNaN();
    expect(annualReturn(Number.NaN, 2)).toBeNaN();
  });

  it("compounds back to the whole", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -0.9, max: 20, noNaN: true }),
        fc.double({ min: 0.25, max: 30, noNaN: true }),
        (total, years) => {
          expect((1 + annualReturn(total, years)) ** years / (1 + total)).toBeCloseTo(1, 9);
        },
      ),
    );
  });
});

describe("dailyCurve", () => {
  it("takes a value at midnight as the close of the day that ends, and skips days without one", () => {
    const midnight = Date.UTC(2024, 0, 2);
    const { day, time, equity, returns } = dailyCurve(
      Float64Array.of(midnight - HOUR_MS, midnight, midnight + 3 * DAY_MS, midnight + 3 * DAY_MS + 1),
      Float64Array.of(90, 110, 121, 60.5),
      100,
    );
    expect([...day]).toEqual([midnight - DAY_MS, midnight + 2 * DAY_MS, midnight + 3 * DAY_MS]);
    expect([...time]).toEqual([midnight, midnight + 3 * DAY_MS, midnight + 3 * DAY_MS + 1]);
    expect([...equity]).toEqual([110, 121, 60.5]);
    expect(returns[0]).toBeCloseTo(0.1, 15);
    expect(returns[1]).toBeCloseTo(0.1, 15);
    expect(returns[2]).toBe(-0.5);
  });

  it("has the days that a map of dates to last values has, and compounds to the whole", () => {
    fc.assert(
      fc.property(wanderings, ({ time, equity }) => {
        const last = new Map<string, number>();
        for (let i = 0; i < time.length; i++) {
          last.set(new Date(time[i] - 1).toISOString().slice(0, 10), equity[i]);
        }
        const curve = dailyCurve(time, equity, 1000);
        expect([...curve.day].map((day) => new Date(day).toISOString().slice(0, 10))).toEqual([
          ...last.keys(),
        ]);
        expect([...curve.equity]).toEqual([...last.values()]);
        expect((1000 * (1 + compoundReturn(curve.returns))) / equity[equity.length - 1]).toBeCloseTo(1, 10);
      }),
    );
  });

  it("is nothing of nothing", () => {
    expect(dailyCurve(new Float64Array(0), new Float64Array(0), 100).returns).toHaveLength(0);
  });
});

describe("periodReturns", () => {
  const of = (time: Float64Array, equity: Float64Array, timeframe: string) =>
    periodReturns(dailyCurve(time, equity, 1000), timeframe, 1000);

  it.each(["1w", "1M", "1y"])("of %s compound to the whole, each period once and in order", (timeframe) => {
    fc.assert(
      fc.property(wanderings, ({ time, equity }) => {
        const { rows, columns } = of(time, equity, timeframe);
        const starts = columns.startTime as Float64Array;
        expect([...starts]).toEqual([...new Set(starts)].sort((a, b) => a - b));
        const product = (columns.return as Float64Array).reduce((growth, one) => growth * (1 + one), 1);
        expect((1000 * product) / equity[equity.length - 1]).toBeCloseTo(1, 10);
        expect((columns.days as Float64Array).reduce((sum, one) => sum + one, 0)).toBe(
          dailyCurve(time, equity, 1000).day.length,
        );
        expect(rows).toBe(starts.length);
      }),
    );
  });

  it("has the months, years and weeks of a calendar", () => {
    const days = [
      Date.UTC(2023, 11, 30),
      Date.UTC(2023, 11, 31),
      Date.UTC(2024, 0, 1),
      Date.UTC(2024, 1, 29),
    ];
    const time = Float64Array.from(days, (day) => day + DAY_MS);
    const equity = Float64Array.of(1100, 1210, 605, 1210);
    const { columns: months } = of(time, equity, "1M");
    expect([...(months.startTime as Float64Array)]).toEqual([
      Date.UTC(2023, 11, 1),
      Date.UTC(2024, 0, 1),
      Date.UTC(2024, 1, 1),
    ]);
    expect((months.return as Float64Array)[0]).toBeCloseTo(0.21, 14);
    expect([...(months.return as Float64Array).subarray(1)]).toEqual([-0.5, 1]);
    expect([...(of(time, equity, "1y").columns.return as Float64Array)][1]).toBe(0);
    // The last day of 2023 was a Sunday: the first of 2024 begins a week.
    expect([...(of(time, equity, "1w").columns.startTime as Float64Array)]).toEqual([
      Date.UTC(2023, 11, 25),
      Date.UTC(2024, 0, 1),
      Date.UTC(2024, 1, 26),
    ]);
  });

  it("is what empyrical aggregates nine days of one percent to", () => {
    // From Sunday, 2000-01-30: test_aggregate_returns of quantopian/empyrical.
    const time = Float64Array.from({ length: 9 }, (_, i) => Date.UTC(2000, 0, 31 + i));
    const equity = time.map((_, i) => 1000 * 1.01 ** (i + 1));
    const weekly = of(time, equity, "1w").columns.return as Float64Array;
    const monthly = of(time, equity, "1M").columns.return as Float64Array;
    const close = (values: Float64Array, expected: number[]): void => {
      expect(values).toHaveLength(expected.length);
      for (const [i, value] of values.entries()) expect(value).toBeCloseTo(expected[i], 12);
    };
    close(weekly, [0.010000000000000009, 0.07213535210701005, 0.010000000000000009]);
    close(monthly, [0.020100000000000007, 0.07213535210701005]);
    close(of(time, equity, "1y").columns.return as Float64Array, [0.09368527268436111]);
  });
});

describe("extremes", () => {
  it("are the best and the worst whatever their sign, and nothing of nothing", () => {
    expect(extremes([-3, -1, -2])).toEqual({ best: -1, worst: -3 });
    expect(extremes([])).toEqual({ best: Number.NaN, worst: Number.NaN });
    expect(extremes([1, Number.NaN])).toEqual({ best: Number.NaN, worst: Number.NaN });
  });
});

describe("equityMetrics", () => {
  it("has no Sharpe or Sortino ratio of a curve that only rounding moves", () => {
    const time = Float64Array.from({ length: 400 }, (_, i) => Date.UTC(2024, 0, 2 + i));
    for (const daily of [0, 0.0001, 0.01]) {
      const equity = time.map((_, i) => 1000 * (1 + daily) ** (i + 1));
      const metrics = equityMetrics((row) => time[row], equity, {
        startMs: Date.UTC(2024, 0, 1),
        equity: 1000,
      });
      expect(metrics.sharpe).toBeNaN();
      expect(metrics.sortino).toBeNaN();
      expect(metrics.calmar).toBeNaN();
    }
  });
});
