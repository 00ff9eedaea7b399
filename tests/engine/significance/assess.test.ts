import { describe, expect, it } from "vitest";
import { Random } from "#engine/core/random.ts";
import { mean, variance } from "#engine/core/stats.ts";
import { assess, assessing, isKnown } from "#engine/significance/assess.ts";
import { backtestOverfitting } from "#engine/significance/backtestOverfitting.ts";
import { bootstrapIntervals } from "#engine/significance/bootstrapInterval.ts";
import { deflatedSharpe, expectedMaximumSharpe } from "#engine/significance/deflatedSharpe.ts";
import { haircutSharpe } from "#engine/significance/haircutSharpe.ts";
import { minimumBacktestLength } from "#engine/significance/minimumBacktestLength.ts";
import { minimumTrackRecord } from "#engine/significance/minimumTrackRecord.ts";
import { probabilisticSharpe } from "#engine/significance/probabilisticSharpe.ts";
import { realityCheck } from "#engine/significance/realityCheck.ts";
import { sharpeEstimate } from "#engine/significance/sharpeEstimate.ts";
import { superiorAbility } from "#engine/significance/superiorAbility.ts";

function noise(count: number, rows: number, seed: string): Float64Array[] {
  const random = Random.seeded(seed).stream("trials");
  return Array.from({ length: count }, () =>
    Float64Array.from({ length: rows }, () => random.normal(0.001, 0.01)),
  );
}

const statistics = { mean: (returns: Float64Array) => mean(returns) };

describe("the assessment of a result", () => {
  const trials = noise(12, 120, "assess");
  const input = { returns: trials[4], periodsPerYear: 365, trials, own: 4, statistics };
  const options = { resamples: 100, seed: 7, blocks: 6 };

  it("is what each test says by itself, at one seed", () => {
    const found = assess(input, options);
    const estimate = sharpeEstimate(trials[4]);
    const ratios = trials.map((trial) => sharpeEstimate(trial).sharpe);
    const spread = { trials: 12, variance: variance(ratios) };
    const resampling = { resamples: 100, seed: 7 };
    expect(found.estimate).toEqual(estimate);
    expect(found.annualSharpe).toBe(estimate.sharpe * Math.sqrt(365));
    expect(found.probabilistic).toBe(probabilisticSharpe(estimate));
    expect(found.luck).toEqual({
      trials: 12,
      independent: 12,
      expectedMaximum: expectedMaximumSharpe(spread),
    });
    expect(found.deflated).toBe(deflatedSharpe(estimate, spread));
    expect(found.minimumTrackYears).toBe(minimumTrackRecord(estimate) / 365);
    expect(found.minimumBacktestYears).toBe(minimumBacktestLength(12, { sharpe: found.annualSharpe }));
    expect(found.haircut).toEqual(haircutSharpe(ratios, { index: 4, observations: 120 }));
    expect(found.overfitting).toEqual(backtestOverfitting(trials, { blocks: 6 }));
    expect(found.realityCheck).toEqual(realityCheck(trials, resampling));
    expect(found.superiorAbility).toEqual(superiorAbility(trials, resampling));
    expect(found.intervals).toEqual(bootstrapIntervals(trials[4], statistics, resampling));
  });

  it("takes what a ledger knows of the trials instead of counting them anew", () => {
    const luck = { trials: 900, independent: 300, expectedMaximum: 0.12 };
    const found = assess({ ...input, luck }, options);
    expect(found.deflated).toBe(probabilisticSharpe(found.estimate, { benchmark: 0.12 }));
    expect(found.annualExpectedMaximum).toBe(0.12 * Math.sqrt(365));
    expect(found.minimumBacktestYears).toBe(minimumBacktestLength(900, { sharpe: found.annualSharpe }));
    expect(found.trials).toBe(12);
  });

  it("of the only trial deflates nothing, and says why there is no probability of overfitting", () => {
    const found = assess({ returns: trials[0], periodsPerYear: 252, statistics }, options);
    expect(found.deflated).toBe(found.probabilistic);
    expect(found.minimumBacktestYears).toBe(found.annualSharpe > 0 ? 0 : Number.NaN);
    expect(isKnown(found.overfitting)).toBe(false);
    expect(found.overfitting).toEqual({ missing: expect.stringContaining("two trials") });
    expect(isKnown(found.realityCheck)).toBe(true);
  });

  it("of returns that never moved has a reason for each figure that it does not have", () => {
    const found = assess({ returns: new Float64Array(30), periodsPerYear: 365, statistics }, options);
    expect(found.undefinedBecause).toContain("all the same");
    expect(found.deflated).toBeNaN();
    expect(found.annualSharpe).toBeNaN();
    for (const figure of [found.haircut, found.realityCheck, found.superiorAbility]) {
      expect(isKnown(figure)).toBe(false);
    }
  });

  it("takes fewer blocks where there are few periods, and says so where there are too few", () => {
    const short = (rows: number) =>
      assess(
        { ...input, trials: trials.map((trial) => trial.slice(0, rows)), returns: trials[4].slice(0, rows) },
        {
          resamples: 20,
        },
      );
    expect(short(40).overfitting).toMatchObject({ blocks: 16 });
    expect(short(14).overfitting).toMatchObject({ blocks: 6 });
    expect(short(3).overfitting).toEqual({ missing: expect.stringContaining("four periods") });
    expect(short(2).superiorAbility).toEqual({ missing: expect.stringContaining("three returns") });
  });

  it("tells how far it is", () => {
    const told = [...assessing(input, options)];
    expect(told.map(({ done, total }) => done / total)).toEqual([0.2, 0.4, 0.6, 0.8]);
  });

  it.each([
    ["one return", { ...input, returns: [0.1], trials: [[0.1]] }, "significance.too-few-returns"],
    ["trials over other periods", { ...input, trials: [trials[0], [0.1, 0.2]] }, "significance.lengths"],
  ])("refuses %s", (_, wrong, code) => {
    expect(() => assess(wrong)).toThrowError(expect.objectContaining({ code }));
  });
});
