import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CandleRow,
  candleAt,
  candlesBetween,
  candlesFromColumns,
  candlesFromRows,
  dropDuplicates,
  newColumns,
  sliceCandles,
  sortCandles,
} from "#engine/candles/build.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { columnsHash, dataHash } from "#engine/candles/dataHash.ts";
import { findGaps, type GapRepair, repairGaps } from "#engine/candles/gaps.ts";
import { validateCandles } from "#engine/candles/validate.ts";
import { Hasher } from "#engine/core/hash.ts";

const source = { symbol: "BTC/USDT", timeframe: "1m", exchange: "test" };
const minute = 60_000;
const row = (k: number, price = 10): CandleRow => [k * minute, price, price + 2, price - 2, price + 1, 5];
const flat = (...minutes: number[]): Candles =>
  candlesFromRows(
    source,
    minutes.map((k) => row(k)),
  );
const code = (expected: string) => expect.objectContaining({ code: expected });

describe("candles", () => {
  it("are made of ccxt's rows and read back as records", () => {
    const candles = candlesFromRows(source, [row(1), row(2, 20)]);
    expect(candleAt(candles, 1)).toEqual({
      timestamp: 2 * minute,
      open: 20,
      high: 22,
      low: 18,
      close: 21,
      volume: 5,
    });
    expect(candles.symbol).toBe("BTC/USDT");
  });

  it("refuse columns of different lengths and unknown timeframes", () => {
    const columns = { ...newColumns(2), high: new Float64Array(3) };
    expect(() => candlesFromColumns(source, columns)).toThrowError(code("candles.unequal-columns"));
    expect(() => candlesFromRows({ ...source, timeframe: "60" }, [])).toThrowError(code("timeframe.unknown"));
  });

  it("are cut by half-open ranges of open times without copying", () => {
    const candles = flat(1, 2, 4, 5);
    const cut = candlesBetween(candles, 2 * minute, 5 * minute);
    expect([...cut.timestamp]).toEqual([2 * minute, 4 * minute]);
    expect(cut.close.buffer).toBe(candles.close.buffer);
    expect(candlesBetween(candles, 6 * minute, 9 * minute).timestamp.length).toBe(0);
    expect(sliceCandles(candles, 3).timestamp.length).toBe(1);
    expect(() => candlesBetween(candles, 5, 4)).toThrowError(code("candles.range"));
  });

  it("are sorted, and repeated ones dropped, by name", () => {
    const candles = candlesFromRows(source, [row(3), row(1), row(3, 20), row(2)]);
    const sorted = sortCandles(candles);
    expect([...sorted.timestamp]).toEqual([1, 2, 3, 3].map((k) => k * minute));
    expect([...dropDuplicates(sorted).open]).toEqual([10, 10, 20]);
    expect([...dropDuplicates(sorted, { keep: "first" }).open]).toEqual([10, 10, 10]);
    expect(() => dropDuplicates(candles)).toThrowError(code("candles.not-ascending"));
  });
});

describe("validateCandles", () => {
  it("finds nothing in sound candles", () => {
    expect(validateCandles(flat(1, 2, 3))).toEqual([]);
    expect(validateCandles(flat())).toEqual([]);
  });

  it("finds everything that is wrong, all of it at once", () => {
    const candles = candlesFromRows(source, [
      [1 * minute, 10, 12, 8, 11, 5],
      [1 * minute, 10, 12, 8, 11, 5], // duplicate
      [0 * minute, 10, 12, 8, 11, 5], // not ascending
      [4 * minute, 10, 7, 8, 9, -1], // gap of 3; high below low, open and close; negative volume
      [5 * minute, 10, 12, 11.5, 11, Number.NaN], // low above open and close; NaN
      [5.5 * minute, 10, 12, 8, 11, 5], // between the minutes
      [6 * minute, 0, 12, 0, 11, 5], // price 0
    ]);
    expect(validateCandles(candles).map(({ kind, index }) => `${index} ${kind}`)).toEqual([
      "1 duplicate",
      "2 notAscending",
      "3 gap",
      "3 highBelowLow",
      "3 highBelowOpen",
      "3 highBelowClose",
      "3 negativeVolume",
      "4 notANumber",
      "4 lowAboveOpen",
      "4 lowAboveClose",
      "5 mixedTimeframe",
      "6 priceNotPositive",
    ]);
    expect(validateCandles(candles)[2]).toMatchObject({ missing: 3, timestamp: 4 * minute });
  });

  it("knows that months differ in length", () => {
    const month = (k: number): CandleRow => [Date.UTC(2023, k, 1), 10, 12, 8, 11, 5];
    const monthly = (...months: number[]) =>
      candlesFromRows({ ...source, timeframe: "1M" }, months.map(month));
    expect(validateCandles(monthly(0, 1, 2, 3, 4))).toEqual([]);
    expect(validateCandles(monthly(0, 1, 4))).toMatchObject([{ kind: "gap", index: 2, missing: 2 }]);
  });
});

