import { describe, expect, it } from "vitest";
import { unhashedBacktest } from "#engine/backtest/run.ts";
import { type CandleRow, candlesFromRows } from "#engine/candles/build.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { Random } from "#engine/core/random.ts";
import { defineStrategy } from "#engine/strategy/contract.ts";
import { numbers } from "./tables.ts";

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

  it("says nothing of the time in the market of one strategy among several, where it is not known", () => {
    const result = unhashedBacktest(
      {
        strategies: [
          { strategy: holder("one"), symbols: ["A/USDT"] },
          { strategy: holder("other"), symbols: ["B/USDT"] },
        ],
      },
      [walk("A/USDT"), walk("B/USDT")],
    );
    expect(result.strategies.map(({ metrics }) => metrics.timeInMarket)).toEqual([NaN, NaN]);
    const open = numbers(result.equity, "openPositions");
    expect(result.metrics.timeInMarket).toBe(open.filter((count) => count > 0).length / open.length);
  });
});
