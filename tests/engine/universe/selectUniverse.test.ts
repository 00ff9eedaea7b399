import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { candlesFromRows, sliceCandles } from "#engine/candles/build.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { Random } from "#engine/core/random.ts";
import { DAY_MS, HOUR_MS } from "#engine/core/timeframe.ts";
import type { UniverseRule } from "#engine/universe/rules.ts";
import { selectUniverse } from "#engine/universe/selectUniverse.ts";

type Row = { close: number; high?: number; low?: number; volume?: number };

/** Hourly candles from the first hour on; the typical price is the close unless highs and lows are given. */
function hourly(symbol: string, rows: readonly Row[], { exchange = "made", firstHour = 0 } = {}): Candles {
  return candlesFromRows(
    { symbol, timeframe: "1h", exchange },
    rows.map(({ close, high = close, low = close, volume = 1 }, i) => [
      (firstHour + i) * HOUR_MS,
      close,
      high,
      low,
      close,
      volume,
    ]),
  );
}

const steady = (symbol: string, close: number, volume: number) =>
  hourly(
    symbol,
    Array.from({ length: 10 }, () => ({ close, volume })),
  );

const at = 10 * HOUR_MS;
const symbolsOf = (rules: UniverseRule[], series: Candles[], time = at) =>
  selectUniverse(rules, series, time).symbols;
const reasonsOf = (rules: UniverseRule[], series: Candles[], time = at) =>
  selectUniverse(rules, series, time).leftOut.map(({ symbol, kind }) => `${symbol} ${kind}`);

