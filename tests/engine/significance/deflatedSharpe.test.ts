import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { EngineError } from "#engine/core/errors.ts";
import { Random } from "#engine/core/random.ts";
import {
  deflatedSharpe,
  expectedMaximum,
  expectedMaximumSharpe,
} from "#engine/significance/deflatedSharpe.ts";
import { probabilisticSharpe } from "#engine/significance/probabilisticSharpe.ts";
import { sharpeEstimate } from "#engine/significance/sharpeEstimate.ts";
import { sharedData, WITHOUT_DATA } from "../../fixtures/sharedData.ts";

describe("the deflated Sharpe ratio", () => {
  // Bailey and López de Prado 2014, the numerical example: a year has 250 days, the trials' annual variance is ½.
  const estimate = { sharpe: 2.5 / Math.sqrt(250), observations: 1250, skew: -3, kurtosis: 10 };

  it("is 0.9004 after 100 trials and 0.9505 after 46 in the paper's example", () => {
    expect(deflatedSharpe(estimate, { trials: 100, variance: 0.5 / 250 })).toBeCloseTo(0.9004, 4);
    expect(deflatedSharpe(estimate, { trials: 46, variance: 0.5 / 250 })).toBeCloseTo(0.9505, 4);
  });

  it("wants the raw kurtosis: the excess would make it look surer", () => {
    const right = deflatedSharpe(estimate, { trials: 100, variance: 0.5 / 250 });
    expect(
      deflatedSharpe({ ...estimate, kurtosis: 7 }, { trials: 100, variance: 0.5 / 250 }),
    ).toBeGreaterThan(right);
  });

  it("is the probabilistic ratio against 0 for a single trial, whatever the spread", () => {
    expect(deflatedSharpe(estimate, { trials: 1, variance: Number.NaN })).toBe(probabilisticSharpe(estimate));
  });

  it("is NaN where the trials' spread is not known", () => {
    expect(deflatedSharpe(estimate, { trials: 2, variance: Number.NaN })).toBeNaN();
  });

  it("calls the best of many without an edge significant in no more than about 5 of 100 cases", () => {
    const random = Random.seeded("deflated").stream("returns");
    const trials = 40;
    let claims = 0;
    let naive = 0;
    for (let round = 0; round < 200; round++) {
      const estimates = Array.from({ length: trials }, () =>
        sharpeEstimate(Float64Array.from({ length: 250 }, () => random.normal(0, 0.01))),
      );
      const ratios = estimates.map(({ sharpe }) => sharpe);
      const centre = ratios.reduce((sum, ratio) => sum + ratio, 0) / trials;
      const variance = ratios.reduce((sum, ratio) => sum + (ratio - centre) ** 2, 0) / (trials - 1);
      const best = estimates.reduce((most, one) => (one.sharpe > most.sharpe ? one : most));
      if (deflatedSharpe(best, { trials, variance }) > 0.95) claims++;
      if (probabilisticSharpe(best) > 0.95) naive++;
    }
    expect(claims).toBeLessThanOrEqual(10);
    // The best of 40 looks significant by itself almost always: 1 − 0.95⁴⁰ = 87 %.
    expect(naive).toBeGreaterThan(150);
  });
});

describe("the expected maximum", () => {
  const oracle = sharedData("oracles/overfitting/psr_small.json");
  it.skipIf(oracle === undefined)(`agrees with published values (${oracle ?? WITHOUT_DATA})`, () => {
    const { expected_max } = JSON.parse(readFileSync(String(oracle), "utf8"));
    for (const [trials, expected] of Object.entries(expected_max)) {
      expect(expectedMaximum(Number(trials))).toBeCloseTo(expected as number, 10);
    }
  });

  it("is near what the largest of so many normal draws is on average", () => {
    const random = Random.seeded("maximum").stream("draws");
    for (const trials of [5, 50, 500]) {
      let sum = 0;
      const rounds = 4000;
      for (let round = 0; round < rounds; round++) {
        let largest = -Infinity;
        for (let k = 0; k < trials; k++) largest = Math.max(largest, random.normal());
        sum += largest;
      }
      expect(expectedMaximum(trials) / (sum / rounds)).toBeGreaterThan(0.97);
      expect(expectedMaximum(trials) / (sum / rounds)).toBeLessThan(1.03);
    }
  });

  it("is 0 for one trial, never below, and rises with fractions of a trial too", () => {
    let before = 0;
    for (let trials = 1; trials < 20; trials += 0.25) {
      expect(expectedMaximum(trials)).toBeGreaterThanOrEqual(before);
      before = expectedMaximum(trials);
    }
    expect(expectedMaximum(1)).toBe(0);
    expect(expectedMaximumSharpe({ trials: 1, variance: Number.NaN })).toBe(0);
  });

  it.each([0, -3, 0.5, Number.NaN])("refuses %s trials", (trials) => {
    expect(() => expectedMaximum(trials)).toThrowError(
      expect.objectContaining<Partial<EngineError>>({ code: "significance.trials" }),
    );
  });
});
