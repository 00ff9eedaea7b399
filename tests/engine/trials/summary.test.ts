import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "#engine/core/random.ts";
import { mean, variance } from "#engine/core/stats.ts";
import { DAY_MS } from "#engine/core/timeframe.ts";
import { deflatedSharpe, expectedMaximumSharpe } from "#engine/significance/deflatedSharpe.ts";
import { probabilisticSharpe } from "#engine/significance/probabilisticSharpe.ts";
import { alignedReturns } from "#engine/trials/alignedReturns.ts";
import { independentTrials } from "#engine/trials/independentTrials.ts";
import { packReturns } from "#engine/trials/returns.ts";
import { deflatedBy, ONE_TRIAL, summariseTrials } from "#engine/trials/summary.ts";
import { FIRST_DAY, madeReturns, madeTrial } from "./madeTrials.ts";

/** A trial of these daily returns that begins on this day. */
const from = (day: number, values: readonly number[]) => {
  let equity = 1;
  const closes = {
    day: Float64Array.from(values, (_, i) => day + i),
    equity: Float64Array.from(values, (value) => (equity *= 1 + value)),
  };
  return { returns: packReturns(closes, { before: 1 }) };
};

/** Returns that follow a common series by so much, and a series of their own by the rest. */
function variant(common: Float64Array, seed: string, share: number): Float64Array {
  const own = madeReturns(seed, common.length, 0, 0.01);
  return common.map((value, i) => share * value + Math.sqrt(1 - share * share) * own[i]);
}

describe("returns of several trials over one calendar", () => {
  it("stand at their days, 0 where a trial has none", () => {
    const rows = alignedReturns([from(10, [0.5, 0.25]), from(12, [0.125]), from(0, [])]);
    expect(rows.map((row) => [...row])).toEqual([
      [0.5, 0.25, 0],
      [0, 0, 0.125],
      [0, 0, 0],
    ]);
    expect(alignedReturns([])).toEqual([]);
  });

  it("are compounded to the longest stretch among them, and so is a span that days would not cover", () => {
    const long = from(
      0,
      Array.from({ length: 5000 }, () => 0.001),
    );
    const short = from(4, [1, 1, 1, 0.5]);
    expect(long.returns.days).toBe(4);
    const [a, b] = alignedReturns([long, short]);
    expect(a).toHaveLength(1250);
    expect(b.slice(0, 3)).toEqual(Float64Array.of(0, 11, 0));
    const far = alignedReturns([from(0, [1]), from(20_000, [1, 1])]);
    expect(far[0].length).toBeLessThanOrEqual(2048);
    expect(far.map((row) => row.reduce((product, value) => product * (1 + value), 1))).toEqual([2, 4]);
  });
});

describe("independent trials", () => {
  it("are as many as there are different bets, whatever the number of variants of each", () => {
    const bets = ["a", "b", "c"].map((name) => madeReturns(name, 250, 0, 0.01));
    const trials = bets.flatMap((bet, b) =>
      Array.from({ length: 20 }, (_, i) => variant(bet, `${b} ${i}`, 0.95)),
    );
    const { count, bet } = independentTrials(trials);
    expect(count).toBe(3);
    expect([...bet]).toEqual(trials.map((_, i) => Math.floor(i / 20)));
  });

  it("are all of them where nothing is shared, and a trial that never moved is none", () => {
    const noise = Array.from({ length: 40 }, (_, i) => madeReturns(`noise ${i}`, 500));
    const { count, bet } = independentTrials([new Float64Array(500), ...noise]);
    expect(count).toBe(40);
    expect(bet[0]).toBe(-1);
    expect(independentTrials([]).count).toBe(0);
    expect(independentTrials([Float64Array.of(0.1), Float64Array.of(0.1), Float64Array.of(0)]).count).toBe(2);
  });

  it("are the same bets when they are compared in parts", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 3, max: 30 }), (seed, atOnce) => {
        const random = Random.seeded(seed);
        const bets = Array.from({ length: 5 }, (_, b) => madeReturns(`${seed} ${b}`, 300, 0, 0.01));
        const trials = Array.from({ length: 60 }, (_, i) =>
          variant(bets[random.integer(0, 4)], `${seed} own ${i}`, 0.92),
        );
        const whole = independentTrials(trials);
        const parts = independentTrials(trials, { atOnce });
        const pairs = (bet: Int32Array) => [...bet].map((a) => [...bet].map((b) => a === b));
        expect(parts.count).toBe(whole.count);
        expect(pairs(parts.bet)).toEqual(pairs(whole.bet));
      }),
      { numRuns: 20 },
    );
  });
});

