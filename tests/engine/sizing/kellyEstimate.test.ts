import { describe, expect, it } from "vitest";
import { Random } from "#engine/core/random.ts";
import { standardDeviation } from "#engine/core/stats.ts";
import { kellyEstimate } from "#engine/sizing/kellyEstimate.ts";

/** The stake of the fastest growth by its definition: the largest mean of ln(1 + f r), by golden section. */
function fastestGrowth(returns: readonly number[]): number {
  const growth = (f: number): number =>
    returns.reduce((total, r) => total + Math.log(1 + f * r), 0) / returns.length;
  const worst = Math.min(...returns);
  const best = Math.max(...returns);
  let [low, high] = [-0.999 / best, -0.999 / worst];
  for (let i = 0; i < 200; i++) {
    const third = (high - low) / 3;
    if (growth(low + third) < growth(high - third)) low += third;
    else high -= third;
  }
  return (low + high) / 2;
}

describe("the Kelly fraction", () => {
  it("is W − (1 − W)/R for bets that lose the whole stake", () => {
    const evens = kellyEstimate([1, 1, 1, -1, -1]);
    expect(evens).toMatchObject({ method: "twoOutcomes", count: 5, winRate: 0.6, payoffRatio: 1 });
    expect(evens.fraction).toBeCloseTo(0.2, 14);
    expect(evens.riskFraction).toBeCloseTo(0.2, 14);
    // Kelly's bet at odds of 2 to 1 with half of the wins: 1/2 − (1/2)/2 = 1/4.
    const odds = kellyEstimate([2, -1, 2, -1]);
    expect(odds.fraction).toBe(0.25);
    expect(odds.riskFraction).toBe(0.25);
  });

  it("is p/a − q/b where a loss takes only part of the stake, and there grows fastest", () => {
    const returns = [0.2, 0.2, 0.2, -0.1, -0.1];
    const { fraction, riskFraction } = kellyEstimate(returns);
    expect(fraction).toBeCloseTo(0.6 / 0.1 - 0.4 / 0.2, 12);
    expect(fraction).toBeCloseTo(riskFraction / 0.1, 12);
    expect(fraction).toBeCloseTo(fastestGrowth(returns), 6);
  });

  it("is mean over variance for all other returns, near the fastest growth while they are small", () => {
    const returns = [0.02, -0.01, 0.03, -0.02, 0.01, 0.015, -0.025, 0];
    const estimate = kellyEstimate(returns);
    const mean = 0.02 / 8;
    const variance = returns.reduce((sum, r) => sum + (r - mean) ** 2, 0) / 7;
    expect(estimate.method).toBe("secondOrder");
    expect(estimate.fraction).toBeCloseTo(mean / variance, 12);
    const random = Random.seeded("small returns");
    const many = Array.from({ length: 5000 }, () => random.normal(0.0004, 0.01));
    expect(kellyEstimate(many).fraction / fastestGrowth(many)).toBeCloseTo(1, 1);
  });

  it("knows how far estimates from fresh samples scatter", () => {
    const draws = {
      twoOutcomes: (random: Random) => (random.uniform() < 0.55 ? 0.02 : -0.015),
      // Gamma-like and skewed: moments three and four matter.
      secondOrder: (random: Random) => 0.01 * random.normal() ** 2 - 0.008 + 0.003 * random.normal(),
    };
    for (const [method, draw] of Object.entries(draws)) {
      const random = Random.seeded(method);
      const sample = () => kellyEstimate(Array.from({ length: 400 }, () => draw(random)));
      const estimates = Array.from({ length: 1500 }, sample);
      const scatter = standardDeviation(estimates.map(({ fraction }) => fraction));
      const said = estimates.reduce((sum, { standardError }) => sum + standardError, 0) / estimates.length;
      expect(estimates[0].method).toBe(method);
      expect(said / scatter).toBeGreaterThan(0.9);
      expect(said / scatter).toBeLessThan(1.1);
    }
  });

  it("has an interval of the width that was asked for", () => {
    const returns = [0.1, -0.05, 0.2, -0.1, 0.07];
    const { fraction, standardError, low, high } = kellyEstimate(returns, { z: 1 });
    expect(low).toBe(fraction - standardError);
    expect(high).toBe(fraction + standardError);
  });

  it("is not known of no trade, of one, and of equal ones; and refuses what is no number", () => {
    expect(kellyEstimate([]).fraction).toBeNaN();
    expect(kellyEstimate([0.1]).fraction).toBeNaN();
    expect(kellyEstimate([0.1, 0.1, 0.1]).fraction).toBeNaN();
    expect(kellyEstimate([0.1, 0.1, 0.1]).payoffRatio).toBeNaN();
    expect(() => kellyEstimate([0.1, Number.NaN])).toThrow(
      expect.objectContaining({ code: "sizing.kelly-returns" }),
    );
  });
});
