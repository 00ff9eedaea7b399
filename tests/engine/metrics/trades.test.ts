import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MINUTE_MS } from "#engine/core/timeframe.ts";
import { excursions } from "#engine/metrics/excursions.ts";
import { expectancy, expectancyRatio } from "#engine/metrics/expectancy.ts";
import { holdingTimes } from "#engine/metrics/holdingTimes.ts";
import { kellyFraction } from "#engine/metrics/kelly.ts";
import { payoff } from "#engine/metrics/payoff.ts";
import { riskMultiples } from "#engine/metrics/riskMultiples.ts";
import { streaks } from "#engine/metrics/streaks.ts";
import { systemQualityNumber } from "#engine/metrics/systemQuality.ts";
import { profitFactor, winRate } from "#engine/metrics/tradeSummary.ts";
import { kellyEstimate } from "#engine/sizing/kellyEstimate.ts";

/** Whole amounts, zeros and ties among them. */
const profits = fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 40 });

/**
 * Worked trades of Tests/Common/Statistics/TradeStatisticsTests.cs of QuantConnect/Lean: minutes of entry and exit,
 * profit, how far against and for, in money; and what LEAN says of them. LEAN writes 0 and 10 where there is nothing to
 * divide by, which is undefined here.
 */
const LEAN = [
  {
    name: "three winners",
    trades: [
      [0, 20, 20, 5, 30],
      [10, 40, 20, 30, 40],
      [30, 40, 10, 15, 30],
    ],
    says: { wins: 3, losses: 0, grossProfit: 50, grossLoss: 0, averageWin: 50 / 3, averageLoss: Number.NaN },
    ratios: { payoff: Number.NaN, factor: Number.POSITIVE_INFINITY, winRate: 1, sharpe: 2.886751345948129 },
    runs: [3, 0],
    minutes: { all: 20, wins: 20, losses: Number.NaN },
    far: { adverse: 50 / 3, favourable: 100 / 3, worst: 30, best: 40, back: 50 / 3 },
  },
  {
    name: "three losers",
    trades: [
      [0, 20, -20, 30, 5],
      [10, 40, -20, 40, 30],
      [30, 40, -10, 30, 15],
    ],
    says: { wins: 0, losses: 3, grossProfit: 0, grossLoss: 50, averageWin: Number.NaN, averageLoss: 50 / 3 },
    ratios: { payoff: Number.NaN, factor: 0, winRate: 0, sharpe: -2.886751345948129 },
    runs: [0, 3],
    minutes: { all: 20, wins: Number.NaN, losses: 20 },
    far: { adverse: 100 / 3, favourable: 50 / 3, worst: 40, best: 30, back: 100 / 3 },
  },
  {
    name: "two losers and a winner",
    trades: [
      [0, 20, -20, 30, 5],
      [10, 20, -20, 40, 30],
      [30, 40, 10, 15, 30],
    ],
    says: { wins: 1, losses: 2, grossProfit: 10, grossLoss: 40, averageWin: 10, averageLoss: 20 },
    ratios: { payoff: 0.5, factor: 0.25, winRate: 1 / 3, sharpe: -0.5773502691896248 },
    runs: [1, 2],
    minutes: { all: 800 / 60, wins: 10, losses: 15 },
    far: { adverse: 85 / 3, favourable: 65 / 3, worst: 40, best: 30, back: 95 / 3 },
  },
  {
    name: "a loser and two winners",
    trades: [
      [0, 20, -20, 30, 5],
      [10, 20, 20, 40, 30],
      [30, 40, 10, 15, 30],
    ],
    says: { wins: 2, losses: 1, grossProfit: 30, grossLoss: 20, averageWin: 15, averageLoss: 20 },
    ratios: { payoff: 0.75, factor: 1.5, winRate: 2 / 3, sharpe: 0.1601281538050873 },
    runs: [2, 1],
    minutes: { all: 800 / 60, wins: 10, losses: 20 },
    far: { adverse: 85 / 3, favourable: 65 / 3, worst: 40, best: 30, back: 55 / 3 },
  },
];

