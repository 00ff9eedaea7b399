import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "#engine/core/random.ts";
import { mean, standardDeviation } from "#engine/core/stats.ts";

const draw = (random: Random, count: number): number[] =>
  Array.from({ length: count }, () => random.uint32());

describe("random", () => {
  it("gives the reference implementation's numbers", () => {
    // xoshiro128starstar.c 1.1 from state 1, 2, 3, 4, as published with Rust's rand_xoshiro.
    expect(draw(Random.fromState([1, 2, 3, 4]), 10)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it("goes on from a saved state", () => {
    const random = Random.seeded(5);
    draw(random, 17);
    const saved = Random.fromState(random.state);
    expect(draw(saved, 50)).toEqual(draw(random, 50));
  });

  it("gives the same numbers for the same seed and name, and others for other ones", () => {
    expect(draw(Random.seeded(1), 9)).toEqual(draw(Random.seeded(1), 9));
    expect(draw(Random.seeded(1), 9)).not.toEqual(draw(Random.seeded(2), 9));
    expect(draw(Random.seeded(1), 9)).not.toEqual(draw(Random.seeded("1"), 9));
    expect(draw(Random.seeded(1).stream("a"), 9)).not.toEqual(draw(Random.seeded(1).stream("b"), 9));
    expect(draw(Random.seeded(1).stream("a").stream("b"), 9)).not.toEqual(
      draw(Random.seeded(1).stream("a/b"), 9),
    );
  });

  it("gives a stream that does not depend on what was drawn before it", () => {
    const random = Random.seeded(3);
    const early = draw(random.stream("jumps"), 9);
    draw(random, 1000);
    expect(draw(random.stream("jumps"), 9)).toEqual(early);
  });

  it("gives the same first numbers today as when these were recorded", () => {
    const random = Random.seeded(1).stream("prices");
    expect([random.uint32(), random.uniform(), random.integer(1, 6), random.normal()]).toMatchInlineSnapshot(`
      [
        1995184722,
        0.7127928819876912,
        2,
        1.1994366594728885,
      ]
    `);
  });

  it("spreads uniform numbers evenly", () => {
    const random = Random.seeded(11);
    const bins = new Float64Array(100);
    for (let i = 0; i < 100_000; i++) bins[Math.floor(random.uniform() * 100)]++;
    const chiSquare = bins.reduce((total, count) => total + (count - 1000) ** 2 / 1000, 0);
    // The 0.001 and 0.999 quantiles of chi-square with 99 degrees of freedom.
    expect(chiSquare).toBeGreaterThan(60);
    expect(chiSquare).toBeLessThan(149);
  });

  it("gives normal numbers of the asked mean, deviation and tail", () => {
    const random = Random.seeded(12);
    const values = Float64Array.from({ length: 100_000 }, () => random.normal(3, 2));
    expect(mean(values)).toBeCloseTo(3, 1);
    expect(standardDeviation(values)).toBeCloseTo(2, 1);
    const beyond = values.filter((value) => Math.abs(value - 3) > 2 * 1.959963984540054).length;
    expect(Math.abs(beyond - 5000)).toBeLessThan(4 * Math.sqrt(100_000 * 0.05 * 0.95));
  });

  it("keeps whole numbers within their bounds and reaches both ends", () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(20), fc.integer(), (low, width, seed) => {
        const random = Random.seeded(seed);
        const values = Array.from({ length: 600 }, () => random.integer(low, low + width));
        expect(Math.min(...values)).toBe(low);
        expect(Math.max(...values)).toBe(low + width);
        expect(values.every(Number.isInteger)).toBe(true);
      }),
    );
    expect(() => Random.seeded(1).integer(2, 1)).toThrowError(
      expect.objectContaining({ code: "random.integer" }),
    );
    expect(() => Random.seeded(Number.NaN)).toThrowError(expect.objectContaining({ code: "random.seed" }));
  });

  it("shuffles into every order equally often", () => {
    const random = Random.seeded(13);
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = random.shuffle([1, 2, 3, 4]).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const chiSquare = [...counts.values()].reduce((total, count) => total + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(49.7); // 0.999 quantile, 23 degrees of freedom
  });
});
