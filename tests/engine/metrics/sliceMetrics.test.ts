import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOUR_MS } from "#engine/core/timeframe.ts";
import { aggregateCurve } from "#engine/metrics/aggregateCurve.ts";
import { maxDrawdown } from "#engine/metrics/drawdown.ts";
import { type SliceTrade, sliceMetrics } from "#engine/metrics/sliceMetrics.ts";
import { profitFactor, tradeSummary, winRate } from "#engine/metrics/tradeSummary.ts";

const start = Date.UTC(2024, 0, 31, 20);

function trade(sliceHours: number, gain: number, more: Partial<SliceTrade> = {}): SliceTrade {
  const sliceMs = start + sliceHours * HOUR_MS;
  return {
    sliceMs,
    exitTime: sliceMs + 4 * HOUR_MS,
    symbol: "A",
    weight: 1,
    return: gain,
    drawdown: 0.01,
    ...more,
  };
}

describe("maxDrawdown", () => {
  it("is the deepest fall between any earlier and later point", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), { maxLength: 30 }), (curve) => {
        let deepest = 0;
        for (let i = 0; i < curve.length; i++) {
          for (let j = i; j < curve.length; j++)
            deepest = Math.max(deepest, (curve[i] - curve[j]) / curve[i]);
        }
        expect(maxDrawdown(curve)).toBe(deepest);
      }),
    );
  });
});

describe("trade summary", () => {
  it("counts a return of exactly zero as no win", () => {
    expect(winRate([0.1, 0, -0.1, 0.2]).value).toBe(0.5);
  });

  it("has a profit factor of gains by losses, Infinity without a loss and NaN without either", () => {
    expect(profitFactor([0.5, 0.25, -0.25])).toBe(3);
    expect(profitFactor([0.5])).toBe(Number.POSITIVE_INFINITY);
    expect(profitFactor([-0.5])).toBe(0);
    expect(profitFactor([0])).toBeNaN();
    expect(profitFactor([])).toBeNaN();
  });

  it("has the mean, the median and the worst drawdown of five plain trades", () => {
    const summary = tradeSummary(
      [0.01, 0.02, -0.01, 0.04, 0.04].map((gain, i) => trade(i, gain, { drawdown: i / 100 })),
    );
    expect(summary).toMatchObject({ tradeCount: 5, medianReturn: 0.02, worstTradeDrawdown: 0.04 });
    expect(summary.meanReturn).toBeCloseTo(0.02, 15);
  });
});

describe("aggregate curve", () => {
  const timing = { windowMs: 4 * HOUR_MS, shiftMs: 2 * HOUR_MS };

  it("gives each slice its share of the capital and compounds at the exits", () => {
    const { equity } = aggregateCurve([trade(0, 0.1), trade(2, -0.2)], timing);
    expect([...equity]).toEqual([1.05, 1.05 * 0.9]);
  });

  it("adds what one slice ends together and compounds what it ends apart", () => {
    const together = [trade(0, 0.1, { weight: 0.5 }), trade(0, 0.3, { weight: 0.5, symbol: "B" })];
    expect([...aggregateCurve(together, timing).equity]).toEqual([1 + 0.5 * (0.5 * 0.1 + 0.5 * 0.3)]);
    const apart = [together[0], { ...together[1], exitTime: together[1].exitTime + 1 }];
    expect([...aggregateCurve(apart, timing).equity]).toHaveLength(2);
  });

  it("does not depend on the order in which slices are given", () => {
    const trades = [trade(0, 0.1), trade(2, -0.2), trade(4, 0.05), trade(6, 0.01)];
    expect(aggregateCurve([...trades].reverse(), timing)).toEqual(aggregateCurve(trades, timing));
  });

  it("books by exit, so a slice that left late comes after a later one that left in time", () => {
    const late = trade(0, 0.1, { exitTime: start + 7 * HOUR_MS });
    const { time, equity } = aggregateCurve([late, trade(2, -0.2)], timing);
    expect([...time]).toEqual([start + 6 * HOUR_MS, start + 7 * HOUR_MS]);
    expect([...equity]).toEqual([0.9, 0.9 * 1.05]);
  });

  it("never gives a slice more than the whole capital", () => {
    const apart = { windowMs: HOUR_MS, shiftMs: 6 * HOUR_MS };
    expect([...aggregateCurve([trade(0, 0.1)], apart).equity]).toEqual([1.1]);
  });

  it("times the books of overlapping slices at their exits", () => {
    const { time } = aggregateCurve([trade(2, 0.1), trade(0, 0.1)], timing);
    expect([...time]).toEqual([start + 4 * HOUR_MS, start + 6 * HOUR_MS]);
  });
});

describe("slice metrics", () => {
  const slices = { count: 8, windowMs: 4 * HOUR_MS, shiftMs: 2 * HOUR_MS };

  it("groups by symbol and by the month of the slice, in order", () => {
    const { bySymbol, byMonth } = sliceMetrics(
      [trade(6, 0.1, { symbol: "B" }), trade(0, 0.2), trade(8, 0.3)],
      slices,
    );
    expect(bySymbol.map(({ symbol, tradeCount }) => [symbol, tradeCount])).toEqual([
      ["A", 2],
      ["B", 1],
    ]);
    expect(byMonth.map(({ month, tradeCount }) => [month, tradeCount])).toEqual([
      ["2024-01", 1],
      ["2024-02", 2],
    ]);
  });

  it("covers the share of slices that traded, however many positions each held", () => {
    expect(sliceMetrics([trade(0, 0.1), trade(0, 0.2, { symbol: "B" }), trade(4, 0)], slices).coverage).toBe(
      0.25,
    );
  });

  it("counts the starting capital as the first peak", () => {
    expect(sliceMetrics([trade(0, -0.5)], slices).aggregateMaxDrawdown).toBe(0.25);
  });

  it("says nothing about no trades", () => {
    const metrics = sliceMetrics([], slices);
    expect(metrics).toMatchObject({
      tradeCount: 0,
      coverage: 0,
      aggregateReturn: 0,
      aggregateMaxDrawdown: 0,
    });
    expect(metrics.meanReturn).toBeNaN();
    expect(metrics.winRate.value).toBeNaN();
  });
});
