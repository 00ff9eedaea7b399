import { describe, expect, it } from "vitest";
import { type AllocationInput, allocate } from "#engine/allocation/allocate.ts";
import type { View } from "#engine/allocation/blackLitterman.ts";
import { CONSTRUCTION_METHODS, type Construction } from "#engine/allocation/construction.ts";
import { estimateCovariance, meanReturns, sampleCovariance } from "#engine/allocation/covariance.ts";
import { hierarchicalRiskParity } from "#engine/allocation/hierarchicalRiskParity.ts";
import { maxSharpe, meanVariance, minimumVariance } from "#engine/allocation/meanVariance.ts";
import { riskParity } from "#engine/allocation/riskParity.ts";
import { expectAllClose, madeReturns, sumOf, symbolsOf } from "./made.ts";

const symbols = symbolsOf(5);
const returns = madeReturns(5, 11);
const input: AllocationInput = { symbols, returns };
const shrunk = { symbols, covariance: estimateCovariance(returns, { kind: "ledoitWolf" }).covariance };
const expectedReturns = meanReturns(returns);

describe("allocate", () => {
  it.each(CONSTRUCTION_METHODS)("divides the whole capital by %s", (method) => {
    const construction = (method === "blackLitterman" ? { method, views: [] } : { method }) as Construction;
    const portfolio = allocate(construction, input);
    expect(portfolio.symbols).toBe(symbols);
    expect(sumOf(portfolio.weights)).toBeCloseTo(1, 10);
    expect([...allocate(construction, input).weights]).toEqual([...portfolio.weights]);
  });

  it("gives what the method itself gives, with the options passed on", () => {
    const weightsOf = (construction: Construction) => [...allocate(construction, input).weights];
    expect(weightsOf({ method: "minimumVariance", maxWeight: 0.3 })).toEqual([
      ...minimumVariance(shrunk, { maxWeight: 0.3 }),
    ]);
    expect(weightsOf({ method: "riskParity", budgets: { S1: 3 } })).toEqual([
      ...riskParity(shrunk, { budgets: { S1: 3 } }),
    ]);
    expect(weightsOf({ method: "hierarchicalRiskParity", distance: "profile" })).toEqual([
      ...hierarchicalRiskParity(shrunk, { distance: "profile" }),
    ]);
    const model = { ...shrunk, expectedReturns };
    expect(weightsOf({ method: "meanVariance", riskAversion: 9, minWeight: 0.02 })).toEqual([
      ...meanVariance(model, { riskAversion: 9, minWeight: 0.02 }),
    ]);
    expect(weightsOf({ method: "meanVariance", objective: "maxSharpe", riskFreeReturn: -0.001 })).toEqual([
      ...maxSharpe(model, { riskFreeReturn: -0.001 }),
    ]);
  });

  it("gives equal parts to the best by score, and to every one by 1/N", () => {
    const scores = [1, Number.NaN, 3, 2, 0];
    const scored = { symbols, scores };
    expect([...allocate({ method: "equalWeight", maxPositions: 2 }, scored).weights]).toEqual([
      0, 0, 0.5, 0.5, 0,
    ]);
    expect([...allocate({ method: "equalWeight" }, scored).weights]).toEqual([0.25, 0, 0.25, 0.25, 0.25]);
    expect([...allocate({ method: "oneOverN" }, scored).weights]).toEqual([0.2, 0.2, 0.2, 0.2, 0.2]);
  });

  it("takes a covariance and expected returns as they are given", () => {
    const covariance = sampleCovariance(returns);
    const given = allocate({ method: "minimumVariance" }, { symbols, covariance });
    expect([...given.weights]).toEqual([...minimumVariance({ symbols, covariance })]);
    expect(given.shrinkage).toBeNaN();
    const sampled = allocate({ method: "minimumVariance", covariance: { kind: "sample" } }, input);
    expect([...sampled.weights]).toEqual([...given.weights]);
    expect(sampled.shrinkage).toBe(0);
  });

  it("says what the weights mean", () => {
    const { weights, volatility, riskShares, expectedReturn, shrinkage } = allocate(
      { method: "meanVariance" },
      input,
    );
    let variance = 0;
    for (let i = 0; i < 5; i++)
      for (let j = 0; j < 5; j++) variance += weights[i] * weights[j] * shrunk.covariance[i][j];
    expect(volatility).toBeCloseTo(Math.sqrt(variance), 14);
    expect(sumOf(riskShares)).toBeCloseTo(1, 12);
    expect(expectedReturn).toBeCloseTo(
      expectedReturns.reduce((sum, one, i) => sum + one * weights[i], 0),
      15,
    );
    expect(shrinkage).toBeGreaterThan(0);
  });

  it("leans towards a view, and tells which views speak of nobody here", () => {
    const plain = allocate({ method: "blackLitterman", views: [] }, input);
    const views: View[] = [
      { weights: { S2: 1 }, expectedReturn: 1.2, confidence: 0.9 },
      { weights: { GONE: 1 }, expectedReturn: 1, confidence: 0.9 },
    ];
    const leaning = allocate({ method: "blackLitterman", views, viewBars: 24 }, input);
    expect(leaning.weights[2]).toBeGreaterThan(plain.weights[2]);
    expect(leaning.unusedViews).toEqual([1]);
    const perBar = [{ ...views[0], expectedReturn: 1.2 / 24 }];
    expectAllClose(allocate({ method: "blackLitterman", views: perBar }, input).weights, leaning.weights);
  });

  it("holds the market itself where there are no views", () => {
    const marketWeights = { S0: 5, S1: 3, S2: 1, S3: 1, S4: 2 };
    const weights = allocate(
      { method: "blackLitterman", views: [], marketWeights, minWeight: -1 },
      input,
    ).weights;
    // The posterior is (1 + τ)Σ, so less than the market would be held, were it not to add up to 1.
    const free = meanVarianceOfMarket([5, 3, 1, 1, 2].map((one) => one / 12));
    expectAllClose(weights, free, 1e-9);
  });

  it("has nothing to divide among nobody", () => {
    expect(allocate({ method: "riskParity" }, { symbols: [] }).weights).toHaveLength(0);
  });

  it("refuses what it does not know", () => {
    const fails = (call: () => unknown, code: string) =>
      expect(call).toThrow(expect.objectContaining({ code }));
    fails(() => allocate({ method: "riskparity" } as never, input), "allocation.unknown-method");
    expect(() => allocate({ method: "riskparity" } as never, input)).toThrow(/did you mean "riskParity"/);
    fails(() => allocate({ method: "riskParity" }, { symbols }), "allocation.returns");
    fails(
      () => allocate({ method: "riskParity" }, { symbols, returns: returns.slice(1) }),
      "allocation.returns",
    );
    fails(() => allocate({ method: "oneOverN" }, { symbols: ["A", "A"] }), "allocation.duplicate-symbol");
    fails(
      () => allocate({ method: "blackLitterman", views: [], viewBars: 0 }, input),
      "allocation.view-bars",
    );
    fails(() => allocate({ method: "equalWeight", maxPositions: 0 }, input), "allocation.max-positions");
  });
});

/** Mean-variance under π = δΣw and (1 + τ)Σ: the market by 1 / (1 + τ), and the rest as minimum variance. */
function meanVarianceOfMarket(market: readonly number[]): number[] {
  const least = minimumVariance(shrunk, { minWeight: -Infinity, maxWeight: Infinity });
  return market.map((one, i) => one / 1.05 + (1 - 1 / 1.05) * least[i]);
}
