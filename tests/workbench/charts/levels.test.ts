import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CandleColumns } from "#engine/candles/candles.ts";
import { Levels, levelFor } from "#workbench/charts/levels.ts";
import { slotAxis } from "#workbench/charts/slots.ts";

const MINUTE = 60_000;

function candlesAt(places: readonly number[]): CandleColumns {
  const column = (value: (place: number) => number): Float64Array => Float64Array.from(places, value);
  return {
    timestamp: column((place) => place * MINUTE),
    open: column((place) => Math.sin(place) * 10),
    high: column((place) => 20 + ((place * 7) % 13)),
    low: column((place) => -20 - ((place * 11) % 17)),
    close: column((place) => Math.cos(place) * 10),
    volume: column((place) => place % 5),
  };
}

describe("a level of detail", () => {
  test("shows what a candle of that length would, gaps and all", () => {
    const somePlaces = fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { minLength: 280, maxLength: 300 });
    fc.assert(
      fc.property(somePlaces, fc.integer({ min: 0, max: 6 }), (places, k) => {
        const first = Math.min(...places);
        const sorted = places.map((place) => place - first).sort((a, b) => a - b);
        const candles = candlesAt(sorted);
        const level = new Levels(candles, slotAxis(candles.timestamp, "1m")).at(k);
        for (let bar = 0; bar < level.bars; bar++) {
          const rows = sorted.flatMap((place, row) => (Math.floor(place / 2 ** k) === bar ? [row] : []));
          expect([level.rowStart[bar], level.rowStart[bar + 1]]).toEqual(
            rows.length > 0
              ? [rows[0], rows[rows.length - 1] + 1]
              : [level.rowStart[bar], level.rowStart[bar]],
          );
          if (rows.length === 0) expect(level.high[bar]).toBeNaN();
          else {
            expect(level.high[bar]).toBe(Math.max(...rows.map((row) => candles.high[row])));
            expect(level.low[bar]).toBe(Math.min(...rows.map((row) => candles.low[row])));
            expect(level.volume[bar]).toBe(rows.reduce((sum, row) => sum + candles.volume[row], 0));
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  test("is the finest at which bars are wide enough", () => {
    expect(levelFor(100, 1000, 3)).toBe(0);
    expect(levelFor(1000, 1000, 3)).toBe(2);
    for (const slots of [7, 333, 334, 1000, 12_345, 1_000_000]) {
      const level = levelFor(slots, 1000, 3);
      expect((1000 / slots) * 2 ** level).toBeGreaterThanOrEqual(3);
      if (level > 0) expect((1000 / slots) * 2 ** (level - 1)).toBeLessThan(3);
    }
  });
});
