import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { CANDLE_COLUMNS } from "#engine/candles/candles.ts";
import type { ImportOptions } from "#server/contract.ts";
import { queryParquetNumbers } from "#server/lake/duckdb.ts";
import { importFile, previewImport, readCandles } from "#server/lake/import/importFile.ts";
import { openLake } from "#server/lake/lake.ts";
import {
  candlesPath,
  readCandles as realCandles,
  sharedData,
  WITHOUT_DATA,
} from "../../../fixtures/sharedData.ts";
import { temporaryFolder } from "../../../fixtures/temporaryFolder.ts";

const raw = (name: string): string => sharedData(`raw/${name}`) ?? "";
/** Vitest's own comparison takes half a minute for a million numbers. */
function sameBits(a: Float64Array, b: Float64Array | undefined): boolean {
  const bytes = (column: Float64Array): Buffer =>
    Buffer.from(column.buffer, column.byteOffset, column.byteLength);
  return b !== undefined && bytes(a).equals(bytes(b));
}

const isAbsent = sharedData("raw") === undefined;

/** What each real file is, as its provider says; null in place of what the user has to name. */
const FILES: readonly [name: string, options: ImportOptions, expected: object][] = [
  [
    "layout_samples/BTCUSDT-1h-2021-04.csv",
    {},
    { dialect: "binance", symbol: "BTC/USDT", timeframe: "1h", rows: 500 },
  ],
  [
    "layout_samples/BTCUSDT-1h-2025-style.csv",
    {},
    { dialect: "binance", symbol: "BTC/USDT", timeframe: "1h", rows: 500 },
  ],
  [
    "layout_samples/Binance_BTCUSDT_1h.csv",
    {},
    { dialect: "cryptodatadownload", exchange: "binance", symbol: "BTC/USDT", timeframe: "1h", rows: 500 },
  ],
  [
    "layout_samples/XBTUSD_60.csv",
    {},
    { dialect: "kraken", exchange: "kraken", symbol: "BTC/USD", timeframe: "1h", rows: 500 },
  ],
  [
    "binance_python/ETHUSDT_1h.first3000.csv",
    {},
    { dialect: "header", symbol: "ETH/USDT", timeframe: "1h", rows: 3000 },
  ],
  ["bitfinex/LTCUSD_1m_2013.csv.gz", {}, { dialect: "bitfinex", symbol: "LTC/USD", timeframe: "1m" }],
  ["freqtrade/ETH_BTC-5m.feather", {}, { dialect: "arrow", symbol: "ETH/BTC", timeframe: "5m", rows: 5760 }],
  ["freqtrade/XRP_ETH-1m.feather", {}, { dialect: "arrow", symbol: "XRP/ETH", timeframe: "1m", rows: 2469 }],
  [
    "freqtrade/futures_XRP_USDT_USDT-1h-futures.feather",
    {},
    { dialect: "arrow", market: "perp", symbol: "XRP/USDT:USDT", timeframe: "1h", rows: 100 },
  ],
  [
    "freqtrade/UNITTEST_BTC-1m.json.gz",
    {},
    { dialect: "freqtrade-json", symbol: "UNITTEST/BTC", timeframe: "1m", rows: 13681 },
  ],
  ["skender/default.csv", {}, { dialect: "header", timeframe: "1d", rows: 502 }],
  ["skender/intraday.csv", {}, { dialect: "header", timeframe: "1m", rows: 1564 }],
  ["skender/penny.csv", {}, { dialect: "header", timeframe: "1d", rows: 533 }],
  ["skender/bitcoin.csv", {}, { dialect: "header", timeframe: "1d", rows: 1246 }],
  ["skender/mismatch.csv", { dateFormat: "monthFirst" }, { dialect: "header", timeframe: "1d", rows: 502 }],
  ["backtrader/yhoo-2014.txt", {}, { dialect: "yahoo", market: "equity", timeframe: "1d", rows: 252 }],
  [
    "backtrader/2006-min-005.txt",
    { timestamps: "close" },
    { dialect: "header", timeframe: "5m", firstMs: Date.UTC(2006, 0, 2, 9) },
  ],
  [
    "backtrader/2006-week-001.txt",
    { timestamps: "close" },
    { dialect: "header", timeframe: "1w", rows: 52, firstMs: Date.UTC(2006, 0, 2) },
  ],
  ["backtesting_py/GOOG.csv", {}, { dialect: "header", symbol: "GOOG", timeframe: "1d", rows: 2148 }],
];

