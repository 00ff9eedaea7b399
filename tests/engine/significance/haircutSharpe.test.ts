import { describe, expect, it } from "vitest";
import { haircutSharpe } from "#engine/significance/haircutSharpe.ts";
import { adjustPValues } from "#engine/significance/multipleTests.ts";
import { studentTwoSided } from "#engine/significance/studentT.ts";

describe("a haircut Sharpe ratio", () => {
  it("has the p-value of Harvey and Liu's program under Bonferroni", () => {
    // mlfinlab's test of its port of the authors' program: an annual ratio of 1 over 120 months and 100 trials, brought
    // down for an autocorrelation of 0.1 (Lo 2002); the adjusted p-value is 0.465.
    const rho = 0.1;
    const lo = 1 / Math.sqrt(1 + ((2 * rho) / (1 - rho)) * (1 - (1 - rho ** 12) / (12 * (1 - rho))));
    const sharpes = new Array(100).fill(0.001);
    sharpes[0] = lo / Math.sqrt(12);
    expect(haircutSharpe(sharpes, { index: 0, observations: 120 }).bonferroni.pValue).toBeCloseTo(0.465, 2);
  });

  it("turns each adjusted p-value back into the ratio that alone would have had it", () => {
    const sharpes = [0.12, 0.1, 0.02, -0.05, 0.08];
    const found = haircutSharpe(sharpes, { index: 1, observations: 500 });
    const pValues = sharpes.map((sharpe) => studentTwoSided(sharpe * Math.sqrt(500), 499));
    expect(found.pValue).toBe(pValues[1]);
    for (const method of ["bonferroni", "holm", "bhy"] as const) {
      const cut = found[method];
      expect(cut.pValue).toBe(adjustPValues(pValues, method)[1]);
      expect(studentTwoSided(cut.sharpe * Math.sqrt(500), 499)).toBeCloseTo(cut.pValue, 10);
      expect(cut.haircut).toBeCloseTo(1 - cut.sharpe / 0.1, 12);
    }
  });

  it("cuts more off a small ratio than off a large one, and everything off what anyone would find", () => {
    const haircut = (sharpe: number): number =>
      haircutSharpe([sharpe, ...new Array(199).fill(0)], { index: 0, observations: 1250 }).bonferroni.haircut;
    expect(haircut(0.2)).toBeLessThan(0.25);
    expect(haircut(0.12)).toBeGreaterThan(haircut(0.2));
    expect(haircut(0.03)).toBe(1);
  });

  it("leaves a lone trial as it is", () => {
    const { holm, bhy, bonferroni } = haircutSharpe([0.08], { index: 0, observations: 300 });
    for (const { sharpe, haircut } of [holm, bhy, bonferroni]) {
      expect(sharpe).toBeCloseTo(0.08, 12);
      expect(haircut).toBeCloseTo(0, 10);
    }
  });

  it("counts a trial that never traded as one without evidence", () => {
    const known = haircutSharpe([0.1, 0, 0.02], { index: 0, observations: 400 });
    expect(haircutSharpe([0.1, Number.NaN, 0.02], { index: 0, observations: 400 })).toEqual(known);
    expect(haircutSharpe([Number.NaN, 0.1], { index: 0, observations: 400 }).holm.sharpe).toBeNaN();
  });

  it("keeps the sign of a ratio below 0, and what no adjustment can reach", () => {
    expect(haircutSharpe([-0.1, 0], { index: 0, observations: 400 }).holm.sharpe).toBeLessThan(0);
    expect(haircutSharpe([50, 0], { index: 0, observations: 4000 }).bhy.sharpe).toBe(50);
  });

  it.each([
    ["an index outside", [0.1], { index: 1, observations: 10 }, "significance.index"],
    ["one observation", [0.1], { index: 0, observations: 1 }, "significance.count"],
  ])("refuses %s", (_, sharpes, options, code) => {
    expect(() => haircutSharpe(sharpes, options)).toThrowError(expect.objectContaining({ code }));
  });
});
