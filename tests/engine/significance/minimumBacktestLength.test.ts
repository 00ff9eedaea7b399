import { describe, expect, it } from "vitest";
import { expectedMaximum } from "#engine/significance/deflatedSharpe.ts";
import { minimumBacktestLength } from "#engine/significance/minimumBacktestLength.ts";

describe("the minimum backtest length", () => {
  it("is five years for 45 trials and an annual ratio of 1, as in the paper", () => {
    // Bailey, Borwein, López de Prado and Zhu 2014: "if only five years of data are available, no more than 45".
    expect(minimumBacktestLength(45)).toBeCloseTo(4.998, 3);
    expect(minimumBacktestLength(46)).toBeGreaterThan(5);
  });

  it("is the time in which luck is expected to show just that ratio", () => {
    for (const [trials, sharpe] of [
      [10, 1],
      [200, 0.7],
      [5000, 2],
    ]) {
      const years = minimumBacktestLength(trials, { sharpe });
      expect(expectedMaximum(trials) / Math.sqrt(years)).toBeCloseTo(sharpe, 10);
    }
  });

  it("is nothing for one trial, and wants a ratio above 0", () => {
    expect(minimumBacktestLength(1)).toBe(0);
    expect(() => minimumBacktestLength(10, { sharpe: 0 })).toThrowError(
      expect.objectContaining({ code: "significance.sharpe" }),
    );
  });
});
