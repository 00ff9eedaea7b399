import fc from "fast-check";
import { expect, test } from "vitest";
import type { Series } from "#server/contract.ts";
import { lakeTables, seriesTableName, sqlName, unionTableName } from "#workbench/data/tableNames.ts";

function series(exchange: string, symbol: string, timeframe: string, market = "spot"): Series {
  const id = `${exchange}/${market}/${symbol}/${timeframe}`;
  const gaps = { count: 0, missing: 0 };
  return {
    id,
    kind: "candles",
    exchange,
    market,
    symbol,
    timeframe,
    rows: 1,
    firstMs: 0,
    lastMs: 0,
    gaps,
    simulated: false,
    source: "",
    files: [],
  };
}

test("a symbol and its timeframe make a table's name", () => {
  expect(seriesTableName(series("simulated", "BTC/USDT", "5m"))).toBe("btc_usdt_5m");
  expect(seriesTableName(series("sample", "AAPL", "1d", "equity"))).toBe("aapl_1d_equity");
  expect(seriesTableName(series("binance", "BTC/USDT:USDT", "1h", "perp"))).toBe("btc_usdt_usdt_1h_perp");
  expect(unionTableName(series("simulated", "ETH/USDT", "5m"))).toBe("candles_5m");
});

test("a month and a minute are two tables although SQL ignores case", () => {
  expect(seriesTableName(series("x", "BTC/USDT", "1M"))).toBe("btc_usdt_1mo");
  expect(seriesTableName(series("x", "BTC/USDT", "1m"))).toBe("btc_usdt_1m");
});

test("every name can be written in SQL without quotes", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (text) => {
      expect(sqlName(text)).toMatch(/^[a-z_][a-z0-9_]*$|^_$/);
    }),
  );
});

test("all symbols of one exchange, market and timeframe stand together, in the order of their symbols", () => {
  const list = [
    series("a", "ETH/USDT", "5m"),
    series("a", "BTC/USDT", "5m"),
    series("a", "BTC/USDT", "5m", "perp"),
    series("b", "BTC/USDT", "5m"),
  ];
  const tables = lakeTables(list);
  expect(tables.get("a.candles_5m")?.series.map(({ symbol }) => symbol)).toEqual(["BTC/USDT", "ETH/USDT"]);
  expect(tables.get("a.candles_5m_perp")?.series).toHaveLength(1);
  expect(tables.get("b.candles_5m")?.series).toHaveLength(1);
});

test("two symbols that read the same get two tables, whatever order they are listed in", () => {
  const list = [series("x", "BTC/USDT", "5m"), series("x", "BTC-USDT", "5m")];
  const names = (given: Series[]) =>
    [...lakeTables(given)].map(
      ([
        name,
        {
          series: [one],
        },
      ]) => `${name}=${one.symbol}`,
    );
  expect(names(list)).toEqual(names([...list].reverse()));
  expect([...lakeTables(list).keys()]).toEqual(["x.btc_usdt_5m", "x.btc_usdt_5m_2", "x.candles_5m"]);
});

test("no series hides another, however they are called", () => {
  const text = fc.string({ minLength: 1, maxLength: 6 });
  const one = fc.tuple(text, text, fc.constantFrom("1m", "1M", "1h"), fc.constantFrom("spot", "perp"));
  fc.assert(
    fc.property(fc.uniqueArray(one, { selector: (parts) => parts.join("/") }), (parts) => {
      const list = parts.map(([exchange, symbol, timeframe, market]) =>
        series(exchange, symbol, timeframe, market),
      );
      const own = [...lakeTables(list).values()].filter(({ union }) => !union);
      expect(new Set(own.map(({ series: [first] }) => first))).toEqual(new Set(list));
    }),
  );
});
