import { promises as fs, readdirSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { candleAt } from "#engine/candles/build.ts";
import { CANDLE_COLUMNS, type CandleColumns } from "#engine/candles/candles.ts";
import { DAY_MS, MINUTE_MS } from "#engine/core/timeframe.ts";
import { describeParquet } from "#server/lake/duckdb.ts";
import { type Lake, openLake } from "#server/lake/lake.ts";
import { seriesId } from "#server/lake/series.ts";
import { columnsAt, minutesFrom } from "../../fixtures/madeCandles.ts";
import { temporaryFolder } from "../../fixtures/temporaryFolder.ts";

const KEY = { exchange: "binance", market: "spot", symbol: "BTC/USDT", timeframe: "1m" };
const ID = seriesId(KEY);
/** Half an hour before a month ends, so that an hour of candles lies in two files. */
const START = Date.UTC(2024, 0, 31, 23, 30);

function newLake(): Lake {
  return openLake(temporaryFolder());
}

const change = (candles: CandleColumns) => ({ key: KEY, candles, source: "a test" });

function rowsOf(columns: CandleColumns): number[][] {
  return Array.from(columns.timestamp, (_, i) => CANDLE_COLUMNS.map((name) => columns[name][i]));
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

describe("a series", () => {
  test("comes back as it was stored, to the last bit", async () => {
    const lake = newLake();
    const odd = columnsAt(minutesFrom(START, 100));
    odd.close.set([0.1 + 0.2, Number.MIN_VALUE, 1e300, 123456789.12345679], 10);
    await lake.mergeCandles(change(odd));
    const candles = await lake.candles(ID);
    expect(rowsOf(candles)).toEqual(rowsOf(odd));
    expect(candles).toMatchObject({ symbol: "BTC/USDT", timeframe: "1m", exchange: "binance" });
  });

  test("lies in one file a month, named by its content, in folders that other tools read", async () => {
    const lake = newLake();
    const { series } = await lake.mergeCandles(change(columnsAt(minutesFrom(START, 60))));
    expect(series.files.map((file) => [file.period, file.rows])).toEqual([
      ["2024-01", 30],
      ["2024-02", 30],
    ]);
    const [file] = series.files;
    expect(file.path).toBe(
      `kind=candles/exchange=binance/market=spot/symbol=BTC%2FUSDT/timeframe=1m/2024-01.${file.hash}.parquet`,
    );
    expect(await lake.filePath(file.hash)).toBe(path.join(lake.root, file.path));
    expect(await lake.verify()).toEqual([]);
    const described = await describeParquet(path.join(lake.root, file.path));
    expect(described.map(({ name, type }) => [name, type])).toEqual([
      ["timestamp", "TIMESTAMP"],
      ...["open", "high", "low", "close", "volume"].map((name) => [name, "DOUBLE"]),
    ]);
  });

  test("of hours lies in one file a year, and of days in one file", async () => {
    const lake = newLake();
    const hours = Array.from({ length: 48 }, (_, k) => Date.UTC(2023, 11, 31) + k * 60 * MINUTE_MS);
    const days = Array.from({ length: 800 }, (_, k) => Date.UTC(2023, 0, 1) + k * DAY_MS);
    const [hourly, daily] = await lake.mergeAll([
      { key: { ...KEY, timeframe: "1h" }, candles: columnsAt(hours), source: "a test" },
      { key: { ...KEY, timeframe: "1d" }, candles: columnsAt(days), source: "a test" },
    ]);
    expect(hourly.series.files.map((file) => file.period)).toEqual(["2023", "2024"]);
    expect(daily.series.files.map((file) => file.period)).toEqual(["all"]);
  });

  test("gives the candles of a half-open range", async () => {
    const lake = newLake();
    const times = minutesFrom(START, 60);
    await lake.mergeCandles(change(columnsAt(times)));
    const cut = await lake.candles(ID, { fromMs: times[20], toMs: times[40] });
    expect(Array.from(cut.timestamp)).toEqual(times.slice(20, 40));
    expect((await lake.candles(ID, { fromMs: times[59] + 1 })).timestamp.length).toBe(0);
  });

  test("counts its gaps, within a file and between files", async () => {
    const lake = newLake();
    const times = minutesFrom(START, 60).filter(
      (_, k) => !(k >= 10 && k < 13) && !(k >= 28 && k < 33) && k !== 50,
    );
    const { series } = await lake.mergeCandles(change(columnsAt(times)));
    expect(series.gaps).toEqual({ count: 3, missing: 9 });
  });

  test("of a market that keeps sessions has no gaps, since nights and holidays are none", async () => {
    const lake = newLake();
    const key = { exchange: "sample", market: "equity", symbol: "AAPL", timeframe: "1d" };
    const fridayAndMonday = [Date.UTC(2024, 0, 5), Date.UTC(2024, 0, 8)];
    const { series } = await lake.mergeCandles({
      key,
      candles: columnsAt(fridayAndMonday),
      source: "a test",
    });
    expect(series.gaps).toEqual({ count: 0, missing: 0 });
  });

  test("is deleted with its files", async () => {
    const lake = newLake();
    await lake.mergeCandles(change(columnsAt(minutesFrom(START, 60))));
    await lake.deleteSeries(ID);
    expect(await lake.series()).toEqual([]);
    expect(filesBelow(lake.root)).toEqual(["manifest.json"]);
    await expect(lake.candles(ID)).rejects.toMatchObject({ code: "lake.unknown-series" });
  });

  test("that is unknown suggests the nearest", async () => {
    const lake = newLake();
    await lake.mergeCandles(change(columnsAt(minutesFrom(START, 2))));
    await expect(lake.get("binance/spot/BTC/USD/1m")).rejects.toMatchObject({
      code: "lake.unknown-series",
      details: { nearest: ID },
    });
    await expect(lake.universe("binance", "1m", { symbols: ["BTC/USDC"] })).rejects.toMatchObject({
      code: "lake.unknown-symbol",
    });
    await expect(lake.universe("kraken", "1m")).rejects.toMatchObject({ code: "lake.empty-universe" });
  });

  test.each([
    [{ ...KEY, exchange: "../../etc" }, "lake.bad-series-key"],
    [{ ...KEY, symbol: "" }, "lake.bad-series-key"],
    [{ ...KEY, symbol: "../x" }, "lake.bad-series-key"],
    [{ ...KEY, timeframe: "1x" }, "timeframe.unknown"],
  ])("is refused under a name that is none: %o", async (key, code) => {
    const lake = newLake();
    await expect(
      lake.mergeCandles({ key, candles: columnsAt([START]), source: "a test" }),
    ).rejects.toMatchObject({ code });
  });

  test("cannot mix simulated and real candles", async () => {
    const lake = newLake();
    await lake.mergeCandles({ ...change(columnsAt([START])), simulated: true });
    const real = { ...change(columnsAt([START + MINUTE_MS])), simulated: false };
    await expect(lake.mergeCandles(real)).rejects.toMatchObject({ code: "lake.simulated-mismatch" });
  });
});

describe("merging", () => {
  const subset = fc
    .uniqueArray(fc.integer({ min: 0, max: 59 }), { minLength: 1, maxLength: 40 })
    .map((minutes) => minutes.sort((a, b) => a - b).map((k) => START + k * MINUTE_MS));

  test("the same candles again changes nothing, not even the manifest", async () => {
    const lake = newLake();
    const candles = columnsAt(minutesFrom(START, 60));
    await lake.mergeCandles(change(candles));
    const before = await fs.readFile(path.join(lake.root, "manifest.json"), "utf8");
    const report = await lake.mergeCandles(change(candles));
    expect(report).toMatchObject({ added: 0, identical: 60, conflictCount: 0 });
    expect(await fs.readFile(path.join(lake.root, "manifest.json"), "utf8")).toBe(before);
  });

  test("overlapping parts in any order gives the same files as their union at once", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(subset, { minLength: 1, maxLength: 4 }), async (parts) => {
        const lake = newLake();
        for (const part of parts) await lake.mergeCandles(change(columnsAt(part)));
        const union = [...new Set(parts.flat())].sort((a, b) => a - b);
        const atOnce = newLake();
        await atOnce.mergeCandles(change(columnsAt(union)));
        const hashes = async (of: Lake) => (await of.get(ID)).files.map((file) => file.hash);
        expect(await hashes(lake)).toEqual(await hashes(atOnce));
        expect(rowsOf(await lake.candles(ID))).toEqual(rowsOf(columnsAt(union)));
      }),
      { numRuns: 15 },
    );
  });

  test("a changed candle reports it and keeps the stored one", async () => {
    const lake = newLake();
    const times = minutesFrom(START, 60);
    await lake.mergeCandles(change(columnsAt(times)));
    const given = columnsAt(times.slice(20, 25), 7);
    const report = await lake.mergeCandles(change(given));
    expect(report).toMatchObject({ added: 0, identical: 0, conflictCount: 5, replaced: 0 });
    expect(report.conflicts[0]).toEqual({
      timestamp: times[20],
      stored: candleAt(columnsAt(times), 20),
      given: candleAt(given, 0),
    });
    expect(rowsOf(await lake.candles(ID))).toEqual(rowsOf(columnsAt(times)));
  });

  test("a changed candle replaces the stored one when that is asked for by name", async () => {
    const lake = newLake();
    const times = minutesFrom(START, 60);
    await lake.mergeCandles(change(columnsAt(times)));
    const report = await lake.mergeCandles(change(columnsAt(times.slice(20, 25), 7)), {
      onConflict: "replace",
    });
    expect(report).toMatchObject({ conflictCount: 5, replaced: 5 });
    expect((await lake.candles(ID)).open[22]).toBe(columnsAt([times[22]], 7).open[0]);
  });

  test("more than a hundred conflicts counts them all and spells out the first hundred", async () => {
    const lake = newLake();
    const times = minutesFrom(START, 500);
    await lake.mergeCandles(change(columnsAt(times)));
    const report = await lake.mergeCandles(change(columnsAt(times, 1)));
    expect(report.conflictCount).toBe(500);
    expect(report.conflicts.map((conflict) => conflict.timestamp)).toEqual(times.slice(0, 100));
  });

  test("leaves the files of other months alone", async () => {
    const lake = newLake();
    const first = await lake.mergeCandles(change(columnsAt(minutesFrom(START, 60))));
    const second = await lake.mergeCandles(change(columnsAt(minutesFrom(START + 60 * MINUTE_MS, 60))));
    expect(second.series.files[0]).toEqual(first.series.files[0]);
    expect(second.series.files[1].hash).not.toBe(first.series.files[1].hash);
  });

  test("candles out of order or with broken times is refused", async () => {
    const lake = newLake();
    const times = [START, START + 2 * MINUTE_MS, START + MINUTE_MS];
    await expect(lake.mergeCandles(change(columnsAt(times)))).rejects.toMatchObject({
      code: "candles.not-ascending",
    });
    await expect(lake.mergeCandles(change(columnsAt([START + 0.5])))).rejects.toMatchObject({
      code: "lake.bad-timestamp",
    });
    await expect(lake.mergeCandles(change(columnsAt([])))).rejects.toMatchObject({ code: "lake.no-candles" });
    expect(await lake.series()).toEqual([]);
  });

  test("by many writers at once loses nothing", async () => {
    const lake = newLake();
    const times = minutesFrom(START, 60);
    const parts = Array.from({ length: 6 }, (_, k) => columnsAt(times.slice(10 * k, 10 * k + 10)));
    await Promise.all(parts.map((part) => openLake(lake.root).mergeCandles(change(part))));
    expect(rowsOf(await lake.candles(ID))).toEqual(rowsOf(columnsAt(times)));
    expect(await lake.version()).toBe(6);
  });
});
