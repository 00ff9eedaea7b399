import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { annualReturn, compoundReturn } from "#engine/metrics/annualReturn.ts";
import { autocorrelation, autocorrelationPenalty } from "#engine/metrics/autocorrelation.ts";
import { drawdownsOf, maxDrawdown } from "#engine/metrics/drawdown.ts";
import {
  calmarRatio,
  martinRatio,
  painRatio,
  recoveryFactor,
  serenityIndex,
} from "#engine/metrics/drawdownRatios.ts";
import { moments } from "#engine/metrics/moments.ts";
import { gainToPain, omegaRatio } from "#engine/metrics/omega.ts";
import { sharpeRatio } from "#engine/metrics/sharpe.ts";
import { sortinoRatio } from "#engine/metrics/sortino.ts";
import { tailRatio } from "#engine/metrics/tailRatio.ts";
import { conditionalDrawdown, painIndex, ulcerIndex } from "#engine/metrics/ulcerIndex.ts";
import { annualVolatility, downsideDeviation } from "#engine/metrics/volatility.ts";
import { BACON, curveOf, HAM1, MIXED, NEGATIVE, ONE, POSITIVE, SEVEN, TWO, WEEKLY } from "./published.ts";
import { returnLists } from "./wanderings.ts";

const bacon = { drawdowns: drawdownsOf(curveOf(BACON), 1), annual: annualReturn(compoundReturn(BACON), 2) };

describe("volatility and downside deviation", () => {
  it("of published returns are R's and empyrical's", () => {
    expect(annualVolatility(BACON, 12)).toBeCloseTo(0.13700015867969229, 14);
    expect(annualVolatility(SEVEN, 252)).toBeCloseTo(0.13086457754395944, 12);
    expect(annualVolatility(MIXED, 252)).toBeCloseTo(0.9136465399704637, 8);
    expect(annualVolatility(WEEKLY, 52)).toBeCloseTo(0.38851569394870583, 12);
    expect(downsideDeviation(BACON, { target: 0.005 })).toBeCloseTo(0.02553674, 8);
    expect(annualVolatility(HAM1, 1)).toBeCloseTo(0.02562881, 8);
    expect(downsideDeviation(HAM1)).toBeCloseTo(0.01454078, 8);
    expect(downsideDeviation(HAM1, { target: 0.04 / 12 })).toBeCloseTo(0.0157602, 7);
    expect(downsideDeviation(WEEKLY) * Math.sqrt(52)).toBeCloseTo(0.25888650451930134, 12);
    expect(downsideDeviation(WEEKLY, { target: 0.1 }) * Math.sqrt(52)).toBeCloseTo(0.7733045971672482, 12);
    expect(downsideDeviation(ONE) * Math.sqrt(252)).toBeCloseTo(0.20671788246185202, 12);
    expect(downsideDeviation(TWO) * Math.sqrt(252)).toBeCloseTo(0.083495680595704475, 12);
  });

  it("are undefined of too few returns", () => {
    expect(annualVolatility([0.1], 365)).toBeNaN();
    expect(downsideDeviation([])).toBeNaN();
    expect(downsideDeviation([0.1, Number.NaN])).toBeNaN();
  });

  it("share the variance between both sides of the target", () => {
    fc.assert(
      fc.property(returnLists, fc.double({ min: -0.1, max: 0.1, noNaN: true }), (returns, target) => {
        fc.pre(returns.length > 0);
        const below = downsideDeviation(returns, { target });
        const above = downsideDeviation(
          returns.map((one) => -one),
          { target: -target },
        );
        const square = returns.reduce((sum, one) => sum + (one - target) ** 2, 0) / returns.length;
        expect(below * below + above * above).toBeCloseTo(square, 14);
      }),
    );
  });
});