describe.each(LEAN)("of LEAN's $name", ({ trades, says, ratios, runs, minutes, far }) => {
  const column = (k: number): Float64Array => Float64Array.from(trades, (trade) => trade[k]);
  const profit = column(2);

  it("gains, losses and their ratios are LEAN's", () => {
    const { payoffRatio, winCount, lossCount, grossProfit, grossLoss, averageWin, averageLoss } =
      payoff(profit);
    expect({ wins: winCount, losses: lossCount, grossProfit, grossLoss, averageWin, averageLoss }).toEqual(
      says,
    );
    expect(payoffRatio).toEqual(ratios.payoff);
    expect(profitFactor(profit)).toBe(ratios.factor);
    expect(winRate(profit).value).toBe(ratios.winRate);
    expect([streaks(profit).longestWin, streaks(profit).longestLoss]).toEqual(runs);
    // LEAN's Sharpe ratio of trades lacks the root of their count.
    expect(systemQualityNumber(profit)).toBeCloseTo(Math.sqrt(3) * ratios.sharpe, 12);
  });

  it("holding times are LEAN's", () => {
    const times = (k: number): Float64Array => column(k).map((minute) => minute * MINUTE_MS);
    const held = holdingTimes(times(0), times(1), profit);
    expect(held.averageMs / MINUTE_MS).toBeCloseTo(minutes.all, 12);
    expect(held.averageWinMs / MINUTE_MS).toEqual(minutes.wins);
    expect(held.averageLossMs / MINUTE_MS).toEqual(minutes.losses);
  });

  it("excursions are LEAN's", () => {
    // A price of 1 for the entry, so that LEAN's money is a fraction of it.
    const found = excursions({
      direction: [1, 1, 1],
      entryPrice: Float64Array.of(1, 1, 1),
      exitPrice: profit.map((one) => 1 + one),
      profit,
      maxAdverseExcursion: column(3),
      maxFavourableExcursion: column(4),
    });
    expect(found.meanAdverse).toBeCloseTo(far.adverse, 12);
    expect(found.meanFavourable).toBeCloseTo(far.favourable, 12);
    expect(found.worstAdverse).toBe(far.worst);
    expect(found.bestFavourable).toBe(far.best);
    expect(found.meanGivenBack).toBeCloseTo(far.back, 12);
    expect(found.edgeRatio).toBeCloseTo(far.favourable / far.adverse, 12);
  });
});

describe("payoff", () => {
  it("leaves break-even trades out of both sides", () => {
    expect(payoff([10, 0, -5, 0])).toEqual({
      ...{ winCount: 1, lossCount: 1, grossProfit: 10, grossLoss: 5 },
      ...{ averageWin: 10, averageLoss: 5, payoffRatio: 2 },
    });
  });

  it("adds up to the profit", () => {
    fc.assert(
      fc.property(profits, (list) => {
        const { grossProfit, grossLoss, winCount, lossCount } = payoff(list);
        expect(grossProfit - grossLoss).toBe(list.reduce((sum, one) => sum + one, 0));
        expect(winCount + lossCount).toBe(list.filter((one) => one !== 0).length);
      }),
    );
  });
});

describe("expectancy and its ratio", () => {
  it("are freqtrade's of eight trades", () => {
    const list = [100, 200, 50, -150, 300, -100, 80, -30];
    expect(expectancy(list)).toBe(56.25);
    expect(expectancyRatio(list)).toBeCloseTo(0.60267857, 8);
  });

  it("follow from win rate and payoff where no trade breaks even", () => {
    fc.assert(
      fc.property(profits, (list) => {
        const decided = list.filter((one) => one !== 0);
        const { winCount, lossCount, payoffRatio, averageWin, averageLoss } = payoff(decided);
        fc.pre(winCount > 0 && lossCount > 0);
        const won = winCount / decided.length;
        expect(expectancy(decided)).toBeCloseTo(won * averageWin - (1 - won) * averageLoss, 10);
        expect(expectancyRatio(decided)).toBeCloseTo((1 + payoffRatio) * won - 1, 10);
      }),
    );
  });

  it("are undefined of no trades, the ratio of no losing ones too", () => {
    expect(expectancy([])).toBeNaN();
    expect(expectancyRatio([])).toBeNaN();
    expect(expectancyRatio([1, 2])).toBeNaN();
  });
});

describe("systemQualityNumber", () => {
  // test_calculate_sqn_cases of freqtrade; it writes 0 and −100 where this is undefined.
  it.each([
    [[1, -0.5, 2, -1, 0.5, 1.5, -0.5, 1], 1.3229],
    [[1, 0.5, 2, 1.5, 0.8], 4.3657],
    [[-1, -0.5, -2, -1.5, -0.8], -4.3657],
  ])("of %j is freqtrade's", (list, expected) => {
    expect(systemQualityNumber(list)).toBeCloseTo(expected, 4);
  });

  it("is undefined of one trade, and of trades that are all the same", () => {
    expect(systemQualityNumber([])).toBeNaN();
    expect(systemQualityNumber([1])).toBeNaN();
    expect(systemQualityNumber([3, 3, 3])).toBeNaN();
  });
});

