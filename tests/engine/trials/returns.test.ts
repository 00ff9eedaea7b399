import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS } from "#engine/core/timeframe.ts";
import { equityMetrics } from "#engine/metrics/equityMetrics.ts";
import {
  dailyCloses,
  MOST_RETURNS,
  packReturns,
  returnFigures,
  unpackReturns,
} from "#engine/trials/returns.ts";
import { FIRST_DAY } from "./madeTrials.ts";

const START = FIRST_DAY * DAY_MS;

/** An equity curve at ascending times with gaps. */
const curves = fc
  .array(
    fc.record({
      hours: fc.integer({ min: 1, max: 60 }),
      change: fc.double({ min: -0.2, max: 0.2, noNaN: true }),
    }),
    {
      maxLength: 60,
    },
  )
  .map((steps) => {
    let time = START;
    let equity = 1000;
    const rows = steps.map(({ hours, change }) => {
      time += hours * HOUR_MS;
      equity *= 1 + change;
      return [time, equity];
    });
    return {
      time: Float64Array.from(rows, ([at]) => at),
      equity: Float64Array.from(rows, ([, value]) => value),
    };
  });

/** Moments by their definitions, from a plain list. */
function naive(returns: readonly number[]): { sharpe: number; skew: number; kurtosis: number } {
  const n = returns.length;
  const mean = returns.reduce((sum, value) => sum + value, 0) / n;
  const moment = (power: number) => returns.reduce((sum, value) => sum + (value - mean) ** power, 0) / n;
  return {
    sharpe: mean / Math.sqrt((moment(2) * n) / (n - 1)),
    skew: moment(3) / moment(2) ** 1.5,
    kurtosis: moment(4) / moment(2) ** 2,
  };
}

describe("the daily returns of a trial", () => {
  it("have the Sharpe ratio that the equity's metrics have", () => {
    fc.assert(
      fc.property(curves, ({ time, equity }) => {
        const figures = returnFigures(dailyCloses(time, equity), { before: 1000 });
        const { sharpe } = equityMetrics((row) => time[row], equity, { startMs: START, equity: 1000 });
        // Of returns that are all the same, the deviation is rounding: no ratio here, a huge one there.
        fc.pre(Math.abs(sharpe) < 1e6);
        expect(figures.sharpe * Math.sqrt(figures.periodsPerYear)).toBeCloseTo(sharpe, 6);
      }),
    );
  });

  it("have the moments of their definitions, days on which nothing moved among them", () => {
    const equity = Float64Array.of(1.1, 1.05, 1.2);
    const closes = { day: Float64Array.of(FIRST_DAY + 1, FIRST_DAY + 2, FIRST_DAY + 6), equity };
    const moved = [0.1, 1.05 / 1.1 - 1, 1.2 / 1.05 - 1];
    for (const [everyDay, returns] of [
      [undefined, moved],
      [{ first: FIRST_DAY, last: FIRST_DAY + 9 }, [0, moved[0], moved[1], 0, 0, 0, moved[2], 0, 0, 0]],
    ] as const) {
      const figures = returnFigures(closes, { before: 1, everyDay });
      const expected = naive(returns);
      expect(figures.observations).toBe(returns.length);
      expect(figures.sharpe).toBeCloseTo(expected.sharpe, 12);
      expect(figures.skew).toBeCloseTo(expected.skew, 12);
      expect(figures.kurtosis).toBeCloseTo(expected.kurtosis, 12);
    }
  });

  it("have no ratio where nothing moved, where there is one of them, and where there are none", () => {
    for (const values of [[], [1.1], [1, 1, 1]]) {
      const closes = {
        day: Float64Array.from(values, (_, i) => FIRST_DAY + i),
        equity: Float64Array.from(values),
      };
      const { sharpe, skew, kurtosis, observations } = returnFigures(closes, { before: 1 });
      expect([sharpe, skew, kurtosis, observations]).toEqual([
        Number.NaN,
        Number.NaN,
        Number.NaN,
        values.length,
      ]);
    }
  });

  it("count a value at midnight to the day that ends", () => {
    const { day, equity } = dailyCloses(
      Float64Array.of(START + HOUR_MS, START + DAY_MS, START + DAY_MS + 1),
      Float64Array.of(1, 2, 3),
    );
    expect([...day]).toEqual([FIRST_DAY, FIRST_DAY + 1]);
    expect([...equity]).toEqual([2, 3]);
  });
});

describe("kept returns", () => {
  it("are one for each day as float32, with no value on a day that has none", () => {
    const closes = {
      day: Float64Array.of(FIRST_DAY, FIRST_DAY + 3),
      equity: Float64Array.of(1.1, 1.21),
    };
    const packed = packReturns(closes, { before: 1 });
    expect([packed.firstMs, packed.days]).toEqual([START, 1]);
    const first = Math.fround(1.1 - 1);
    expect([...unpackReturns(packed)]).toEqual([first, Number.NaN, Number.NaN, Math.fround(1.21 / 1.1 - 1)]);
    expect([
      ...unpackReturns(
        packReturns(closes, { before: 1, everyDay: { first: FIRST_DAY, last: FIRST_DAY + 3 } }),
      ),
    ]).toEqual([first, 0, 0, Math.fround(1.21 / 1.1 - 1)]);
    expect(
      unpackReturns(packReturns({ day: new Float64Array(), equity: new Float64Array() }, { before: 1 })),
    ).toHaveLength(0);
  });

  it("compound to the same whole at most daily, in stretches that are cut alike whenever they begin", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 30_000 }),
        fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 40 }),
        (first, steps) => {
          let at = first;
          const day = Float64Array.from(steps, (step) => (at += step));
          const equity = Float64Array.from(day, (_, i) => 1 + 0.01 * ((i * 7) % 5));
          const packed = packReturns({ day, equity }, { before: 1 });
          const values = unpackReturns(packed);
          expect(values.length).toBeLessThanOrEqual(MOST_RETURNS);
          // One stretch less long would not have done.
          const span = day[day.length - 1] - day[0] + 1;
          if (packed.days > 1) expect(span / (packed.days / 2)).toBeGreaterThan(MOST_RETURNS - 2);
          expect(packed.firstMs % (packed.days * DAY_MS)).toBe(0);
          const whole = values.reduce((product, value) => product * (Number.isNaN(value) ? 1 : 1 + value), 1);
          expect(whole).toBeCloseTo(equity[equity.length - 1], 5);
        },
      ),
    );
  });
});
