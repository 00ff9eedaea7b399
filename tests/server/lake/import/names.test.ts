import { describe, expect, test } from "vitest";
import { hintsFromPath, pairOf } from "#server/lake/import/names.ts";

describe("a file's name", () => {
  test.each([
    ["BTCUSDT-1h-2021-04.csv", { symbol: "BTC/USDT", timeframe: "1h" }],
    ["ETHBTC-15m-2024-01-31.csv.gz", { symbol: "ETH/BTC", timeframe: "15m" }],
    ["Binance_BTCUSDT_1h.csv", { exchange: "binance", symbol: "BTC/USDT", timeframe: "1h" }],
    ["Bitstamp_ETHUSD_d.csv", { exchange: "bitstamp", symbol: "ETH/USD", timeframe: "1d" }],
    ["XBTUSD_60.csv", { symbol: "BTC/USD", timeframe: "1h" }],
    ["XDGEUR_1440.csv", { symbol: "DOGE/EUR", timeframe: "1d" }],
    ["ETH_BTC-5m.feather", { symbol: "ETH/BTC", timeframe: "5m", market: "spot" }],
    ["XRP_USDT_USDT-1h-futures.feather", { symbol: "XRP/USDT:USDT", timeframe: "1h", market: "perp" }],
    [
      "XRP_USDT_USDT-8h-funding_rate.feather",
      { symbol: "XRP/USDT:USDT", timeframe: "8h", market: "perp", kind: "funding_rate" },
    ],
    ["AAPL.csv", { symbol: "AAPL" }],
    ["prices of my shares.csv", {}],
    [
      "a/exchange=binance/market=spot/symbol=BTC-USDT/timeframe=1h/data.parquet",
      { exchange: "binance", market: "spot", symbol: "BTC/USDT", timeframe: "1h" },
    ],
    [
      "exchange=okx/market=perp/symbol=BTC%2FUSDT%3AUSDT/timeframe=4h/2024.parquet",
      { exchange: "okx", market: "perp", symbol: "BTC/USDT:USDT", timeframe: "4h" },
    ],
  ])("%s says what it says", (file, hints) => {
    expect(hintsFromPath(file)).toEqual(hints);
  });

  test.each([
    ["BTCUSDT", "BTC/USDT"],
    ["btc-usd", "BTC/USD"],
    ["1000PEPEUSDT", "1000PEPE/USDT"],
    ["BTCFDUSD", "BTC/FDUSD"],
    ["BTC/USDT:USDT", "BTC/USDT:USDT"],
    ["AAPL", undefined],
    ["USD", undefined],
  ])("with %s in it names the pair %s", (name, pair) => {
    expect(pairOf(name)).toBe(pair);
  });
});
