import { dot, quadraticForm } from "../core/linearAlgebra.ts";
import type { Numbers } from "../core/stats.ts";
import { type RiskModel, riskShares } from "./riskModel.ts";

/** Weights with what they mean. All per period of the covariance that they were made from. */
export type ConstructedPortfolio = {
  readonly symbols: readonly string[];
  /** Parts of the capital, in the order of the symbols; what is missing from 1 is cash. */
  readonly weights: Float64Array;
  /** Standard deviation of the portfolio's return over one period; NaN without a covariance. */
  readonly volatility: number;
  /** The share of the variance that each weight brings; NaN without a covariance, or all in cash. */
  readonly riskShares: Float64Array;
  /** The return that was expected of it over one period; NaN where none was. */
  readonly expectedReturn: number;
  /** How much of the covariance is the model that it was shrunk towards; NaN where it was given, or not needed. */
  readonly shrinkage: number;
  /** Numbers of the views that were not used, because they speak of symbols that are not among these. */
  readonly unusedViews: readonly number[];
};

/** Describes weights by a covariance, where there is one. */
export function describePortfolio(
  symbols: readonly string[],
  weights: Float64Array,
  {
    risk,
    expectedReturns,
    shrinkage = Number.NaN,
    unusedViews = [],
  }: {
    readonly risk?: RiskModel;
    readonly expectedReturns?: Numbers;
    readonly shrinkage?: number;
    readonly unusedViews?: readonly number[];
  } = {},
): ConstructedPortfolio {
  return {
    symbols,
    weights,
    volatility: risk === undefined ? Number.NaN : Math.sqrt(quadraticForm(risk.covariance, weights)),
    riskShares:
      risk === undefined
        ? new Float64Array(weights.length).fill(Number.NaN)
        : riskShares(risk.covariance, weights),
    expectedReturn: expectedReturns === undefined ? Number.NaN : dot(expectedReturns, weights),
    shrinkage,
    unusedViews,
  };
}
