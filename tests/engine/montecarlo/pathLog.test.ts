import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quantile } from "#engine/core/stats.ts";
import { bandSteps, PathLog } from "#engine/montecarlo/pathLog.ts";

const returns = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 });

/** Equity after each step, its deepest fall and its lowest value, written down plainly. */
function naive(values: readonly number[], next: (equity: number, value: number) => number) {
  const equity = [1];
  for (const value of values) equity.push(next(equity[equity.length - 1], value));
  const falls = equity.map((value, i) => {
    const peak = Math.max(...equity.slice(0, i + 1));
    return (peak - value) / peak;
  });
  return { equity, maxDrawdown: Math.max(...falls), lowest: Math.min(...equity) };
}

describe("a log of paths", () => {
  it("compounds returns, and knows the deepest fall and the lowest equity", () => {
    fc.assert(
      fc.property(returns, (values) => {
        const log = new PathLog(1, bandSteps(values.length, 1000));
        log.addCompounded(0, Float64Array.from(values));
        const { bands, maxDrawdown, lowestEquity, finalEquity } = log.summary({
          quantiles: [0.5],
          ruinLevel: 0.5,
        });
        const expected = naive(values, (equity, value) => equity * (1 + value));
        for (const [i, value] of expected.equity.entries()) expect(bands[0][i]).toBeCloseTo(value, 10);
        expect(finalEquity[0]).toBeCloseTo(expected.equity[values.length], 10);
        expect(maxDrawdown[0]).toBeCloseTo(expected.maxDrawdown, 10);
        expect(lowestEquity[0]).toBeCloseTo(expected.lowest, 10);
      }),
    );
  });

  it("adds returns on a fixed stake, and an account at 0 stays there", () => {
    fc.assert(
      fc.property(returns, (values) => {
        const log = new PathLog(1, bandSteps(values.length, 1000));
        log.addFixed(0, Float64Array.from(values));
        const { bands, maxDrawdown, lowestEquity } = log.summary({ quantiles: [0.5], ruinLevel: 0.5 });
        const expected = naive(values, (equity, value) => (equity > 0 ? Math.max(0, equity + value) : 0));
        for (const [i, value] of expected.equity.entries()) expect(bands[0][i]).toBeCloseTo(value, 10);
        expect(maxDrawdown[0]).toBeCloseTo(expected.maxDrawdown, 10);
        expect(lowestEquity[0]).toBeCloseTo(expected.lowest, 10);
      }),
    );
  });

  it("has the quantiles of all paths at each step, and counts those that came down to ruin", () => {
    const paths = [
      [-0.6, 1.5],
      [0.1, 0.1],
      [-0.5, 0.2],
      [0.2, -0.3],
    ];
    const log = new PathLog(4, bandSteps(2, 100));
    for (const [k, path] of paths.entries()) log.addCompounded(k, Float64Array.from(path));
    const summary = log.summary({ quantiles: [0.25, 0.75], ruinLevel: 0.5 });
    const after = [1, 2].map((step) =>
      paths.map((path) => path.slice(0, step).reduce((equity, value) => equity * (1 + value), 1)),
    );
    expect([...summary.steps]).toEqual([0, 1, 2]);
    for (const [k, fraction] of [0.25, 0.75].entries()) {
      expect(summary.bands[k][0]).toBe(1);
      for (const [s, values] of after.entries()) {
        expect(summary.bands[k][s + 1]).toBeCloseTo(quantile(values, fraction), 12);
      }
    }
    expect(summary.ruinedPaths).toBe(2);
    expect(summary.ruinProbability).toBe(0.5);
  });

  it("takes curves that were made elsewhere", () => {
    const log = new PathLog(2, bandSteps(2, 2));
    log.addCurve(0, Float64Array.of(1, 0.4, 0.9), { maxDrawdown: 0.7, lowest: 0.3 });
    log.addCurve(1, Float64Array.of(1, 1.2, 1.1), { maxDrawdown: 0.1, lowest: 1 });
    const summary = log.summary({ quantiles: [0, 1], ruinLevel: 0.35 });
    expect([...summary.bands[0]]).toEqual([1, 0.4, 0.9]);
    expect([...summary.bands[1]]).toEqual([1, 1.2, 1.1]);
    expect(summary.ruinedPaths).toBe(1);
    expect([...summary.maxDrawdown]).toEqual([0.7, 0.1]);
  });
});

describe("the steps of bands", () => {
  it("are whole, from the beginning to the end, no more than were asked for", () => {
    expect([...bandSteps(4, 100)]).toEqual([0, 1, 2, 3, 4]);
    expect([...bandSteps(10, 4)]).toEqual([0, 3, 5, 8, 10]);
    expect([...bandSteps(0, 4)]).toEqual([0]);
  });
});