describe("sharpeRatio", () => {
  it("of published returns is R's and empyrical's", () => {
    expect(sharpeRatio(BACON, 12)).toBeCloseTo(0.7883202548144859, 13);
    expect(sharpeRatio(SEVEN, 252)).toBeCloseTo(-24.183404779195588, 9);
    expect(sharpeRatio(MIXED, 252)).toBeCloseTo(1.7238613961706866, 12);
    expect(sharpeRatio(POSITIVE, 252)).toBeCloseTo(52.915026221291804, 9);
    expect(sharpeRatio(NEGATIVE, 252)).toBeCloseTo(-24.406808633910085, 9);
  });

  it("is undefined below two returns and where nothing varies, whatever rounding leaves", () => {
    expect(sharpeRatio([], 365)).toBeNaN();
    expect(sharpeRatio([0.01], 365)).toBeNaN();
    expect(sharpeRatio(new Array(9).fill(0.01), 365)).toBeNaN();
    expect(sharpeRatio(new Array(1000).fill(0.1), 365)).toBeNaN();
    expect(sharpeRatio([0, 0, 0], 365)).toBeNaN();
  });

  it("does not depend on how much was staked, and turns with the sign", () => {
    fc.assert(
      fc.property(returnLists, fc.double({ min: 0.01, max: 100, noNaN: true }), (returns, stake) => {
        const ratio = sharpeRatio(returns, 365);
        fc.pre(!Number.isNaN(ratio));
        const scaled = sharpeRatio(
          returns.map((one) => one * stake),
          365,
        );
        const turned = sharpeRatio(
          returns.map((one) => -one),
          365,
        );
        expect(Math.abs(scaled - ratio)).toBeLessThan(1e-9 * (1 + Math.abs(ratio)));
        expect(turned).toBeCloseTo(-ratio, 9);
      }),
    );
  });
});

describe("sortinoRatio", () => {
  it("of published returns is quantstats' and empyrical's", () => {
    expect(sortinoRatio(BACON, 12)).toBeCloseTo(1.3592165786838633, 13);
    expect(sortinoRatio(HAM1, 1)).toBeCloseTo(0.7649, 4);
    expect(sortinoRatio(SEVEN, 252)).toBeCloseTo(-13.565806946540524, 9);
    expect(sortinoRatio(ONE, 252)).toBeCloseTo(3.0639640966566306, 12);
    expect(sortinoRatio(TWO, 252)).toBeCloseTo(38.090963117002495, 10);
  });

  it("is undefined where nothing fell below the target", () => {
    expect(sortinoRatio(POSITIVE, 252)).toBeNaN();
    expect(sortinoRatio([], 252)).toBeNaN();
    expect(sortinoRatio(POSITIVE, 252, { target: 0.015 })).toBeLessThan(0);
  });

  it("moves with the target as with the returns", () => {
    const target = 0.005;
    const moved = BACON.map((one) => one - target);
    expect(sortinoRatio(BACON, 12, { target })).toBeCloseTo(sortinoRatio(moved, 12), 12);
  });
});

describe("omega, gain to pain and tail ratio", () => {
  it("of published returns are R's and empyrical's", () => {
    expect(omegaRatio(BACON)).toBeCloseTo(1.7797833935018055, 13);
    expect(omegaRatio(SEVEN)).toBe(0);
    // PerformanceAnalytics' Omega–Sharpe ratio is omega less 1.
    expect(omegaRatio(BACON, { threshold: 0.005 }) - 1).toBeCloseTo(0.2917933, 7);
    expect(omegaRatio(POSITIVE, { threshold: 0.011 })).toBeCloseTo(1.125, 12);
    expect(omegaRatio(POSITIVE, { threshold: 0.02 })).toBe(0);
    expect(omegaRatio(NEGATIVE, { threshold: 0.01 })).toBe(0);
    expect(omegaRatio(HAM1.slice(0, 12))).toBeCloseTo(4.598338, 6);
    // empyrical's series of mixed returns with its gap as a 0.
    expect(tailRatio(WEEKLY)).toBeCloseTo(0.9473684210526313, 12);
  });

  it("are infinite with gains and no loss, and undefined with neither", () => {
    for (const ratio of [omegaRatio, gainToPain]) {
      expect(ratio([0.1, 0.2])).toBe(Number.POSITIVE_INFINITY);
      expect(ratio([0, 0])).toBeNaN();
      expect(ratio([])).toBeNaN();
    }
    expect(tailRatio([])).toBeNaN();
    expect(tailRatio([0, 0, 0])).toBeNaN();
  });

  it("are bound to each other: gain to pain is omega less 1", () => {
    fc.assert(
      fc.property(returnLists, (returns) => {
        fc.pre(returns.some((one) => one < 0));
        const omega = omegaRatio(returns);
        expect(Math.abs(gainToPain(returns) - (omega - 1))).toBeLessThan(1e-9 * (1 + omega));
      }),
    );
  });
});

