import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { positionOutcome } from "#engine/walkforward/position.ts";
import { candlesOf } from "./handMade.ts";

/** Open, high, low, close, volume. In at 100, out at 105. */
const five = candlesOf("A", [
  [100, 110, 90, 95, 1],
  [95, 120, 94, 118, 1],
  [118, 119, 80, 85, 1],
  [85, 104, 84, 104, 1],
  [105, 500, 1, 105, 1],
]);

describe("a position's outcome", () => {
  it("of a long one is plain on five hand-made candles, the exit's own range left out", () => {
    const outcome = positionOutcome(five, 0, 4, "long", 0.001);
    expect(outcome.return).toBe((105 * 0.999) / (100 * 1.001) - 1);
    expect(outcome.maxAdverseExcursion).toBe(0.2);
    expect(outcome.maxFavourableExcursion).toBe(0.2);
    expect(outcome.drawdown).toBe((120 - 80) / 120);
  });

  it("of a short one is the mirror: gains where the price falls", () => {
    const outcome = positionOutcome(five, 0, 4, "short", 0.001);
    expect(outcome.return).toBe((100 * 0.999) / (105 * 1.001) - 1);
    expect(outcome.maxAdverseExcursion).toBe(0.2);
    expect(outcome.maxFavourableExcursion).toBe(0.2);
    // Its value peaks where the price is lowest, at 80, and in that candle the rise to 119 came after.
    expect(outcome.drawdown).toBe((119 - 80) / 119);
  });

  it("takes the peak of a candle before its fall", () => {
    const one = candlesOf("A", [
      [100, 110, 99, 100, 1],
      [100, 100, 100, 100, 1],
    ]);
    expect(positionOutcome(one, 0, 1, "long", 0).drawdown).toBe(11 / 110);
    expect(positionOutcome(one, 0, 1, "short", 0).drawdown).toBe(11 / 110);
  });

  it("that is left where it was entered only pays its costs", () => {
    expect(positionOutcome(five, 2, 2, "long", 0.001)).toEqual({
      return: (118 * 0.999) / (118 * 1.001) - 1,
      maxAdverseExcursion: 0,
      maxFavourableExcursion: 0,
      drawdown: 0,
    });
  });

  const paths = fc.array(
    fc.tuple(
      fc.double({ min: 1, max: 100, noNaN: true }),
      fc.double({ min: 0, max: 0.5, noNaN: true }),
      fc.double({ min: 0, max: 0.5, noNaN: true }),
    ),
    { minLength: 2, maxLength: 12 },
  );
  const walk = (path: [number, number, number][], scale = 1) =>
    candlesOf(
      "A",
      path.map(([open, up, down]) => [
        open * scale,
        open * scale * (1 + up),
        open * scale * (1 - down),
        open * scale,
        1,
      ]),
    );

  it("does not change when prices are counted in another unit", () => {
    fc.assert(
      fc.property(paths, fc.constantFrom("long", "short"), (path, direction) => {
        // Scaling by a power of two is exact.
        const [one, other] = [1, 1024].map((scale) =>
          positionOutcome(walk(path, scale), 0, path.length - 1, direction, 0.001),
        );
        expect(other).toEqual(one);
      }),
    );
  });

  it("of a short one is that of a long one in the inverse price", () => {
    fc.assert(
      fc.property(paths, (path) => {
        const candles = walk(path);
        const inverse = {
          ...candles,
          open: candles.open.map((x) => 1 / x),
          high: candles.low.map((x) => 1 / x),
          low: candles.high.map((x) => 1 / x),
        };
        const short = positionOutcome(candles, 0, path.length - 1, "short", 0.002);
        const long = positionOutcome(inverse, 0, path.length - 1, "long", 0.002);
        expect(short.return).toBeCloseTo(long.return, 10);
        expect(short.drawdown).toBeCloseTo(long.drawdown, 10);
      }),
    );
  });

  it("has a drawdown between zero and one, and at least what was lost from the entry", () => {
    fc.assert(
      fc.property(paths, (path) => {
        const { drawdown, maxAdverseExcursion } = positionOutcome(walk(path), 0, path.length - 1, "long", 0);
        expect(drawdown >= 0 && drawdown < 1).toBe(true);
        expect(drawdown).toBeGreaterThanOrEqual(maxAdverseExcursion - 1e-12);
      }),
    );
  });
});
