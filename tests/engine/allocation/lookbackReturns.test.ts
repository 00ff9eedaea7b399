import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lookbackReturns } from "#engine/allocation/lookbackReturns.ts";
import { candlesFromRows, sliceCandles } from "#engine/candles/build.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { HOUR_MS } from "#engine/core/timeframe.ts";

/** Hourly candles that close at these prices; NaN is a missing candle. */
function closing(symbol: string, closes: readonly number[], timeframe = "1h"): Candles {
  const rows = closes.flatMap((close, i) =>
    Number.isNaN(close) ? [] : [[i * HOUR_MS, close, close, close, close, 1] as const],
  );
  return candlesFromRows({ symbol, timeframe, exchange: "made" }, rows);
}

describe("returns over a lookback", () => {
  it("are those of candles closed by the time, and no more than the lookback", () => {
    const series = [closing("A", [1, 2, 3, 6, 3]), closing("B", [8, 4, 2, 1, 3])];
    const { symbols, returns, leftOut } = lookbackReturns(series, 4 * HOUR_MS, { lookbackBars: 2 });
    expect(symbols).toEqual(["A", "B"]);
    expect(returns.map((column) => [...column])).toEqual([
      [0.5, 1],
      [-0.5, -0.5],
    ]);
    expect(leftOut).toEqual([]);
    // One millisecond before the close the candle is not there yet.
    const before = lookbackReturns(series, 4 * HOUR_MS - 1, { lookbackBars: 2 });
    expect([...before.returns[0]]).toEqual([1, 0.5]);
  });

  it("span a gap of one symbol for all of them", () => {
    const series = [closing("A", [1, 2, 3, 6, 3]), closing("B", [8, 4, Number.NaN, 1, 3])];
    const { returns } = lookbackReturns(series, 5 * HOUR_MS, { lookbackBars: 4, minShare: 0.8 });
    expect(returns.map((column) => [...column])).toEqual([
      [1, 2, -0.5],
      [-0.5, -0.75, 2],
    ]);
  });

  it("leave out who has too few candles, before that costs the others", () => {
    const series = [
      closing("A", [1, 2, 3, 6, 3]),
      closing("NEW", [Number.NaN, Number.NaN, Number.NaN, 1, 3]),
    ];
    const { symbols, returns, leftOut } = lookbackReturns(series, 5 * HOUR_MS, { lookbackBars: 4 });
    expect(symbols).toEqual(["A"]);
    expect(returns[0]).toHaveLength(4);
    expect(leftOut).toEqual([{ symbol: "NEW", message: expect.stringContaining("2 of the last 5 candles") }]);
  });

  it("count months by the calendar", () => {
    const months = [0, 31, 59, 90].map((day) => day * 24 * HOUR_MS);
    const rows = months.map((time, i) => [time, 1, 1, 1, i + 1, 1] as const);
    const series = [candlesFromRows({ symbol: "A", timeframe: "1M", exchange: "made" }, rows)];
    // 1970-04-01: January to March have closed, April has not.
    expect([...lookbackReturns(series, months[3], { lookbackBars: 2 }).returns[0]]).toEqual([1, 0.5]);
  });

  it("do not change when candles come after the time", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constant(Number.NaN)), {
          minLength: 3,
          maxLength: 30,
        }),
        fc.integer({ min: 1, max: 30 }),
        (closes, hour) => {
          const whole = closing("A", closes);
          const known = whole.timestamp.filter((time) => time + HOUR_MS <= hour * HOUR_MS).length;
          const options = { lookbackBars: 5, minShare: 0.5 };
          const prefix = lookbackReturns([sliceCandles(whole, 0, known)], hour * HOUR_MS, options);
          expect(lookbackReturns([whole], hour * HOUR_MS, options)).toEqual(prefix);
        },
      ),
    );
  });

  it("refuse a lookback that is none, and mixed timeframes", () => {
    const fails = (call: () => unknown) =>
      expect(call).toThrow(expect.objectContaining({ code: "allocation.lookback" }));
    fails(() => lookbackReturns([], 0, { lookbackBars: 1 }));
    fails(() => lookbackReturns([], 0, { lookbackBars: 5, minShare: 0 }));
    fails(() => lookbackReturns([closing("A", [1, 2]), closing("B", [1, 2], "2h")], 0, { lookbackBars: 2 }));
  });
});
