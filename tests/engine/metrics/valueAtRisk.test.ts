import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalCdf } from "#engine/core/maths.ts";
import { moments } from "#engine/metrics/moments.ts";
import {
  cornishFisherExpectedShortfall,
  cornishFisherValueAtRisk,
  historicalExpectedShortfall,
  historicalValueAtRisk,
} from "#engine/metrics/valueAtRisk.ts";
import { CONVERTIBLE_ARBITRAGE } from "./published.ts";
import { returnLists } from "./wanderings.ts";

const ALL = [
  historicalValueAtRisk,
  historicalExpectedShortfall,
  cornishFisherValueAtRisk,
  cornishFisherExpectedShortfall,
];

describe("historical value at risk", () => {
  // test_value_at_risk of empyrical, which gives it as a return.
  it.each([
    [[1, 2], 0.3, 1.3],
    [[1, 81, 82, 83, 84, 85], 0.1, 41],
    [[1, 81, 82, 83, 84, 85], 0.2, 81],
    [[1, 81, 82, 83, 84, 85], 0.3, 81.5],
  ])("of %j below %d is empyrical's", (returns, tail, expected) => {
    expect(historicalValueAtRisk(returns, { tail })).toBeCloseTo(-expected, 12);
  });

  it("and its shortfall are R's of a hundred months of convertible arbitrage", () => {
    expect(CONVERTIBLE_ARBITRAGE).toHaveLength(100);
    expect(historicalValueAtRisk(CONVERTIBLE_ARBITRAGE)).toBeCloseTo(0.014095, 6);
    expect(historicalExpectedShortfall(CONVERTIBLE_ARBITRAGE)).toBeCloseTo(0.02408, 6);
  });

  it("has as its shortfall the mean of the returns that are no better, sorted by hand", () => {
    fc.assert(
      fc.property(returnLists, fc.double({ min: 0.001, max: 0.999, noNaN: true }), (returns, tail) => {
        fc.pre(returns.length > 0);
        const sorted = [...returns].sort((a, b) => a - b);
        const worst = sorted.filter((one) => one <= -historicalValueAtRisk(returns, { tail }));
        const shortfall = historicalExpectedShortfall(returns, { tail });
        expect(worst.length).toBeGreaterThanOrEqual(Math.floor((returns.length - 1) * tail) + 1);
        expect(shortfall).toBeCloseTo(-worst.reduce((sum, one) => sum + one, 0) / worst.length, 12);
        expect(shortfall).toBeGreaterThanOrEqual(historicalValueAtRisk(returns, { tail }) - 1e-12);
      }),
    );
  });

  it("is below zero where even the quantile is a gain", () => {
    expect(historicalValueAtRisk([0.01, 0.02, 0.03])).toBeLessThan(0);
  });
});