describe("the universe of a date", () => {
  it("is all that trades, in order of the symbols, when there are no rules", () => {
    const series = [steady("B", 1, 1), steady("A", 1, 1), steady("C", 1, 1)];
    expect(symbolsOf([], series)).toEqual(["A", "B", "C"]);
  });

  it("is what traded most in quote currency", () => {
    // Volumes over two hours: A 2 × 100 × 3 = 600, B 2 × 5 × 50 = 500, C 2 × 1 × 400 = 800.
    const series = [steady("A", 100, 3), steady("B", 5, 50), steady("C", 1, 400)];
    const rule = { kind: "top", by: "quoteVolume", count: 2, lookbackBars: 2 } as const;
    const { symbols, leftOut } = selectUniverse([rule], series, at);
    expect(symbols).toEqual(["C", "A"]);
    expect(leftOut).toEqual([
      {
        symbol: "B",
        rule: 0,
        kind: "top",
        value: 500,
        message: "B is number 3 of 3 by quoteVolume (500); the first 2 are taken",
      },
    ]);
    expect(symbolsOf([{ ...rule, order: "ascending", count: 1 }], series)).toEqual(["B"]);
  });

  it("measures volume at the typical price", () => {
    const series = [
      hourly("A", [
        { close: 4, high: 6, low: 2, volume: 10 },
        { close: 1, high: 3, low: 1, volume: 6 },
      ]),
    ];
    const [one] = selectUniverse(
      [{ kind: "quoteVolume", min: 1e9, lookbackBars: 2 }],
      series,
      2 * HOUR_MS,
    ).leftOut;
    // 10 × 4 + 6 × 5/3
    expect(one.value).toBeCloseTo(50, 12);
    expect(one.message).toMatch(/^A has a quoteVolume of 50(\.0*1?|), below 1000000000$/);
  });

  it("keeps what lies within limits, both ends included", () => {
    const series = [steady("A", 1, 1), steady("B", 2, 1), steady("C", 3, 1)];
    expect(symbolsOf([{ kind: "price", min: 2 }], series)).toEqual(["B", "C"]);
    expect(symbolsOf([{ kind: "price", max: 2 }], series)).toEqual(["A", "B"]);
    expect(symbolsOf([{ kind: "price", min: 1.5, max: 2.5 }], series)).toEqual(["B"]);
    expect(symbolsOf([{ kind: "quoteVolume", min: 6, lookbackBars: 3 }], series)).toEqual(["B", "C"]);
  });

  it("knows how old a market is", () => {
    const old = steady("OLD", 1, 1);
    const young = hourly("YOUNG", [{ close: 1 }, { close: 1 }], { firstHour: 8 });
    expect(symbolsOf([{ kind: "age", minDays: 0.25 }], [old, young])).toEqual(["OLD"]);
    expect(symbolsOf([{ kind: "age", maxDays: 0.25 }], [old, young])).toEqual(["YOUNG"]);
  });

  it("measures how far, how wildly and how widely prices went", () => {
    const series = [
      hourly("A", [{ close: 100 }, { close: 110, high: 120, low: 90 }, { close: 99, high: 112, low: 96 }]),
    ];
    const measured = (rule: UniverseRule) => selectUniverse([rule], series, 3 * HOUR_MS).leftOut[0].value;
    expect(measured({ kind: "performance", min: 1, lookbackBars: 2 })).toBeCloseTo(-0.01, 12);
    expect(measured({ kind: "range", min: 9, lookbackBars: 2 })).toBeCloseTo(30 / 90, 12);
    // Two log returns: their deviation is half their distance times √2, and √2 again for the lookback of two.
    const [first, second] = [Math.log(1.1), Math.log(0.9)];
    expect(measured({ kind: "volatility", max: 0.001, lookbackBars: 2 })).toBeCloseTo(
      Math.abs(first - second),
      12,
    );
  });

  it("estimates the spread of a random walk whose closes jump between bid and ask", () => {
    const random = Random.seeded("spread");
    const made = (symbol: string, spread: number) => {
      let middle = 0;
      const rows = Array.from({ length: 5000 }, () => {
        const trades = Array.from({ length: 40 }, () => {
          middle += random.normal(0, 0.0005);
          return Math.exp(middle + (random.uniform() < 0.5 ? spread / 2 : -spread / 2));
        });
        return { close: trades[trades.length - 1], high: Math.max(...trades), low: Math.min(...trades) };
      });
      return hourly(symbol, rows);
    };
    const series = [made("TIGHT", 0.0005), made("WIDE", 0.01)];
    const rule = { kind: "spread", maxBps: 0, lookbackBars: 4000 } as const;
    const values = Object.fromEntries(
      selectUniverse([rule], series, 5000 * HOUR_MS).leftOut.map(({ symbol, value }) => [symbol, value]),
    );
    expect(values.WIDE).toBeGreaterThan(90);
    expect(values.WIDE).toBeLessThan(110);
    expect(values.TIGHT ?? 0).toBeLessThan(15);
    expect(symbolsOf([{ ...rule, maxBps: 20 }], series, 5000 * HOUR_MS)).toEqual(["TIGHT"]);
  });

  it("takes the listed, leaves the blocked, and understands stars", () => {
    const series = ["BTC/USDT", "ETH/USDT", "ETH/BTC", "BTCUP/USDT"].map((symbol) => steady(symbol, 1, 1));
    expect(symbolsOf([{ kind: "allow", symbols: ["*/USDT"] }], series)).toEqual([
      "BTC/USDT",
      "BTCUP/USDT",
      "ETH/USDT",
    ]);
    expect(symbolsOf([{ kind: "block", symbols: ["*UP/*", "ETH/BTC"] }], series)).toEqual([
      "BTC/USDT",
      "ETH/USDT",
    ]);
    expect(symbolsOf([{ kind: "allow", symbols: ["BTC/USDT"] }], series)).toEqual(["BTC/USDT"]);
    expect(symbolsOf([{ kind: "allow", symbols: ["E*H*T"] }], series)).toEqual(["ETH/USDT"]);
    expect(symbolsOf([{ kind: "allow", symbols: ["ETH/*H/BTC"] }], series)).toEqual([]);
    expect(reasonsOf([{ kind: "allow", symbols: ["ETH*"] }], series)).toEqual([
      "BTC/USDT allow",
      "BTCUP/USDT allow",
    ]);
  });

  it("shuffles by seed and time, whatever the order of the series", () => {
    const series = Array.from({ length: 8 }, (_, i) => steady(`S${i}`, 1, 1));
    const rules: UniverseRule[] = [{ kind: "shuffle", seed: 7 }];
    const first = symbolsOf(rules, series);
    expect([...first].sort()).toEqual(symbolsOf([], series));
    expect(first).not.toEqual(symbolsOf([], series));
    expect(symbolsOf(rules, [...series].reverse())).toEqual(first);
    expect(symbolsOf([{ kind: "shuffle", seed: 8 }], series)).not.toEqual(first);
    expect(symbolsOf(rules, series, at + HOUR_MS)).not.toEqual(first);
  });

  it("takes so many from a place on", () => {
    const series = ["A", "B", "C", "D"].map((symbol) => steady(symbol, 1, 1));
    expect(symbolsOf([{ kind: "first", count: 2 }], series)).toEqual(["A", "B"]);
    expect(symbolsOf([{ kind: "first", count: 2, offset: 3 }], series)).toEqual(["D"]);
  });

  it("applies rules one after the other", () => {
    const series = [steady("A", 1, 900), steady("B", 10, 50), steady("C", 20, 20), steady("D", 30, 30)];
    const top: UniverseRule = { kind: "top", by: "quoteVolume", count: 2, lookbackBars: 1 };
    const price: UniverseRule = { kind: "price", min: 10 };
    expect(symbolsOf([top, price], series)).toEqual(["D"]);
    expect(symbolsOf([price, top], series)).toEqual(["D", "B"]);
    // Over one hour: A 900, D 900, B 500, C 400. A and D pass the first rule, and only D the second.
    const left = selectUniverse([top, price], series, at).leftOut.map(({ symbol, rule }) => [symbol, rule]);
    expect(left).toEqual([
      ["B", 0],
      ["C", 0],
      ["A", 1],
    ]);
  });

  it("leaves out who has no candles, too few of them, none lately, or none that can be used", () => {
    const series = [
      steady("A", 1, 1),
      hourly("DEAD", [{ close: 1 }]),
      hourly("LATER", [{ close: 1 }], { firstHour: 60 }),
      hourly("NEW", [{ close: 1 }, { close: 2 }], { firstHour: 48 }),
      hourly(
        "ODD",
        Array.from({ length: 40 }, () => ({ close: Number.NaN })),
        { firstHour: 10 },
      ),
    ];
    const rules: UniverseRule[] = [{ kind: "performance", min: -1, lookbackBars: 3 }];
    expect(reasonsOf(rules, series, 50 * HOUR_MS)).toEqual([
      "A stale",
      "DEAD stale",
      "LATER noCandles",
      "NEW tooFewCandles",
      "ODD notKnown",
    ]);
    expect(selectUniverse([], series, 50 * HOUR_MS, { staleAfterMs: 10 * DAY_MS }).symbols).toEqual([
      "A",
      "DEAD",
      "NEW",
      "ODD",
    ]);
  });

  it("tells two venues of one symbol apart, and refuses the same market twice", () => {
    const [one, other] = ["binance", "kraken"].map((exchange) =>
      hourly("BTC/USD", [{ close: 1 }], { exchange }),
    );
    expect(symbolsOf([], [other, one], HOUR_MS)).toEqual(["binance:BTC/USD", "kraken:BTC/USD"]);
    expect(symbolsOf([{ kind: "block", symbols: ["kraken:*"] }], [other, one], HOUR_MS)).toEqual([
      "binance:BTC/USD",
    ]);
    expect(() => selectUniverse([], [one, one], HOUR_MS)).toThrow(
      expect.objectContaining({ code: "universe.duplicate-symbol" }),
    );
  });

  it("does not change when candles come after the time, nor knows a candle before its close", () => {
    const rules: UniverseRule[] = [
      { kind: "age", minDays: 0.1 },
      { kind: "quoteVolume", min: 10, lookbackBars: 4 },
      { kind: "volatility", min: 0.0001, max: 3, lookbackBars: 4 },
      { kind: "spread", maxBps: 3000, lookbackBars: 4 },
      { kind: "range", max: 5, lookbackBars: 3 },
      { kind: "shuffle", seed: 1 },
      { kind: "top", by: "performance", count: 3, lookbackBars: 3 },
    ];
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 40 * HOUR_MS }), (seed, time) => {
        const random = Random.seeded(seed);
        const series = ["A", "B", "C", "D", "E", "F"].map((symbol) => {
          const rows = Array.from({ length: random.integer(0, 40) }, () => {
            const close = random.between(1, 5);
            return {
              close,
              high: close * random.between(1, 1.2),
              low: close * random.between(0.8, 1),
              volume: random.between(0, 9),
            };
          });
          return hourly(symbol, rows, { firstHour: random.integer(0, 10) });
        });
        const known = series.map((candles) =>
          sliceCandles(candles, 0, candles.timestamp.filter((open) => open + HOUR_MS <= time).length),
        );
        expect(selectUniverse(rules, series, time)).toEqual(selectUniverse(rules, known, time));
        const { symbols, leftOut } = selectUniverse(rules, series, time);
        expect([...symbols, ...leftOut.map(({ symbol }) => symbol)].sort()).toEqual([
          "A",
          "B",
          "C",
          "D",
          "E",
          "F",
        ]);
      }),
    );
  });

  it("counts months by the calendar", () => {
    const monthly = candlesFromRows({ symbol: "A", timeframe: "1M", exchange: "made" }, [
      [0, 1, 1, 1, 1, 1],
      [31 * DAY_MS, 2, 2, 2, 2, 1],
    ]);
    const closes = (time: number) =>
      selectUniverse([{ kind: "price", min: 9 }], [monthly], time, { staleAfterMs: Infinity }).leftOut[0];
    expect(closes(31 * DAY_MS - 1).kind).toBe("noCandles");
    expect(closes(31 * DAY_MS).value).toBe(1);
    expect(closes(59 * DAY_MS).value).toBe(2);
  });
});