/** Files that are not candles, and the code with which they are refused. */
const NOT_CANDLES: readonly [name: string, code: string][] = [
  ["freqtrade/futures_XRP_USDT_USDT-8h-mark.feather", "import.not-candles"],
  ["freqtrade/futures_XRP_USDT_USDT-8h-funding_rate.feather", "import.not-candles"],
  ["freqtrade/XRP_ETH-trades.json.gz", "import.not-candles"],
  ["freqtrade/kraken_trades_csv_BCHEUR.csv", "import.not-candles"],
  ["freqtrade/orderflow_public_trades_list_simple_example.csv", "import.unknown-columns"],
  ["backtrader/bidask.csv", "import.not-candles"],
  ["backtrader/ticksample.csv", "import.unknown-timeframe"],
];

describe.skipIf(isAbsent)(`files as people have them (${WITHOUT_DATA})`, () => {
  test.each(FILES)(
    "%s is recognised and imported whole, twice to the same lake",
    async (name, options, expected) => {
      const seen = await previewImport({ file: raw(name) }, options);
      expect(seen).toMatchObject(expected);
      const lake = openLake(temporaryFolder());
      const chosen = { ...options, symbol: seen.symbol ?? "TEST" };
      const first = await importFile(lake, { file: raw(name) }, chosen);
      expect(first).toMatchObject({ added: seen.rows, identical: 0, conflictCount: 0 });
      expect(await importFile(lake, { file: raw(name) }, chosen)).toMatchObject({
        added: 0,
        identical: seen.rows,
      });
      expect(await lake.verify()).toEqual([]);
    },
  );

  test.each(NOT_CANDLES)("%s is refused as %s", async (name, code) => {
    await expect(previewImport({ file: raw(name) })).rejects.toMatchObject({ code });
  });

  test("no file of the folder has been forgotten here", () => {
    const all = readdirSync(raw(""), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(raw(""), path.join(entry.parentPath, entry.name)));
    expect([...FILES.map(([name]) => name), ...NOT_CANDLES.map(([name]) => name)].sort()).toEqual(all.sort());
  });

  test("the four layouts of the same Bitcoin hours give the same candles as the exchange's", async () => {
    const real = await realCandles({
      exchange: "binance",
      market: "spot",
      symbol: "BTC-USDT",
      timeframe: "1h",
    });
    const layouts = [
      "BTCUSDT-1h-2021-04.csv",
      "BTCUSDT-1h-2025-style.csv",
      "Binance_BTCUSDT_1h.csv",
      "XBTUSD_60.csv",
    ];
    for (const layout of layouts) {
      const { candles } = await readCandles({ file: raw(`layout_samples/${layout}`) });
      for (const name of CANDLE_COLUMNS)
        expect(candles[name], `${layout} ${name}`).toEqual(real?.[name].slice(0, 500));
    }
  });

  test("freqtrade's packed candles are those of the trades they were made from", async () => {
    const { candles } = await readCandles({ file: raw("freqtrade/XRP_ETH-1m.feather") });
    const [time, open, high, low, close, volume] = await queryParquetNumbers(
      sharedData("market/trades/binance_XRP-ETH_trades.parquet") ?? "",
      "SELECT epoch_ms(time_bucket(INTERVAL 1 MINUTE, ts))::DOUBLE AS minute, arg_min(price, (ts, id)), max(price), min(price), arg_max(price, (ts, id)), sum(amount) FROM $rows GROUP BY minute ORDER BY minute",
    );
    expect({ ...candles, volume: null }).toMatchObject({ timestamp: time, open, high, low, close });
    for (const [i, value] of candles.volume.entries()) expect(value).toBeCloseTo(volume[i], 6);
  });
});

describe.skipIf(sharedData("market") === undefined)(`real Parquet (${WITHOUT_DATA})`, () => {
  test.each([
    [
      { exchange: "binance", market: "spot", symbol: "BTC-USDT", timeframe: "1h" },
      { count: 5, missing: 12 },
      23_987,
    ],
    [
      { exchange: "bitfinex", market: "spot", symbol: "BTC-USD", timeframe: "1m" },
      { count: 457, missing: 859 },
      259_781,
    ],
    [
      { exchange: "bitfinex", market: "spot-sparse", symbol: "ETH-USD", timeframe: "1m" },
      { count: 37_430, missing: 342_310 },
      85_818,
    ],
    [
      { exchange: "nasdaq", market: "equity", symbol: "GOOG", timeframe: "1d" },
      { count: 0, missing: 0 },
      2148,
    ],
  ])(
    "%o keeps its rows, and its gaps are counted as its provider counts them",
    async (series, gaps, rows) => {
      const lake = openLake(temporaryFolder());
      const report = await importFile(lake, { file: sharedData(candlesPath(series)) ?? "" });
      expect(report).toMatchObject({ added: rows, gaps });
      const stored = await lake.candles(report.series.id);
      const real = await realCandles(series);
      for (const name of CANDLE_COLUMNS) expect(sameBits(stored[name], real?.[name]), name).toBe(true);
    },
  );
});