describe("the summary of a ledger's trials", () => {
  it("of one trial, of its copies in other words and of none deflates nothing", () => {
    const returns = madeReturns(1, 200);
    const alone = madeTrial("one", returns);
    for (const trials of [[alone], [alone, madeTrial("two", returns), madeTrial("three", returns)], []]) {
      const summary = summariseTrials(trials);
      expect([summary.trials, summary.independent, summary.expectedMaximum]).toEqual([trials.length, 1, 0]);
      expect(deflatedBy(alone, summary)).toBe(probabilisticSharpe(alone));
      expect(deflatedBy(alone, summary)).toBe(deflatedBy(alone, ONE_TRIAL));
    }
  });

  it.each([
    ["have nothing in common", 0],
    ["are one bet in many variants", 0.8],
  ])(
    "expects of trials without an edge that %s no less than the best among them on average, and little more",
    (_, share) => {
      const best: number[] = [];
      const expected: number[] = [];
      for (let run = 0; run < 60; run++) {
        const common = madeReturns(`common ${run}`, 250, 0, 0.01);
        const trials = Array.from({ length: 30 }, (_, i) =>
          madeTrial(`${run} ${i}`, variant(common, `${run} ${i}`, share)),
        );
        const summary = summariseTrials(trials);
        expect(summary.independent).toBe(share === 0 ? 30 : 1);
        // What all have in common is luck of another kind: the probabilistic ratio minds it.
        const { sharpe } = madeTrial("common", common);
        best.push(Math.max(...trials.map((one) => one.sharpe)) - share * sharpe);
        expected.push(summary.expectedMaximum);
      }
      const error = Math.sqrt(variance(best) / best.length);
      expect(mean(expected)).toBeGreaterThan(mean(best) - 3 * error);
      expect(mean(expected)).toBeLessThan(1.2 * mean(best) + 3 * error);
    },
  );

  it("deflates independent trials as the paper does, by their number and the variance of their ratios", () => {
    const trials = Array.from({ length: 50 }, (_, i) =>
      madeTrial(`${i}`, madeReturns(`${i}`, 400, 0.0002 * i)),
    );
    const spread = { trials: 50, variance: variance(trials.map(({ sharpe }) => sharpe)) };
    const summary = summariseTrials(trials);
    expect(summary.expectedMaximum).toBeCloseTo(expectedMaximumSharpe(spread), 12);
    expect(deflatedBy(trials[40], summary)).toBeCloseTo(deflatedSharpe(trials[40], spread), 12);
  });

  it("is not softened by many variants of one idea, nor by two bets that happen to do alike", () => {
    const ideas = Array.from({ length: 10 }, (_, i) => madeReturns(`idea ${i}`, 300, 0));
    const few = ideas.map((returns, i) => madeTrial(`few ${i}`, returns));
    const many = Array.from({ length: 290 }, (_, i) =>
      madeTrial(`many ${i}`, variant(ideas[0], `own ${i}`, 0.999)),
    );
    const summary = summariseTrials([...few, ...many]);
    expect([summary.trials, summary.independent]).toEqual([300, 10]);
    expect(summary.expectedMaximum).toBeGreaterThan(0.9 * summariseTrials(few).expectedMaximum);
    const returns = madeReturns(1, 101);
    const alike = summariseTrials([madeTrial("a", returns), madeTrial("b", returns.toReversed())]);
    expect(alike.independent).toBe(2);
    expect(alike.expectedMaximum).toBe(expectedMaximumSharpe({ trials: 2, variance: 1 / 100 }));
  });

  it("deflates by what else was tried, and by nothing that never held a position", () => {
    const good = madeTrial("good", madeReturns("good", 365, 0.0015));
    const others = Array.from({ length: 30 }, (_, i) =>
      madeTrial(`other ${i}`, madeReturns(`other ${i}`, 365, 0)),
    );
    const after = [0, 3, 10, 30].map((n) => deflatedBy(good, summariseTrials([good, ...others.slice(0, n)])));
    // How far bets are apart is known better with more of them, so the way down need not be straight.
    for (const deflated of after.slice(1)) expect(deflated).toBeLessThan(after[0] - 0.3);
    const idle = madeTrial("idle", new Float64Array(365), { trades: 0 });
    const withIdle = summariseTrials([good, ...others, idle]);
    expect(withIdle.trials).toBe(32);
    expect(deflatedBy(good, withIdle)).toBe(after[3]);
    expect(deflatedBy(idle, withIdle)).toBeNaN();
  });

  it("speaks of days: trials of other times count like any others", () => {
    const now = madeTrial("now", madeReturns("now", 100));
    const later = from(FIRST_DAY + 400, [...madeReturns("later", 100)]);
    const summary = summariseTrials([now, madeTrial("later", madeReturns("later", 100), later)]);
    expect(summary.independent).toBe(2);
    expect(later.returns.firstMs).toBe((FIRST_DAY + 400) * DAY_MS);
  });
});
