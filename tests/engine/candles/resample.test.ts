import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CandleRow, candlesFromRows, sliceCandles } from "#engine/candles/build.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { alignColumn, visibleRows } from "#engine/candles/multiTimeframe.ts";
import { resample } from "#engine/candles/resample.ts";
import { Random } from "#engine/core/random.ts";
import { closeTime, openTime, timeframeMs } from "#engine/core/timeframe.ts";
import { readCandles, readColumns, sharedData, WITHOUT_DATA } from "../../fixtures/sharedData.ts";

/** Random candles, of which a share is missing. */
function walk(timeframe: string, rows: number, seed: number, missing: number): Candles {
  const random = Random.seeded(seed);
  const list: CandleRow[] = [];
  let time = openTime(1_700_000_000_000 + random.integer(0, 40) * 86_400_000, timeframe);
  for (let i = 0; i < rows; i++) {
    const [a, b, c, d] = Array.from({ length: 4 }, () => random.between(50, 150)).sort((x, y) => x - y);
    list.push([time, b, d, a, c, random.between(0, 10)]);
    do time = closeTime(time, timeframe);
    while (random.uniform() < missing);
  }
  return candlesFromRows({ symbol: "BTC/USDT", timeframe, exchange: "test" }, list);
}

/** The definition: group by calendar span, by hand. */
function naiveResample(candles: Candles, timeframe: string): CandleRow[] {
  const spans = new Map<number, number[]>();
  candles.timestamp.forEach((time, i) => {
    const open = openTime(time, timeframe);
    spans.set(open, [...(spans.get(open) ?? []), i]);
  });
  return [...spans].map(([open, rows]) => [
    open,
    candles.open[rows[0]],
    Math.max(...rows.map((i) => candles.high[i])),
    Math.min(...rows.map((i) => candles.low[i])),
    candles.close[rows.at(-1)!],
    rows.reduce((sum, i) => sum + candles.volume[i], 0),
  ]);
}

function rowsOf(candles: Candles): CandleRow[] {
  const { timestamp, open, high, low, close, volume } = candles;
  return [...timestamp].map((time, i) => [time, open[i], high[i], low[i], close[i], volume[i]]);
}

const PAIRS = [
  ["1m", "5m"],
  ["1m", "7m"],
  ["1m", "1h"],
  ["5m", "4h"],
  ["1h", "1d"],
  ["1h", "1w"],
  ["1d", "1w"],
  ["1d", "1M"],
  ["12h", "3M"],
  ["1d", "2w"],
  ["1M", "1y"],
  ["1h", "1h"],
] as const;

