import { describe, expect, it } from "vitest";
import { construct } from "#engine/backtest/construct.ts";
import { candlesFromRows } from "#engine/candles/build.ts";
import type { Candles } from "#engine/candles/candles.ts";

const HOUR = 3_600_000;
const WAVE = [0.01, -0.02, 0.015, 0.005, -0.01, 0.02, -0.005, 0.01];
const OTHER = [0.005, 0.01, -0.02, 0.01, 0.015, -0.01, 0.01, -0.015];

function walk(symbol: string, returns: readonly number[]): Candles {
  let close = 100;
  const closes = [close, ...returns.map((one) => (close *= 1 + one))];
  return candlesFromRows(
    { symbol, timeframe: "1h", exchange: "test" },
    closes.map((price, i) => [i * HOUR, price, price, price, price, 1]),
  );
}

const target = (symbol: string, weight: number) => ({ symbol, weight, score: Number.NaN });
const NOW = (WAVE.length + 1) * HOUR;
const both = WAVE.map((one, i) => one + OTHER[i] / 2);

describe("construct", () => {
  it("gives a short what its mirrored market would get as a long", () => {
    const mirrored = both.map((one) => -one);
    const byShort = construct({ method: "minimumVariance", lookbackBars: 8 }, [
      walk("A", WAVE),
      walk("B", both),
    ])([target("A", 0.5), target("B", -0.5)], NOW);
    const byMirror = construct({ method: "minimumVariance", lookbackBars: 8 }, [
      walk("A", WAVE),
      walk("B", mirrored),
    ])([target("A", 0.5), target("B", 0.5)], NOW);
    expect(byShort.map(({ symbol }) => symbol)).toEqual(["A", "B"]);
    expect(byShort[1].weight).toBeLessThan(0);
    expect(byShort[0].weight).toBeCloseTo(byMirror[0].weight, 12);
    expect(byShort[1].weight).toBeCloseTo(-byMirror[1].weight, 12);
  });

  it("waits with a symbol whose price has not moved", () => {
    const still = WAVE.map(() => 0);
    const chosen = construct({ method: "inverseVolatility", lookbackBars: 8 }, [
      walk("A", WAVE),
      walk("B", still),
    ])([target("A", 0.5), target("B", 0.5)], NOW);
    expect(chosen).toEqual([{ symbol: "A", weight: 0.5, score: Number.NaN }]);
  });
});