describe("rules that cannot be", () => {
  it.each([
    [{ kind: "topp" }, "kind"],
    [{ kind: "price" }, "price"],
    [{ kind: "price", min: 2, max: 1 }, "price"],
    [{ kind: "price", min: Number.NaN }, "min"],
    [{ kind: "quoteVolume", min: 1 }, "lookbackBars"],
    [{ kind: "volatility", min: 1, lookbackBars: 1 }, "lookbackBars"],
    [{ kind: "top", by: "volume", count: 1, lookbackBars: 1 }, "by"],
    [{ kind: "top", by: "quoteVolume", count: 0, lookbackBars: 1 }, "count"],
    [{ kind: "top", by: "quoteVolume", count: 1 }, "lookbackBars"],
    [{ kind: "top", by: "price", count: 1, order: "up" }, "order"],
    [{ kind: "first", count: 1, offset: -1 }, "offset"],
    [{ kind: "shuffle" }, "seed"],
    [{ kind: "allow", symbols: "BTC" }, "symbols"],
    [{ kind: "age", minDay: 3 }, "minDay"],
    [{ kind: "spread", maxBps: -1, lookbackBars: 5 }, "maxBps"],
  ])("are refused with place and field: %j", (rule, field) => {
    const good: UniverseRule = { kind: "first", count: 3 };
    expect(() => selectUniverse([good, rule as unknown as UniverseRule], [], 0)).toThrow(
      expect.objectContaining({
        code: "universe.rule",
        details: expect.objectContaining({ rule: 1, field }),
      }),
    );
  });

  it("are mended with the nearest name", () => {
    const rule = { kind: "top", by: "quotevolume", count: 1, lookbackBars: 1 } as unknown as UniverseRule;
    expect(() => selectUniverse([rule], [], 0)).toThrow(/"quoteVolume", perhaps/);
    expect(() => selectUniverse([], [], Number.NaN)).toThrow(
      expect.objectContaining({ code: "universe.time" }),
    );
    expect(() => selectUniverse([], [], 0, { staleAfterMs: 0 })).toThrow(
      expect.objectContaining({ code: "universe.stale" }),
    );
  });
});