describe("kellyFraction", () => {
  it("is Kelly's own: a coin that wins 3 in 5 at even odds, one fifth", () => {
    expect(kellyFraction([1, 1, 1, -1, -1])).toBeCloseTo(0.2, 15);
    expect(kellyFraction([2, -1])).toBe(0.25);
    expect(kellyFraction([1, -1])).toBe(0);
  });

  it("agrees with the estimate that positions are sized by", () => {
    fc.assert(
      fc.property(profits, (list) => {
        const { winCount, lossCount } = payoff(list);
        fc.pre(winCount > 0 && lossCount > 0);
        expect(kellyFraction(list)).toBeCloseTo(kellyEstimate(list).riskFraction, 12);
      }),
    );
  });

  it("is the bet at which the logarithm of a two-sided coin's growth is largest", () => {
    const list = [3, 3, -2, -2, -2, 3, 3];
    const growth = (stake: number): number =>
      list.reduce((sum, one) => sum + Math.log(1 + (stake * one) / 2), 0);
    const best = kellyFraction(list);
    for (const off of [-0.05, -0.01, 0.01, 0.05]) expect(growth(best)).toBeGreaterThan(growth(best + off));
  });

  it("is undefined without a win or without a loss", () => {
    for (const list of [[], [1, 2], [-1, -2], [0]]) expect(kellyFraction(list)).toBeNaN();
  });
});

describe("streaks", () => {
  it("are the longest runs that a text of signs holds", () => {
    fc.assert(
      fc.property(profits, (list) => {
        const signs = list.map((one) => (one > 0 ? "+" : one < 0 ? "-" : "0")).join("");
        const longest = (pattern: RegExp): number =>
          Math.max(0, ...(signs.match(pattern) ?? []).map(({ length }) => length));
        const atEnd = /(\++|-+)$/.exec(signs)?.[0] ?? "";
        expect(streaks(list)).toEqual({
          longestWin: longest(/\++/g),
          longestLoss: longest(/-+/g),
          current: atEnd.startsWith("-") ? -atEnd.length : atEnd.length,
        });
      }),
    );
  });

  it("are none of nothing", () => {
    expect(streaks([])).toEqual({ longestWin: 0, longestLoss: 0, current: 0 });
  });
});

describe("excursions", () => {
  it("give back by direction: a short gives back as the price rises", () => {
    const found = excursions({
      direction: [-1],
      entryPrice: Float64Array.of(100),
      exitPrice: Float64Array.of(97),
      profit: Float64Array.of(3),
      maxAdverseExcursion: Float64Array.of(0.02),
      maxFavourableExcursion: Float64Array.of(0.05),
    });
    expect(found.meanGivenBack).toBeCloseTo(0.02, 14);
    expect(found.winnersMeanAdverse).toBe(0.02);
    expect(found.losersMeanFavourable).toBeNaN();
  });

  it("are undefined of no trades", () => {
    const none = new Float64Array(0);
    const found = excursions({
      direction: none,
      entryPrice: none,
      exitPrice: none,
      profit: none,
      maxAdverseExcursion: none,
      maxFavourableExcursion: none,
    });
    for (const value of Object.values(found)) expect(value).toBeNaN();
  });
});

describe("riskMultiples", () => {
  it("are plain on five trades, one of them without a stop", () => {
    const found = riskMultiples(Float64Array.of(2, -1, Number.NaN, -1.5, 3));
    expect(found).toMatchObject({
      count: 4,
      mean: 0.625,
      median: 0.5,
      best: 3,
      worst: -1.5,
      beyondStop: 0.25,
    });
    expect(found.deviation).toBeCloseTo(
      Math.sqrt((1.375 ** 2 + 1.625 ** 2 + 2.125 ** 2 + 2.375 ** 2) / 3),
      14,
    );
    expect(found.systemQuality).toBeCloseTo((2 * 0.625) / found.deviation, 14);
  });

  it("have Tharp's expectancy: ten trades that win 3 R in three, and lose 1 R in seven, come to 0.2 R", () => {
    const found = riskMultiples(Float64Array.of(3, 3, 3, -1, -1, -1, -1, -1, -1, -1));
    expect(found.mean).toBeCloseTo(0.2, 14);
    expect(found.beyondStop).toBe(0);
  });

  it("are undefined where no trade had a stop", () => {
    const { count, ...others } = riskMultiples(Float64Array.of(Number.NaN, Number.NaN));
    expect(count).toBe(0);
    for (const value of Object.values(others)) expect(value).toBeNaN();
  });
});

describe("holdingTimes", () => {
  it("are undefined of no trades, and of the side that is missing", () => {
    const none = new Float64Array(0);
    for (const value of Object.values(holdingTimes(none, none, none))) expect(value).toBeNaN();
    const one = holdingTimes(Float64Array.of(5), Float64Array.of(25), Float64Array.of(0));
    expect(one).toEqual({
      ...{ averageMs: 20, medianMs: 20, longestMs: 20 },
      ...{ averageWinMs: Number.NaN, averageLossMs: Number.NaN },
    });
  });
});
