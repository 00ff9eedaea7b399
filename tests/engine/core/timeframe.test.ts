import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  calendarOf,
  closeTime,
  isMultiple,
  openTime,
  parseTimeframe,
  timeframeMs,
} from "#engine/core/timeframe.ts";

const instant = fc.integer({ min: Date.UTC(1890, 0, 1), max: Date.UTC(2250, 0, 1) });

describe("timeframe", () => {
  it("reads ccxt's notation", () => {
    expect(parseTimeframe("15m")).toEqual({ amount: 15, unit: "m" });
    expect(timeframeMs("4h")).toBe(14_400_000);
    expect(timeframeMs("1w")).toBe(604_800_000);
    for (const wrong of ["", "m", "0m", "1.5h", "5min", "1H", "-1d", " 1d"]) {
      expect(() => parseTimeframe(wrong)).toThrowError(
        expect.objectContaining({ code: "timeframe.unknown" }),
      );
    }
  });

  it("opens weeks on Monday 00:00 UTC", () => {
    fc.assert(
      fc.property(instant, (t) => {
        const open = openTime(t, "1w");
        const date = new Date(open);
        expect(date.getUTCDay()).toBe(1);
        expect(Number.isInteger(open / 86_400_000)).toBe(true);
        expect(open <= t && t < open + 604_800_000).toBe(true);
      }),
    );
  });

  it("opens months and years on their first day, as the platform's calendar has them", () => {
    fc.assert(
      fc.property(instant, (t) => {
        const date = new Date(t);
        const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
        expect(openTime(t, "1M")).toBe(Date.UTC(year, month, 1));
        expect(closeTime(t, "1M")).toBe(Date.UTC(year, month + 1, 1));
        expect(openTime(t, "3M")).toBe(Date.UTC(year, Math.floor(month / 3) * 3, 1));
        expect(openTime(t, "1y")).toBe(Date.UTC(year, 0, 1));
        expect(closeTime(t, "1y")).toBe(Date.UTC(year + 1, 0, 1));
      }),
    );
  });

  it("puts every instant in exactly one candle", () => {
    fc.assert(
      fc.property(
        instant,
        fc.constantFrom("1s", "5m", "7m", "4h", "3d", "2w", "1M", "6M", "1y"),
        (t, timeframe) => {
          const { open, close } = calendarOf(timeframe);
          expect(open(t) <= t && t < close(t)).toBe(true);
          expect(open(open(t))).toBe(open(t));
          expect(open(close(t) - 1)).toBe(open(t));
          expect(open(close(t))).toBe(close(t));
        },
      ),
    );
  });

  it("knows which timeframes are made of whole candles of which", () => {
    const base = ["1m", "5m", "4h", "5h", "1d", "2d", "3d", "1w", "1M", "2M"];
    const higher = ["5m", "7m", "1h", "6h", "1d", "2d", "1w", "2w", "1M", "3M", "1y"];
    for (const low of base) {
      for (const high of higher) {
        // The naive test: every boundary of the higher timeframe over some years is one of the base's.
        let boundary = openTime(Date.UTC(2020, 0, 1), high);
        let whole = timeframeMs(high) >= timeframeMs(low);
        for (let i = 0; i < 400 && whole; i++) {
          whole = openTime(boundary, low) === boundary;
          boundary = closeTime(boundary, high);
        }
        expect([high, low, isMultiple(high, low)]).toEqual([high, low, whole]);
      }
    }
  });
});