describe("value at risk by Cornish and Fisher", () => {
  it("is R's modified value at risk of a hundred months of convertible arbitrage", () => {
    expect(cornishFisherValueAtRisk(CONVERTIBLE_ARBITRAGE)).toBeCloseTo(0.014674, 6);
  });

  /** Returns with mean 0, the given share of them at two ends: symmetric, of any kurtosis above 1. */
  const symmetric = (kurtosis: number): number[] => {
    // −1 and 1 with weight p each, 0 else: kurtosis 1 / (2p).
    const count = Math.round(100 / kurtosis);
    return [
      ...new Array(count).fill(-0.01),
      ...new Array(count).fill(0.01),
      ...new Array(200 - 2 * count).fill(0),
    ];
  };

  it("is the normal one where skew and excess kurtosis are nothing", () => {
    // Kurtosis 3 exactly: the thirds of a symmetric sample.
    const returns = [-0.01, 0, 0, 0, 0, 0.01, -0.01, 0, 0, 0, 0, 0.01].map((one) => one + 0.001);
    const { mean, deviation, kurtosis } = moments(returns);
    expect(kurtosis).toBeCloseTo(3, 12);
    const own = deviation * Math.sqrt(11 / 12);
    expect(cornishFisherValueAtRisk(returns)).toBeCloseTo(1.6448536269514722 * own - mean, 12);
    const density = Math.exp(-(1.6448536269514722 ** 2) / 2) / Math.sqrt(2 * Math.PI);
    expect(cornishFisherExpectedShortfall(returns)).toBeCloseTo((own * density) / 0.05 - mean, 12);
  });

  it("has as its shortfall the mean of its quantiles over the tail, added up in small steps", () => {
    for (const returns of [CONVERTIBLE_ARBITRAGE, symmetric(5), symmetric(20)]) {
      for (const tail of [0.01, 0.05, 0.2]) {
        const { mean, deviation, skew, kurtosis } = moments(returns);
        const n = returns.length;
        const own = deviation * Math.sqrt((n - 1) / n);
        const quantile = (z: number): number =>
          mean +
          own *
            (z +
              ((z ** 2 - 1) * skew) / 6 +
              ((z ** 3 - 3 * z) * (kurtosis - 3)) / 24 -
              ((2 * z ** 3 - 5 * z) * skew ** 2) / 36);
        // Simpson's rule over z, from −12 up to the tail.
        const end = -inverseNormal(1 - tail);
        const steps = 4000;
        const width = (end + 12) / steps;
        let sum = 0;
        for (let i = 0; i <= steps; i++) {
          const z = -12 + i * width;
          const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
          sum += weight * quantile(z) * Math.exp((-z * z) / 2);
        }
        const shortfall = -((sum * width) / 3 / Math.sqrt(2 * Math.PI)) / tail;
        expect(cornishFisherExpectedShortfall(returns, { tail })).toBeCloseTo(shortfall, 9);
        expect(cornishFisherValueAtRisk(returns, { tail })).toBeCloseTo(-quantile(end), 9);
        expect(shortfall).toBeGreaterThan(cornishFisherValueAtRisk(returns, { tail }));
      }
    }
  });

  it("is undefined where the expansion falls and so is no quantile", () => {
    // One loss among many equal gains: a skew of about −10 that the expansion was not made for.
    const crash = [...new Array(100).fill(0.001), -0.5].map((one, i) => one + (i % 2) * 1e-4);
    expect(moments(crash).skew).toBeLessThan(-9);
    expect(cornishFisherValueAtRisk(crash)).toBeNaN();
    expect(cornishFisherExpectedShortfall(crash)).toBeNaN();
  });

  it("rises as the tail gets thinner, wherever it is defined", () => {
    fc.assert(
      fc.property(returnLists, (returns) => {
        const [at5, at1] = [
          cornishFisherValueAtRisk(returns),
          cornishFisherValueAtRisk(returns, { tail: 0.01 }),
        ];
        if (Number.isNaN(at5)) return;
        expect(at1).toBeGreaterThan(at5);
      }),
    );
  });
});

describe("every value at risk", () => {
  it("is undefined of nothing, and refuses a tail that is no share", () => {
    for (const measure of ALL) {
      expect(measure([])).toBeNaN();
      for (const tail of [0, 1, 5, -0.1, Number.NaN]) {
        expect(() => measure([0.1, -0.1], { tail })).toThrow(
          expect.objectContaining({ code: "metrics.tail" }),
        );
      }
    }
    expect(cornishFisherValueAtRisk([0.01, 0.01, 0.01])).toBeNaN();
  });

  it("grows with the stake", () => {
    for (const measure of ALL) {
      const doubled = CONVERTIBLE_ARBITRAGE.map((one) => 2 * one);
      expect(measure(doubled)).toBeCloseTo(2 * measure(CONVERTIBLE_ARBITRAGE), 12);
    }
  });
});

/** The quantile by halving the interval. */
function inverseNormal(probability: number): number {
  let [low, high] = [-12, 12];
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