describe("resample", () => {
  it("groups by the calendar as the naive definition does, with gaps", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom(...PAIRS),
        fc.constantFrom(0, 0.2, 0.9),
        (seed, [base, higher], missing) => {
          const candles = walk(base, 300, seed, missing);
          expect(rowsOf(resample(candles, higher, { incomplete: "keep" }))).toEqual(
            naiveResample(candles, higher),
          );
        },
      ),
    );
  });

  it("leaves out the last candle until it is over", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom(...PAIRS),
        fc.integer({ min: 1, max: 300 }),
        (seed, [base, higher], rows) => {
          const candles = walk(base, rows, seed, 0.1);
          const now = closeTime(candles.timestamp[rows - 1], base);
          const over = naiveResample(candles, higher).filter(([open]) => closeTime(open, higher) <= now);
          expect(rowsOf(resample(candles, higher))).toEqual(over);
        },
      ),
    );
  });

  it("never changes a candle that it has shown when more data come", () => {
    const candles = walk("5m", 400, 7, 0.2);
    const whole = rowsOf(resample(candles, "1h"));
    for (let rows = 0; rows <= 400; rows += 7) {
      const shown = rowsOf(resample(sliceCandles(candles, 0, rows), "1h"));
      expect(shown).toEqual(whole.slice(0, shown.length));
    }
  });

  it("keeps a NaN visible", () => {
    const candles = walk("1m", 10, 8, 0);
    candles.high[3] = Number.NaN;
    expect(resample(candles, "1d", { incomplete: "keep" }).high[0]).toBeNaN();
  });

  it("takes NaN, negative zero, infinities and ties as Math.max, Math.min and a plain sum do", () => {
    const value = fc.constantFrom(
      Number.NaN,
      -0,
      0,
      1,
      1,
      2,
      -1,
      Number.POSITIVE_INFINITY,
      1e300,
      -1e300,
      0.1,
    );
    const column = fc.oneof(
      ...[fc.constantFrom(0, -0), fc.constantFrom(1, 2, 0.1), value].map((member) =>
        fc.array(member, { minLength: 70, maxLength: 70 }),
      ),
    );
    const volumes = fc.array(fc.constantFrom(0, 0.1, 0.2, 1e16, Number.NaN, Number.POSITIVE_INFINITY), {
      minLength: 70,
      maxLength: 70,
    });
    fc.assert(
      fc.property(
        fc.integer(),
        column,
        column,
        volumes,
        fc.constantFrom("1m", "7m", "10m", "1h"),
        (seed, high, low, volume, timeframe) => {
          const candles = walk("1m", 70, seed, 0.05);
          candles.high.set(high);
          candles.low.set(low);
          candles.volume.set(volume);
          const resampled = rowsOf(resample(candles, timeframe, { incomplete: "keep" }));
          // This equality tells 0 from −0, and takes a NaN as equal to itself.
          expect(resampled).toEqual(naiveResample(candles, timeframe));
        },
      ),
    );
  });

  it("finds the ends of spans in base candles that open off their calendar", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 400_000 }), { minLength: 1, maxLength: 60 }),
        fc.constantFrom("2m", "5m", "1h"),
        (times, timeframe) => {
          const rows = times
            .sort((a, b) => a - b)
            .map((time): CandleRow => [time, time, time, time, time, 1]);
          const candles = candlesFromRows({ symbol: "BTC/USDT", timeframe: "1m", exchange: "test" }, rows);
          expect(rowsOf(resample(candles, timeframe, { incomplete: "keep" }))).toEqual(
            naiveResample(candles, timeframe),
          );
        },
      ),
    );
  });

  it("names the first open time that does not ascend, wherever it stands", () => {
    for (let index = 1; index < 14; index++) {
      for (const wrong of [Number.NaN, "repeated"] as const) {
        const candles = walk("5m", 14, 3, 0);
        candles.timestamp[index] = wrong === "repeated" ? candles.timestamp[index - 1] : wrong;
        expect(() => resample(candles, "1h")).toThrowError(
          expect.objectContaining({
            code: "candles.not-ascending",
            details: expect.objectContaining({ index }),
          }),
        );
      }
    }
  });

  it("comes to the same by one large step as by two", () => {
    const candles = walk("5m", 3000, 9, 0.1);
    const direct = resample(candles, "1d");
    const twice = resample(resample(candles, "1h", { incomplete: "keep" }), "1d");
    for (const name of ["timestamp", "open", "high", "low", "close"] as const)
      expect(twice[name]).toEqual(direct[name]);
    direct.volume.forEach((volume, i) => {
      expect(twice.volume[i]).toBeCloseTo(volume, 9);
    });
  });

  it("refuses a timeframe that is not made of whole base candles, and candles out of order", () => {
    const candles = walk("5m", 9, 10, 0);
    for (const wrong of ["1m", "7m", "12m"]) {
      expect(() => resample(candles, wrong)).toThrowError(
        expect.objectContaining({ code: "candles.not-a-multiple" }),
      );
    }
    candles.timestamp.reverse();
    expect(() => resample(candles, "1h")).toThrowError(
      expect.objectContaining({ code: "candles.not-ascending" }),
    );
    expect(resample(sliceCandles(walk("5m", 9, 10, 0), 0, 0), "1h").timestamp.length).toBe(0);
  });

  const goog = { exchange: "nasdaq", market: "equity", symbol: "GOOG", timeframe: "1d" };
  const isAbsent = sharedData("oracles/resample/index.json") === undefined;
  it.skipIf(isAbsent).each([
    ["1w", "oracles/resample/goog_1d_to_1w_monday.parquet"],
    ["1M", "oracles/resample/goog_1d_to_1M.parquet"],
  ])(`gives pandas' %s candles of GOOG${isAbsent ? ` (${WITHOUT_DATA})` : ""}`, async (timeframe, file) => {
    const reference = await readColumns(sharedData(file)!);
    const ours = resample((await readCandles(goog))!, timeframe, { incomplete: "keep" });
    expect(ours.timestamp).toEqual(reference.ts);
    for (const name of ["open", "high", "low", "close", "volume"] as const)
      expect(ours[name]).toEqual(reference[name]);
  });
});

describe("multi-timeframe view", () => {
  it("shows of another series only what had closed by the close of the base candle", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom("5m", "15m", "1h", "1d"),
        fc.constantFrom(0, 0.3),
        (seed, other, missing) => {
          const base = walk("15m", 120, seed, missing);
          const series = walk(other, 120, seed + 1, missing);
          const rows = visibleRows(base, series);
          base.timestamp.forEach((time, i) => {
            const now = time + timeframeMs("15m");
            const closed = [...series.timestamp].filter((open) => closeTime(open, other) <= now);
            expect(rows[i]).toBe(closed.length - 1);
          });
          const column = alignColumn(base, series, series.close);
          rows.forEach((seen, i) => {
            expect(column[i]).toBe(seen < 0 ? Number.NaN : series.close[seen]);
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it("refuses a column that does not belong to its candles", () => {
    const base = walk("5m", 5, 1, 0);
    expect(() => alignColumn(base, base, new Float64Array(4))).toThrowError(
      expect.objectContaining({ code: "candles.unequal-columns" }),
    );
  });
});