describe("ratios of drawdowns", () => {
  it("of Bacon's portfolio are R's", () => {
    expect(maxDrawdown([1, ...curveOf(BACON)])).toBeCloseTo(0.144672955739218, 13);
    expect(calmarRatio(bacon.annual, 0.144672955739218)).toBeCloseTo(0.7166390511623746, 12);
    // Bacon's own: a pain index of 0.04 and a Martin ratio of 1.70, as he rounds.
    expect(painIndex(bacon.drawdowns)).toBeCloseTo(0.04, 4);
    expect(Math.abs(martinRatio(bacon.annual, ulcerIndex(bacon.drawdowns)) - 1.7)).toBeLessThan(0.01);
    expect(painRatio(bacon.annual, 0.04)).toBeCloseTo(bacon.annual / 0.04, 14);
  });

  it("of the fund HAM1 are R's", () => {
    const annual = annualReturn(compoundReturn(HAM1), 11);
    expect(compoundReturn(HAM1)).toBeCloseTo(3.126671, 6);
    expect(annual).toBeCloseTo(0.137532, 6);
    expect(calmarRatio(annual, maxDrawdown([1, ...curveOf(HAM1)]))).toBeCloseTo(0.9061697, 7);
    expect(100 * painIndex(drawdownsOf(curveOf(HAM1.slice(0, 12)), 1))).toBeCloseTo(0.3714087, 7);
  });

  it("are plain on four days: 10 % down, back, 20 % down, half back", () => {
    const drawdowns = drawdownsOf([90, 100, 80, 90], 100);
    for (const [i, expected] of [0.1, 0, 0.2, 0.1].entries()) expect(drawdowns[i]).toBeCloseTo(expected, 15);
    expect(ulcerIndex(drawdowns)).toBeCloseTo(Math.sqrt((0.01 + 0.04 + 0.01) / 4), 15);
    expect(painIndex(drawdowns)).toBeCloseTo(0.1, 15);
    expect(conditionalDrawdown(drawdowns)).toBeCloseTo(0.2, 15);
    // Three of the four are no better than the middle one.
    expect(conditionalDrawdown(drawdowns, { tail: 0.5 })).toBeCloseTo(0.4 / 3, 15);
    expect(recoveryFactor(-0.1, 0.2)).toBe(-0.5);
    const falls = { ulcerIndex: 0.1, conditionalDrawdown: 0.2, deviation: 0.05 };
    expect(serenityIndex(0.8, falls)).toBeCloseTo(0.8 / (0.1 * (0.2 / 0.05)), 14);
  });

  it("lie between each other: pain below ulcer below the deepest, which the worst tail approaches", () => {
    fc.assert(
      fc.property(returnLists, (returns) => {
        fc.pre(returns.length > 0);
        const drawdowns = drawdownsOf(curveOf(returns), 1);
        const [pain, ulcer, deepest] = [
          painIndex(drawdowns),
          ulcerIndex(drawdowns),
          maxDrawdown([1, ...curveOf(returns)]),
        ];
        expect(pain).toBeLessThanOrEqual(ulcer + 1e-15);
        expect(ulcer).toBeLessThanOrEqual(deepest + 1e-15);
        expect(conditionalDrawdown(drawdowns)).toBeGreaterThanOrEqual(pain - 1e-15);
        expect(Math.max(...drawdowns)).toBeCloseTo(deepest, 14);
      }),
    );
  });

  it("are undefined where nothing fell", () => {
    for (const ratio of [calmarRatio, martinRatio, painRatio, recoveryFactor])
      expect(ratio(0.2, 0)).toBeNaN();
    expect(serenityIndex(0.2, { ulcerIndex: 0, conditionalDrawdown: 0, deviation: 0.1 })).toBeNaN();
    expect(ulcerIndex([])).toBeNaN();
    expect(painIndex([])).toBeNaN();
    expect(conditionalDrawdown([])).toBeNaN();
  });
});

