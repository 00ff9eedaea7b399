import { describe, expect, it } from "vitest";
import { Random } from "#engine/core/random.ts";
import { noisyCandles } from "#engine/stress/noisyCandles.ts";
import { hours, walk } from "./made.ts";

describe("noisy candles", () => {
  const market = walk("A/USDT", hours(3000));

  it("are what they were without noise", () => {
    expect(noisyCandles(market, { random: Random.seeded(1), noise: 0 })).toEqual(market);
  });

  it("move each open and close by the noise's share of the true range, independently", () => {
    const noisy = noisyCandles(market, { random: Random.seeded(1), noise: 0.2 });
    const moves = (column: "open" | "close"): number[] =>
      Array.from(market.close, (_, i) => {
        const before = i === 0 ? market.open[0] : market.close[i - 1];
        const range = Math.log(Math.max(market.high[i], before) / Math.min(market.low[i], before));
        return Math.log(noisy[column][i] / market[column][i]) / range;
      });
    const [open, close] = [moves("open"), moves("close")];
    const mean = (values: readonly number[]): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    for (const values of [open, close]) {
      expect(Math.abs(mean(values))).toBeLessThan(0.012);
      expect(Math.sqrt(mean(values.map((value) => value * value)))).toBeCloseTo(0.2, 2);
    }
    expect(Math.abs(mean(open.map((value, i) => value * close[i]))) / 0.04).toBeLessThan(0.06);
    expect(Math.abs(mean(close.slice(0, -1).map((value, i) => value * open[i + 1]))) / 0.04).toBeLessThan(
      0.06,
    );
  });

  it("hold open and close between low and high, above 0, however loud the noise", () => {
    const { open, high, low, close } = noisyCandles(market, { random: Random.seeded(2), noise: 5 });
    for (let i = 0; i < open.length; i++) {
      expect(low[i]).toBeGreaterThan(0);
      expect(low[i]).toBeLessThanOrEqual(Math.min(open[i], close[i]));
      expect(high[i]).toBeGreaterThanOrEqual(Math.max(open[i], close[i]));
    }
  });

  it("leave times, volumes and candles that did not move as they are", () => {
    const still = { ...market };
    for (const column of ["open", "high", "low", "close"] as const)
      still[column] = market[column].map(() => 50);
    const noisy = noisyCandles(still, { random: Random.seeded(3) });
    expect(noisy).toEqual(still);
    expect(noisyCandles(market, { random: Random.seeded(3) }).volume).toBe(market.volume);
  });

  it("need a noise from 0", () => {
    expect(() => noisyCandles(market, { random: Random.seeded(1), noise: -0.1 })).toThrowError(
      expect.objectContaining({ code: "stress.noise" }),
    );
  });
});
