import { writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { tableFromArrays, tableToIPC } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { HOUR_MS } from "#engine/core/timeframe.ts";
import type { ImportOptions } from "#server/contract.ts";
import { importFile, previewImport } from "#server/lake/import/importFile.ts";
import { openLake } from "#server/lake/lake.ts";
import { columnsAt } from "../../../fixtures/madeCandles.ts";
import { temporaryFolder } from "../../../fixtures/temporaryFolder.ts";

const START = Date.UTC(2024, 0, 1);
const HOURS = Array.from({ length: 30 }, (_, k) => START + k * HOUR_MS);

function fileWith(name: string, content: string | Uint8Array): string {
  const file = path.join(temporaryFolder(), name);
  writeFileSync(file, content);
  return file;
}

const preview = (name: string, content: string | Uint8Array, options?: ImportOptions) =>
  previewImport({ file: fileWith(name, content) }, options);

/** Hourly candles, one line each, from the times' numbers on. */
function lines(
  write: (candle: { time: number; o: number; h: number; l: number; c: number; v: number }) => string,
  times: readonly number[] = HOURS,
): string {
  return times
    .map((time, k) => write({ time, o: 100 + k, h: 103 + k, l: 98 + k, c: 101 + k, v: 10 + k }))
    .join("\n")
    .concat("\n");
}

const iso = (time: number): string => new Date(time).toISOString();
const EXPECTED = {
  rows: 30,
  timeframe: "1h",
  firstMs: START,
  first: expect.arrayContaining([
    { timestamp: START, open: 100, high: 103, low: 98, close: 101, volume: 10 },
  ]),
};

describe("a file's dialect is found out from its content", () => {
  test.each<[string, string, string, object, string]>([
    [
      "Binance klines without a header, in milliseconds",
      "BTCUSDT-1h-2024-01.csv",
      "binance",
      { symbol: "BTC/USDT", exchange: "binance" },
      lines(
        ({ time, o, h, l, c, v }) =>
          `${time},${o}.00,${h}.00,${l}.00,${c}.00,${v}.000,${time + HOUR_MS - 1},1000.0,5,1.0,2.0,0`,
      ),
    ],
    [
      "Binance klines with a header, in microseconds",
      "BTCUSDT-1h-2025-01.csv",
      "binance",
      { symbol: "BTC/USDT" },
      "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n" +
        lines(
          ({ time, o, h, l, c, v }) =>
            `${time * 1000},${o},${h},${l},${c},${v},${(time + HOUR_MS) * 1000 - 1},1000.0,5,1.0,2.0,0`,
        ),
    ],
    [
      "a dump of python-binance with prices as texts and a ticker",
      "klines.csv",
      "header",
      { symbol: "ETH/USDT" },
      "date,open,high,low,close,volume,ticker\n" +
        lines(
          ({ time, o, h, l, c, v }) =>
            `${iso(time).slice(0, 19).replace("T", " ")},"${o}.00000000","${h}.00000000","${l}.00000000","${c}.00000000","${v}.00000000",ETHUSDT`,
        ),
    ],
    [
      "CryptoDataDownload, newest first, volume in two currencies",
      "Binance_BTCUSDT_1h.csv",
      "cryptodatadownload",
      { symbol: "BTC/USDT", exchange: "binance" },
      "https://www.CryptoDataDownload.com\nUnix,Date,Symbol,Open,High,Low,Close,Volume USDT,Volume BTC,tradecount\n" +
        lines(({ time, o, h, l, c, v }) => `${time},${iso(time)},BTCUSDT,${o},${h},${l},${c},99999,${v},7`)
          .trim()
          .split("\n")
          .reverse()
          .join("\n"),
    ],
    [
      "Kraken OHLCVT, in seconds",
      "XBTUSD_60.csv",
      "kraken",
      { symbol: "BTC/USD", exchange: "kraken" },
      lines(({ time, o, h, l, c, v }) => `${time / 1000},${o},${h},${l},${c},${v},12`),
    ],
    [
      "Bitfinex, whose close comes second",
      "candles.csv",
      "bitfinex",
      { exchange: "bitfinex" },
      lines(({ time, o, h, l, c, v }) => `${time},${o},${c},${h},${l},${v}`),
    ],
    [
      "plain columns without a header",
      "candles.csv",
      "ohlcv",
      { exchange: "imported", symbol: null },
      lines(({ time, o, h, l, c, v }) => `${iso(time)},${o},${h},${l},${c},${v}`),
    ],
    [
      "a header with semicolons and a byte-order mark",
      "candles.csv",
      "header",
      {},
      "\ufeffDate;Open;High;Low;Close;Volume\n" +
        lines(
          ({ time, o, h, l, c, v }) => `${iso(time).slice(0, 16).replace("T", " ")};${o};${h};${l};${c};${v}`,
        ),
    ],
    [
      "MetaTrader's header, date and time in two columns",
      "EURUSD_60.csv",
      "header",
      { symbol: "EUR/USD" },
      "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<VOL>\n" +
        lines(
          ({ time, o, h, l, c, v }) =>
            `${iso(time).slice(0, 10).replaceAll("-", ".")}\t${iso(time).slice(11, 19)}\t${o}\t${h}\t${l}\t${c}\t${v}`,
        ),
    ],
    [
      "freqtrade JSON",
      "BTC_USDT-1h.json",
      "freqtrade-json",
      { symbol: "BTC/USDT" },
      `[${lines(({ time, o, h, l, c, v }) => `[${time}, ${o}, ${h}.0, ${l}, ${c}, ${v}]`)
        .trim()
        .replaceAll("\n", ",")}]`,
    ],
  ])("%s", async (_, name, dialect, expected, content) => {
    expect(await preview(name, content)).toMatchObject({
      ...EXPECTED,
      dialect,
      ...expected,
      findingCounts: {},
    });
    expect(await preview(`${name}.gz`, gzipSync(content))).toMatchObject({ ...EXPECTED, dialect });
  });

  test("Yahoo: prices as traded, days without trading left out", async () => {
    const days = Array.from({ length: 9 }, (_, k) => START + k * 24 * HOUR_MS);
    const rows = lines(
      ({ time, o, h, l, c, v }) => `${iso(time).slice(0, 10)},${o},${h},${l},${c},${c - 50},${v}`,
      days,
    )
      .trim()
      .split("\n");
    rows[4] = "2024-01-05,null,null,null,null,null,null";
    const seen = await preview("AAPL.csv", ["Date,Open,High,Low,Close,Adj Close,Volume", ...rows].join("\n"));
    expect(seen).toMatchObject({
      dialect: "yahoo",
      exchange: "yahoo",
      market: "equity",
      symbol: "AAPL",
      timeframe: "1d",
      rows: 8,
      first: [{ close: 101 }, {}, {}, {}, {}],
    });
    expect(seen.notes.join(" ")).toMatch(/1 rows without prices/);
  });

  test("Arrow: times with a unit, and as numbers", async () => {
    const made = columnsAt(HOURS);
    const arrays = {
      date: HOURS.map((time) => new Date(time)),
      open: made.open,
      high: made.high,
      low: made.low,
      close: made.close,
      volume: made.volume,
    };
    for (const kind of ["file", "stream"] as const) {
      const seen = await preview("BTC_USDT-1h.feather", tableToIPC(tableFromArrays(arrays), kind));
      expect(seen).toMatchObject({
        dialect: "arrow",
        symbol: "BTC/USDT",
        timeframe: "1h",
        rows: 30,
        firstMs: START,
        first: [{ open: made.open[0], volume: made.volume[0] }, {}, {}, {}, {}],
      });
    }
    const numbers = { ...arrays, date: BigInt64Array.from(HOURS, (time) => BigInt(time)) };
    expect(await preview("x.arrow", tableToIPC(tableFromArrays(numbers), "file"))).toMatchObject({
      rows: 30,
      firstMs: START,
    });
  });

  test("Parquet: what the lake itself writes comes back in", async () => {
    const lake = openLake(temporaryFolder());
    const { series } = await lake.mergeCandles({
      key: { exchange: "okx", market: "perp", symbol: "BTC/USDT:USDT", timeframe: "1h" },
      candles: columnsAt(HOURS),
      source: "a test",
    });
    const other = openLake(temporaryFolder());
    const report = await importFile(other, { file: path.join(lake.root, series.files[0].path) });
    expect(report).toMatchObject({
      dialect: "parquet",
      added: 30,
      series: { id: series.id, files: [{ hash: series.files[0].hash }] },
    });
  });
});

describe("what the user says goes before what is found out", () => {
  const header = "when,first,top,bottom,last,traded\n";
  const odd = header + lines(({ time, o, h, l, c, v }) => `${iso(time)},${o},${h},${l},${c},${v}`);
  const map = { timestamp: "when", open: "first", high: "TOP", low: "bottom", close: "last", volume: "6" };

  test("columns of other names are read by a map, by name or by number", async () => {
    await expect(preview("x.csv", odd)).rejects.toMatchObject({
      code: "import.unknown-columns",
      details: { columns: header.trim().split(",") },
    });
    expect(await preview("x.csv", odd, { map })).toMatchObject({
      ...EXPECTED,
      mapping: { timestamp: "when", high: "top" },
    });
    await expect(preview("x.csv", odd, { map: { ...map, open: "opening" } })).rejects.toMatchObject({
      code: "import.unknown-column",
      details: { given: "opening" },
    });
  });

  test("the order of prices without a header is named where prices do not tell it", async () => {
    const flat = lines(({ time, v }) => `${time},100,100,100,100,${v}`);
    await expect(preview("x.csv", flat)).rejects.toMatchObject({ code: "import.ambiguous-order" });
    expect(await preview("x.csv", flat, { dialect: "bitfinex" })).toMatchObject({ dialect: "bitfinex" });
  });

  test("a dialect that the file does not have is refused", async () => {
    await expect(
      preview("x.csv", odd.replace(header, "time,open,high,low,close,volume\n"), { dialect: "kraken" }),
    ).rejects.toMatchObject({ code: "import.wrong-dialect" });
    await expect(preview("x.csv", odd, { dialect: "parquet" })).rejects.toMatchObject({
      code: "import.wrong-dialect",
    });
  });

  test("times that are closes become open times", async () => {
    const closes =
      "time,open,high,low,close,volume\n" +
      lines(({ time, o, h, l, c, v }) => `${iso(time + HOUR_MS)},${o},${h},${l},${c},${v}`);
    expect(await preview("x.csv", closes, { timestamps: "close" })).toMatchObject(EXPECTED);
  });

  test("weeks that are stamped on Fridays are put to the week that they lie in, or refused", async () => {
    const fridays = Array.from({ length: 10 }, (_, k) => Date.UTC(2024, 0, 5) + k * 7 * 24 * HOUR_MS);
    const text =
      "Date,Open,High,Low,Close,Volume\n" +
      lines(({ time, o, h, l, c, v }) => `${iso(time).slice(0, 10)},${o},${h},${l},${c},${v}`, fridays);
    await expect(preview("x.csv", text)).rejects.toMatchObject({ code: "import.mixed-timeframe" });
    expect(await preview("x.csv", text, { timestamps: "inside" })).toMatchObject({
      timeframe: "1w",
      firstMs: Date.UTC(2024, 0, 1),
      rows: 10,
    });
  });

  test("one of several symbols in a file is chosen by name", async () => {
    const both =
      "time,open,high,low,close,volume,symbol\n" +
      ["BTCUSDT", "ETHUSDT"]
        .map((symbol) =>
          lines(({ time, o, h, l, c, v }) => `${iso(time)},${o},${h},${l},${c},${v},${symbol}`),
        )
        .join("");
    await expect(preview("x.csv", both)).rejects.toMatchObject({
      code: "import.several-symbols",
      details: { symbols: ["BTCUSDT", "ETHUSDT"] },
    });
    expect(await preview("x.csv", both, { symbol: "ETH/USDT" })).toMatchObject({
      ...EXPECTED,
      symbol: "ETH/USDT",
    });
  });
});

describe("an import", () => {
  const csv =
    "time,open,high,low,close,volume\n" +
    lines(({ time, o, h, l, c, v }) => `${iso(time)},${o},${h},${l},${c},${v}`);

  test("reports what it added, what was there, what differs, and every finding", async () => {
    const lake = openLake(temporaryFolder());
    const options = { symbol: "BTC/USDT", exchange: "binance" };
    const rows = csv.trim().split("\n");
    const half = [...rows.slice(0, 11), ...rows.slice(14, 20)].join("\n");
    expect(await importFile(lake, { file: fileWith("a.csv", half) }, options)).toMatchObject({
      added: 16,
      identical: 0,
      conflictCount: 0,
      gaps: { count: 1, missing: 3 },
      findingCounts: { gap: 1 },
      series: { id: "binance/spot/BTC/USDT/1h", source: "CSV with a header", simulated: false },
    });
    const changed = rows.map((row, k) => (k === 5 ? row.replace(/,(\d+)$/, ",9999") : row));
    const report = await importFile(lake, { file: fileWith("b.csv", changed.join("\n")) }, options);
    expect(report).toMatchObject({
      added: 14,
      identical: 15,
      conflictCount: 1,
      conflicts: [{ timestamp: HOURS[4], stored: { volume: 14 }, given: { volume: 9999 } }],
      gaps: { count: 0 },
    });
    expect((await lake.candles("binance/spot/BTC/USDT/1h")).volume[4]).toBe(14);
    await importFile(
      lake,
      { file: fileWith("b.csv", changed.join("\n")) },
      { ...options, onConflict: "replace" },
    );
    expect((await lake.candles("binance/spot/BTC/USDT/1h")).volume[4]).toBe(9999);
  });

  test("drops rows that the file repeats, and reports those that it contradicts", async () => {
    const rows = csv.trim().split("\n");
    const text = [...rows, rows[3], rows[4].replace(/,(\d+)$/, ",777")].join("\n");
    const seen = await preview("x.csv", text);
    expect(seen).toMatchObject({
      rows: 30,
      duplicates: 1,
      conflictCount: 1,
      conflicts: [{ stored: { volume: 13 }, given: { volume: 777 } }],
    });
    expect(seen.notes.join(" ")).toMatch(/put in order of time/);
  });

  test("lists impossible candles as findings", async () => {
    const text = csv.replace(",104,107,102,105,14", ",104,101,102,105,-1");
    expect((await preview("x.csv", text)).findingCounts).toEqual({
      highBelowLow: 1,
      highBelowOpen: 1,
      highBelowClose: 1,
      negativeVolume: 1,
    });
  });

  test("without a symbol anywhere asks for one", async () => {
    await expect(
      importFile(openLake(temporaryFolder()), { file: fileWith("x.csv", csv) }),
    ).rejects.toMatchObject({ code: "import.no-symbol" });
  });

  test("of an upload goes by the name that its owner gave it", async () => {
    const file = fileWith("upload-123", csv);
    expect(await previewImport({ file, name: "Kraken_BTCUSD_1h.csv" })).toMatchObject({
      file: "Kraken_BTCUSD_1h.csv",
      exchange: "kraken",
      symbol: "BTC/USD",
    });
  });
});

describe("a broken file is refused with the place and the text, and nothing is stored", () => {
  const rows = (
    "time,open,high,low,close,volume\n" +
    lines(({ time, o, h, l, c, v }) => `${iso(time)},${o},${h},${l},${c},${v}`)
  )
    .trim()
    .split("\n");
  const changed = (line: number, change: (row: string) => string): string =>
    rows.map((row, k) => (k === line - 1 ? change(row) : row)).join("\n");

  test.each<[string, string, string | Uint8Array, object]>([
    [
      "text in a number",
      "import.not-a-number",
      changed(7, (row) => row.replace(/,103,/, ",abc,")).replace("105,108,", "105,abc,"),
      { line: 7, column: "high", given: "abc" },
    ],
    [
      "an empty price",
      "import.not-a-number",
      changed(9, (row) => row.replace(/,108,/, ",,").replace(/,105,/, ",,")),
      { line: 9, given: "" },
    ],
    [
      "a bad date",
      "import.bad-time",
      changed(12, (row) => row.replace("2024-01-01", "2024-02-31")),
      { line: 12, column: "time" },
    ],
    [
      "a line with too few columns",
      "import.wrong-columns",
      changed(8, (row) => row.split(",").slice(0, 4).join()),
      { line: 8 },
    ],
    ["a file that is cut off", "import.truncated", rows.join("\n").slice(0, -12), { line: 31 }],
    ["a gzip file that is cut off", "import.truncated", gzipSync(rows.join("\n")).subarray(0, 200), {}],
    [
      "a wrong column",
      "import.unknown-columns",
      rows.join("\n").replace("close", "clothes"),
      { missing: ["close"] },
    ],
    [
      "two timeframes in one file",
      "import.mixed-timeframe",
      [...rows.slice(0, 30), "2024-01-02T05:05:00.000Z,1,2,1,2,1", "2024-01-02T05:10:00.000Z,1,2,1,2,1"].join(
        "\n",
      ),
      { timeframe: "1h" },
    ],
    ["trades", "import.not-candles", "1672531436,90.54,1.1\n1672531471,90.45,1.0\n", {}],
    ["an empty file", "import.empty", "", {}],
    ["a header alone", "import.empty", rows[0], {}],
    ["something else", "import.unknown-format", Uint8Array.from({ length: 500 }, (_, k) => k % 7), {}],
    ["JSON that is cut off", "import.truncated", "[[1704067200000,1,2,1,2,1],[17040", {}],
    ["JSON of trades", "import.not-candles", '[[1704067200000,"1",null,"sell",1,2,3]]', {}],
    ["Parquet that is none", "import.corrupt-file", "PAR1 is how it begins, PAR1 is how it ends: PAR1", {}],
    [
      "Arrow that is cut off",
      "import.truncated",
      tableToIPC(tableFromArrays({ time: [1], open: [1] }), "file").subarray(0, 200),
      {},
    ],
  ])("%s", async (_, code, content, details) => {
    const lake = openLake(temporaryFolder());
    const file = fileWith("x.csv", content);
    await expect(importFile(lake, { file }, { symbol: "BTC/USDT" })).rejects.toMatchObject({ code, details });
    expect(await lake.series()).toEqual([]);
  });

  test("a stretch at another distance is found even where it fits the shorter timeframe", async () => {
    const minutes = Array.from({ length: 200 }, (_, k) => START + k * 60_000);
    const hours = Array.from({ length: 30 }, (_, k) => START + (5 + k) * HOUR_MS);
    const text = lines(
      ({ time, o, h, l, c, v }) => `${time},${o},${h},${l},${c},${v}`,
      [...minutes, ...hours],
    );
    await expect(preview("x.csv", text)).rejects.toMatchObject({
      code: "import.mixed-timeframe",
      details: { other: "1h", timeframe: "1m" },
    });
  });

  test("every bad place is listed, not only the first", async () => {
    const text = rows.map((row, k) => (k > 0 && k % 3 === 0 ? row.replace(/,(\d+)$/, ",x") : row)).join("\n");
    await expect(preview("x.csv", text)).rejects.toMatchObject({
      details: {
        count: 10,
        problems: expect.arrayContaining([expect.objectContaining({ line: 31, given: "x" })]),
      },
    });
  });

  test("a file that does not exist says so", async () => {
    await expect(previewImport({ file: path.join(temporaryFolder(), "nothing.csv") })).rejects.toMatchObject({
      code: "import.no-file",
    });
  });
});