describe("moments", () => {
  it("of published returns are R's, in the adjusted form that others give too", () => {
    const { skew, kurtosis } = moments(BACON);
    const n = BACON.length;
    expect((skew * Math.sqrt(n * (n - 1))) / (n - 2)).toBeCloseTo(-0.08817174934967567, 12);
    expect(((n - 1) / ((n - 2) * (n - 3))) * ((n + 1) * (kurtosis - 3) + 6)).toBeCloseTo(
      -0.4076603211860866,
      12,
    );
    // PerformanceAnalytics: kurtosis by moments 2.43, skew by kurtosis −0.03394204.
    expect(kurtosis).toBeCloseTo(2.43, 2);
    expect(skew / kurtosis).toBeCloseTo(-0.03394204, 8);
  });

  it("are the definitions' own, in two passes", () => {
    fc.assert(
      fc.property(returnLists, (returns) => {
        const n = returns.length;
        const centre = returns.reduce((sum, one) => sum + one, 0) / n;
        const central = (power: number): number =>
          returns.reduce((sum, one) => sum + (one - centre) ** power, 0) / n;
        const { count, mean, deviation, skew, kurtosis } = moments(returns);
        expect(count).toBe(n);
        if (n > 0) expect(mean).toBeCloseTo(centre, 14);
        else expect(mean).toBeNaN();
        if (n < 2) {
          expect(deviation).toBeNaN();
          return;
        }
        expect(deviation).toBeCloseTo(Math.sqrt((central(2) * n) / (n - 1)), 14);
        // Only where the spread is not lost in rounding.
        fc.pre(deviation > 1e-6);
        expect(skew).toBeCloseTo(central(3) / central(2) ** 1.5, 5);
        expect(kurtosis / (central(4) / central(2) ** 2)).toBeCloseTo(1, 6);
        // Pearson's inequality.
        expect(kurtosis).toBeGreaterThanOrEqual(1 + skew * skew - 1e-6);
      }),
    );
  });

  it("have no shape of values that are all the same", () => {
    expect(moments([0.1, 0.1, 0.1])).toMatchObject({ skew: Number.NaN, kurtosis: Number.NaN });
    expect(moments([]).mean).toBeNaN();
  });
});

describe("autocorrelation", () => {
  it("is Pearson's of neighbours, and −1 of returns that turn each day", () => {
    expect(autocorrelation([0.01, -0.01, 0.01, -0.01, 0.01])).toBeCloseTo(-1, 12);
    expect(autocorrelation([0.01, 0.02, 0.03, 0.04])).toBeCloseTo(1, 12);
    const [x, y] = [BACON.slice(0, -1), BACON.slice(1)];
    const average = (of: number[]): number => of.reduce((sum, one) => sum + one, 0) / of.length;
    const product = (a: number[], b: number[]): number =>
      a.reduce((sum, _, i) => sum + (a[i] - average(a)) * (b[i] - average(b)), 0);
    expect(autocorrelation(BACON)).toBeCloseTo(product(x, y) / Math.sqrt(product(x, x) * product(y, y)), 13);
  });

  it("penalises as the sum that quantstats writes out", () => {
    fc.assert(
      fc.property(returnLists, (returns) => {
        const rho = Math.abs(autocorrelation(returns));
        if (Number.isNaN(rho)) {
          expect(autocorrelationPenalty(returns)).toBeNaN();
          return;
        }
        const n = returns.length;
        let sum = 0;
        for (let k = 1; k < n; k++) sum += ((n - k) / n) * rho ** k;
        expect(autocorrelationPenalty(returns)).toBeCloseTo(Math.sqrt(1 + 2 * sum), 6);
      }),
    );
  });

  it("is undefined of fewer than three returns and of equal ones", () => {
    expect(autocorrelation([])).toBeNaN();
    expect(autocorrelation([0.1, 0.2])).toBeNaN();
    expect(autocorrelation([0.1, 0.1, 0.1, 0.1])).toBeNaN();
    expect(autocorrelationPenalty([0.1, 0.2])).toBeNaN();
  });
});
