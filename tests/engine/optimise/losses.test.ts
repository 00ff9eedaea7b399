import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalCdf } from "#engine/core/maths.ts";
import { maxDrawdown } from "#engine/metrics/drawdown.ts";
import {
  defaultLoss,
  LOSS_KINDS,
  type LossInput,
  type LossSpec,
  lossOf,
  scoreLoss,
} from "#engine/optimise/losses.ts";
import { runTrial } from "#engine/optimise/runTrial.ts";
import { deflatedSharpe } from "#engine/significance/deflatedSharpe.ts";
import { sharpeEstimate } from "#engine/significance/sharpeEstimate.ts";
import { codeOf } from "./spaces.ts";

/** An account that earned these, one trade a day; its figures by their definitions. */
function inputOf(profits: number[], start = 1000): LossInput {
  const balances = [start];
  for (const profit of profits) balances.push(balances[balances.length - 1] + profit);
  const returns = Float64Array.from(profits, (profit, i) => profit / balances[i]);
  const count = profits.length;
  const mean = returns.reduce((sum, x) => sum + x, 0) / count;
  const deviation = Math.sqrt(returns.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (count - 1));
  const downside = Math.sqrt(returns.reduce((sum, x) => sum + Math.min(0, x) ** 2, 0) / count);
  const annual = (balances[count] / start) ** (365 / count) - 1;
  const deepest = maxDrawdown(balances);
  return {
    metrics: {
      sharpe: (mean / deviation) * Math.sqrt(365),
      sortino: downside > 0 ? (mean / downside) * Math.sqrt(365) : Number.NaN,
      calmar: deepest > 0 ? annual / deepest : Number.NaN,
      maxDrawdown: deepest,
      tradeCount: count,
      expectancy: profits.reduce((sum, x) => sum + x, 0) / count,
      startingBalance: start,
    },
    returns,
    profits: Float64Array.from(profits),
  };
}

const example = inputOf([100, -50, 30, -80, 200]);
const KINDS = LOSS_KINDS.map(({ kind }) => kind);
const spec = (kind: string): LossSpec => ({ kind, trials: 50 }) as LossSpec;

describe("losses", () => {
  it("are the figures of the report, with the sign that makes the better smaller", () => {
    const { metrics } = example;
    expect(lossOf(example, { kind: "sharpe" })).toBe(-metrics.sharpe);
    expect(lossOf(example, { kind: "sortino" })).toBe(-metrics.sortino);
    expect(lossOf(example, { kind: "calmar" })).toBe(-metrics.calmar);
    expect(lossOf(example, { kind: "maxDrawdown" })).toBeCloseTo(100 / 1100, 12);
    expect(lossOf(example, { kind: "expectancy" })).toBe(-40);
  });

  it("have Freqtrade's profit less drawdown, by hand", () => {
    // 1000 → 1100, 1050, 1080, 1000, 1200: the fall from 1100 to 1000 is 1/11 of the account.
    expect(lossOf(example, { kind: "profitDrawdown" })).toBeCloseTo(-(200 - (200 / 11) * (1 - 0.075)), 10);
  });

  it("have Freqtrade's multi-metric, by hand", () => {
    const [winRate, gains, lost] = [3 / 5, 330, 130];
    const ratio = (1 + gains / 3 / (lost / 2)) * winRate - 1;
    const expected =
      -(200 - (200 / 11) * (1 - 0.055)) *
      Math.log(gains / (lost + 1e-6) + 1) *
      Math.log(ratio + 2) *
      Math.log(1.2 + winRate) *
      // five trades of fifty
      0.1;
    expect(lossOf(example, { kind: "multiMetric" })).toBeCloseTo(expected, 9);
  });

  it("deflate the Sharpe ratio by the trials that there will be: the probability is the loss's place on the normal curve", () => {
    const estimate = sharpeEstimate(example.returns);
    for (const [trials, variance] of [
      [1, undefined],
      [50, undefined],
      [200, 0.002],
    ] as const) {
      const loss = lossOf(example, { kind: "deflatedSharpe", trials, ...(variance && { variance }) });
      const spread = { trials, variance: variance ?? 1 / (estimate.observations - 1) };
      expect(normalCdf(-loss)).toBeCloseTo(deflatedSharpe(estimate, spread), 12);
    }
    expect(defaultLoss(200)).toEqual({ kind: "deflatedSharpe", trials: 200 });
    // More trials, less surety.
    const of = (trials: number): number => lossOf(example, defaultLoss(trials));
    expect(of(10)).toBeLessThan(of(100));
  });

  it("tell two sure things apart where the probability of both is 1", () => {
    const sure = (edge: number): LossInput => inputOf(Array.from({ length: 400 }, (_, i) => edge + (i % 2)));
    const [good, better] = [sure(5), sure(7)].map((input) => lossOf(input, defaultLoss(10)));
    expect(normalCdf(-good)).toBe(1);
    expect(better).not.toBe(good);
  });

  it("are smaller for an account that did everything the same and earned more in the end", () => {
    for (const kind of KINDS.filter(
      (one) => one !== "maxDrawdown" && one !== "deflatedSharpe" && one !== "sharpe",
    )) {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 300 }), (more) => {
          const profits = [100, -50, 30, -80, 200];
          const richer = inputOf([...profits.slice(0, 4), 200 + more]);
          expect(lossOf(richer, spec(kind))).toBeLessThan(lossOf(example, spec(kind)));
        }),
        { numRuns: 20 },
      );
    }
  });

  it.each(KINDS)("are NaN with a reason where nothing was traded: %s", (kind) => {
    const scored = scoreLoss(inputOf([]), spec(kind));
    expect(scored.losses).toBeNaN();
    expect(scored.reason).toBe("no trade was made.");
  });

  it("fail a trial with the reason, and never make it the best", () => {
    const flat = inputOf([1, 1, 1]);
    const outcome = runTrial(() => scoreLoss(flat, { kind: "calmar" }), { index: 0, parameters: {} });
    expect(outcome.state).toBe("failed");
    expect(outcome.reason).toMatch(/^The loss is NaN; calmar is undefined for 3 trades over 3 days\./);
    expect(scoreLoss(inputOf([5]), defaultLoss(10)).losses).toBeNaN();
  });

  it("refuse a kind that there is not", () => {
    expect(codeOf(() => lossOf(example, { kind: "sharp" } as unknown as LossSpec))).toBe("optimise.loss");
    expect(() => lossOf(example, { kind: "sharp" } as unknown as LossSpec)).toThrow('Did you mean "sharpe"?');
  });
});
