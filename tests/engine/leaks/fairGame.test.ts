import { describe, expect, it } from "vitest";
import { validateCandles } from "#engine/candles/validate.ts";
import { exp } from "#engine/core/maths.ts";
import { Random } from "#engine/core/random.ts";
import { EarnedTotal, fairInput } from "#engine/leaks/fairGame.ts";
import { TimedInput } from "#engine/leaks/known.ts";
import { inputOf, walk } from "./subjects.ts";

const ROWS = 40_000;
const timed = new TimedInput(inputOf(walk(ROWS)));
const [fair] = fairInput(timed, Random.seeded(11)).candles;
const sigma = timed.moves[0] * Math.sqrt(Math.PI / 2);

describe("prices that nobody can foresee", () => {
  it("are sound candles at the given times", () => {
    expect(validateCandles(fair).filter(({ kind }) => kind !== "gap")).toEqual([]);
    expect(fair.timestamp).toEqual(timed.input.candles[0].timestamp);
  });

  it("have no drift, as far as so many rows can tell", () => {
    const total = new EarnedTotal();
    total.add(fair.close.map((x, i) => (i === 0 ? 0 : x / fair.close[i - 1] - 1)));
    expect(Math.abs(total.tValue)).toBeLessThan(3.5);
  });

  it("reach up and down inside a candle as a Brownian path between its open and its close does", () => {
    // P(max ≥ open + h | close) = exp(−2 h (h − (close − open)) / σ²) for h above both ends (the reflection principle).
    for (const h of [0.5, 1, 1.5]) {
      let [expectedUp, up, expectedDown, down, variance] = [0, 0, 0, 0, 0];
      for (let i = 0; i < ROWS; i++) {
        const scale = sigma * fair.open[i];
        const d = (fair.close[i] - fair.open[i]) / scale;
        const above = h <= Math.max(0, d) ? 1 : exp(-2 * h * (h - d));
        const below = h <= Math.max(0, -d) ? 1 : exp(-2 * h * (h + d));
        expectedUp += above;
        expectedDown += below;
        variance += above * (1 - above);
        if (fair.high[i] >= fair.open[i] + h * scale) up++;
        if (fair.low[i] <= fair.open[i] - h * scale) down++;
      }
      expect(Math.abs(up - expectedUp)).toBeLessThan(4 * Math.sqrt(variance) + 5);
      expect(Math.abs(down - expectedDown)).toBeLessThan(4 * Math.sqrt(variance) + 5);
    }
  });

  it("pay a stop inside the candle nothing on average, and a look at the candle a lot", () => {
    const stop = new EarnedTotal();
    const look = new EarnedTotal();
    stop.add(fair.close.map((x, i) => (fair.low[i] <= fair.open[i] * 0.998 ? -0.002 : x / fair.open[i] - 1)));
    look.add(fair.close.map((x, i) => Math.abs(x / fair.open[i] - 1)));
    expect(Math.abs(stop.tValue)).toBeLessThan(3.5);
    expect(look.tValue).toBeGreaterThan(50);
  });
});

describe("the total of what was earned", () => {
  it("is the mean by its standard error about 0, rows without anything earned left out", () => {
    const total = new EarnedTotal();
    const values = Float64Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? 0 : i));
    total.add(values);
    const own = values.filter((x) => x !== 0);
    const sum = own.reduce((s, x) => s + x, 0);
    const squares = own.reduce((s, x) => s + x * x, 0);
    expect(total.tValue).toBeCloseTo(sum / Math.sqrt(squares), 12);
  });

  it("says nothing for fewer than 30 rows", () => {
    const total = new EarnedTotal();
    total.add(new Float64Array(29).fill(1));
    expect(total.tValue).toBeNaN();
  });
});
