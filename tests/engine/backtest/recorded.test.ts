import { describe, expect, it } from "vitest";
import { unhashedBacktest } from "#engine/backtest/run.ts";
import { type CandleRow, candlesFromRows } from "#engine/candles/build.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { Random } from "#engine/core/random.ts";
import { mean } from "#engine/core/stats.ts";
import type { Sizing } from "#engine/sizing/sizing.ts";
import { defineStrategy } from "#engine/strategy/contract.ts";
import type { Signal } from "#engine/strategy/signal.ts";
import { numbers, rows } from "./tables.ts";

const HOUR = 3_600_000;

function walk(symbol: string): Candles {
  const random = Random.seeded(symbol);
  let price = 100;
  const rows = Array.from({ length: 60 }, (_, i): CandleRow => {
    const open = price;
    price *= 1 + 0.01 * random.normal();
    return [i * HOUR, open, Math.max(open, price) * 1.01, Math.min(open, price) * 0.99, price, 1000];
  });
  return candlesFromRows({ symbol, timeframe: "1h", exchange: "test" }, rows);
}

const holder = (name: string) =>
  defineStrategy({
    name,
    timeframe: "1h",
    history: 12,
    features: ({ close }) => ({ close }),
    decide: ({ market }) => market.rows.map(({ symbol }) => ({ symbol, weight: 0.25 })),
  });

/** In at every fifth close, out three closes later. */
const comesAndGoes = (name: string) =>
  defineStrategy({
    name,
    timeframe: "1h",
    history: 12,
    features: ({ close }) => ({ close }),
    decide: ({ market: { time, rows } }) => ({
      signals: rows.flatMap(({ symbol }): Signal[] => {
        const hour = (time / HOUR) % 5;
        if (hour === 0) return [{ symbol, direction: "short" }];
        return hour === 3 ? [{ symbol, direction: "flat" }] : [];
      }),
    }),
  });

/** Signals at certain hours. */
const once = (name: string, directions: Readonly<Record<number, Signal["direction"]>>, size: Sizing) =>
  defineStrategy({
    name,
    timeframe: "1h",
    history: 1,
    features: ({ close }) => ({ close }),
    decide: ({ market: { time, rows } }) => ({
      signals: rows.flatMap(({ symbol }) => {
        const direction = directions[time / HOUR];
        return direction === undefined ? [] : [{ symbol, direction, size }];
      }),
    }),
  });

type FillRow = {
  readonly strategy: string;
  readonly side: string;
  readonly time: number;
  readonly price: number;
  readonly amount: number;
};

describe("what a backtest writes down", () => {
  it("names the construction, the universe's rules and their period among its assumptions", () => {
    const construction = { method: "inverseVolatility", lookbackBars: 10 } as const;
    const universe = { rules: [{ kind: "allow", symbols: ["A/USDT", "B/USDT"] }], every: "1d" } as const;
    const { assumptions } = unhashedBacktest(holder("two"), [walk("A/USDT"), walk("B/USDT")], {
      construction,
      universe,
    });
    expect(assumptions.record).toMatchObject({ construction, universe });
    expect(assumptions.sentences).toContain(
      "What was chosen is weighted by inverseVolatility, measured on candles that had closed.",
    );
    expect(assumptions.sentences).toContain(
      "Which symbols may be entered is chosen by rule every 1d, from what had closed.",
    );
  });

  it("says how long each of several strategies was in the market, how exposed and how busy, by its own equity", () => {
    const [a, b] = [walk("A/USDT"), walk("B/USDT")];
    const result = unhashedBacktest(
      {
        strategies: [
          { strategy: holder("holds"), symbols: ["A/USDT"], weight: 0.7 },
          { strategy: comesAndGoes("comes-and-goes"), symbols: ["B/USDT"], weight: 0.3 },
        ],
      },
      [a, b],
      { marketType: "linear" },
    );
    const times = numbers(result.equity, "time");
    const fills = rows(result.fills) as FillRow[];
    for (const [s, candles] of [a, b].entries()) {
      const { name, metrics, equity } = result.strategies[s];
      const own = numbers(equity, "equity");
      const ownFills = fills.filter(({ strategy }) => strategy === name);
      // What was held at each close: a fill at that very time is the next candle's, but for those that end the backtest.
      const held = Array.from(times, (time, row) => {
        const isLast = row === times.length - 1;
        const before = ownFills.filter((fill) => fill.time < time || (isLast && fill.time === time));
        return before.reduce((sum, { side, amount }) => sum + (side === "buy" ? amount : -amount), 0);
      }).map((amount) => (Math.abs(amount) < 1e-9 ? 0 : amount));
      const exposure = held.map((amount, row) => {
        const close = candles.close[candles.timestamp.indexOf(times[row] - HOUR)];
        return Math.abs(amount * close) / own[row];
      });
      const traded = ownFills.reduce((sum, { price, amount }) => sum + price * amount, 0);
      expect(metrics.timeInMarket).toBe(held.filter((amount) => amount !== 0).length / times.length);
      expect(metrics.meanExposure).toBeCloseTo(mean(exposure), 12);
      expect(metrics.turnover / (traded / mean(own))).toBeCloseTo(1, 12);
    }
    const [holds, comes] = result.strategies.map(({ metrics }) => metrics);
    expect(holds.timeInMarket).toBeGreaterThan(comes.timeInMarket);
    expect(comes.timeInMarket).toBeGreaterThan(0.3);
    const open = numbers(result.equity, "openPositions");
    expect(result.metrics.timeInMarket).toBe(open.filter((count) => count > 0).length / open.length);
  });

  it("counts a position of half a strategy's own part as an exposure of a half, worked by hand", () => {
    const flat = (symbol: string): Candles =>
      candlesFromRows(
        { symbol, timeframe: "1h", exchange: "test" },
        Array.from({ length: 6 }, (_, i): CandleRow => [i * HOUR, 100, 100, 100, 100, 1000]),
      );
    // From the open of the second candle: 25 of a part of 5000, and 10 of the other, short, until the fifth candle.
    const buys = once("buys", { 1: "long", 4: "flat" }, { kind: "fixedAmount", amountQuote: 2500 });
    const sells = once("sells", { 1: "short" }, { kind: "fixedAmount", amountQuote: 1000 });
    const { strategies, metrics } = unhashedBacktest(
      {
        strategies: [
          { strategy: buys, symbols: ["A/USDT"] },
          { strategy: sells, symbols: ["B/USDT"] },
        ],
      },
      [flat("A/USDT"), flat("B/USDT")],
      { marketType: "linear", feeBps: 0, finalise: "keepOpen" },
    );
    const figures = strategies.map((one) => one.metrics).concat(metrics);
    // Six rows at the six closes; the first has no position, the last two of the buyer neither.
    expect(figures.map(({ timeInMarket }) => timeInMarket)).toEqual([3 / 6, 5 / 6, 5 / 6]);
    expect(figures.map(({ meanExposure }) => meanExposure)).toEqual([
      (3 * 0.5) / 6,
      (5 * 0.2) / 6,
      expect.closeTo((3 * 0.35 + 2 * 0.1) / 6, 12),
    ]);
    expect(figures.map(({ turnover }) => turnover)).toEqual([1, 0.2, 0.6]);
  });
});