describe("gaps", () => {
  it("are found with what is missing in them", () => {
    expect(findGaps(flat(1, 2, 5, 6, 8))).toEqual([
      { afterIndex: 1, startMs: 3 * minute, endMs: 5 * minute, missing: 2 },
      { afterIndex: 3, startMs: 7 * minute, endMs: 8 * minute, missing: 1 },
    ]);
    expect(findGaps(flat())).toEqual([]);
    expect(() => findGaps(flat(2, 1))).toThrowError(code("candles.not-ascending"));
  });

  it("are filled forward with flat candles of the last close and no volume", () => {
    const filled = repairGaps(flat(1, 3), "forwardFill");
    expect(candleAt(filled, 1)).toEqual({
      timestamp: 2 * minute,
      open: 11,
      high: 11,
      low: 11,
      close: 11,
      volume: 0,
    });
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(60), { minLength: 1 }), (minutes) => {
        const candles = flat(...minutes.sort((a, b) => a - b));
        const whole = repairGaps(candles, "forwardFill");
        expect(findGaps(whole)).toEqual([]);
        expect(whole.timestamp.length).toBe(Math.max(...minutes) - Math.min(...minutes) + 1);
        const traded = [...whole.volume.keys()].filter((i) => whole.volume[i] > 0);
        expect(traded.map((i) => whole.timestamp[i])).toEqual([...candles.timestamp]);
      }),
    );
  });

  it("longer than allowed are left as they are", () => {
    expect([...repairGaps(flat(1, 3, 9), "forwardFill", { maxMissing: 1 }).timestamp]).toEqual(
      [1, 2, 3, 9].map((k) => k * minute),
    );
  });

  it("can be cut away", () => {
    const candles = flat(1, 2, 5, 6, 7, 9, 10);
    expect([...repairGaps(candles, "longestRun").timestamp]).toEqual([5, 6, 7].map((k) => k * minute));
    expect([...repairGaps(candles, "afterLastGap").timestamp]).toEqual([9, 10].map((k) => k * minute));
    expect([...repairGaps(flat(1, 2), "afterLastGap").timestamp]).toEqual([minute, 2 * minute]);
    expect(repairGaps(flat(), "longestRun").timestamp.length).toBe(0);
  });

  it("are not repaired by a name that is not known", () => {
    expect(() => repairGaps(flat(1), "forwardfil" as GapRepair)).toThrowError(/Did you mean forwardFill\?/);
  });
});

describe("data hash", () => {
  it("covers the names and all values of the columns", () => {
    const candles = flat(1, 2, 3);
    const hash = dataHash([candles]);
    expect(dataHash([{ ...candles, exchange: "other" }])).not.toBe(hash);
    expect(dataHash([candles, candles])).not.toBe(hash);
    const { timestamp, open, high, low, close, volume } = candles;
    const naive = [timestamp, open, high, low, close, volume].reduce(
      (hasher, each) => hasher.column(each),
      new Hasher(),
    );
    expect(columnsHash(candles)).toBe(naive.hex());
  });

  it("is the same for a view as for a copy of the same candles", () => {
    const candles = flat(1, 2, 3, 4, 5);
    const view = sliceCandles(candles, 1, 4);
    expect(columnsHash(view)).toBe(columnsHash(flat(2, 3, 4)));
    expect(columnsHash(view)).not.toBe(columnsHash(candles));
  });

  it("notices any value that has changed since it was last asked", () => {
    fc.assert(
      fc.property(
        fc.nat(4),
        fc.constantFrom("timestamp", "open", "high", "low", "close", "volume"),
        fc.double({ noNaN: true }),
        (i, name, value) => {
          const candles = flat(1, 2, 3, 4, 5);
          const before = columnsHash(candles);
          fc.pre(candles[name as "open"][i] !== value);
          candles[name as "open"][i] = value;
          expect(columnsHash(candles)).not.toBe(before);
        },
      ),
    );
  });
});
