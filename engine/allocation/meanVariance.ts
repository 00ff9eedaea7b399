import { EngineError } from "../core/errors.ts";
import { dot, quadraticForm } from "../core/linearAlgebra.ts";
import type { Numbers } from "../core/stats.ts";
import { boundedQuadratic, type QuadraticProblem } from "./boundedQuadratic.ts";
import { type RiskModel, requirePositiveDefinite } from "./riskModel.ts";

/** The least and the most that one symbol may weigh, the same for all. Long-only unless told: 0 and 1. */
export type WeightBounds = {
  /** Below 0 for shorts; −Infinity for no bound. */
  readonly minWeight?: number;
  /** Where so few symbols cannot add up to 1 under it, each gets the most and the rest stays in cash. */
  readonly maxWeight?: number;
};

/** The risk model with what each symbol is expected to return over one period, as a fraction. */
export type ReturnModel = RiskModel & { readonly expectedReturns: Numbers };

/** The weights of least variance that add up to 1 within the bounds. Without bounds: Σ⁻¹1 / 1ᵀΣ⁻¹1. */
export function minimumVariance(risk: RiskModel, bounds: WeightBounds = {}): Float64Array {
  requirePositiveDefinite(risk);
  return boundedQuadratic(problemOf(risk, new Float64Array(risk.symbols.length), bounds));
}

/**
 * The weights of greatest expected return less risk, μᵀw − (λ/2) wᵀΣw, that add up to 1 within the bounds (Markowitz
 * 1952). Means are hard to know: small changes of them turn the weights over, which bounds and Black–Litterman soften.
 */
export function meanVariance(
  model: ReturnModel,
  { riskAversion = 2.5, ...bounds }: WeightBounds & { readonly riskAversion?: number } = {},
): Float64Array {
  if (!(riskAversion > 0 && riskAversion < Infinity)) {
    throw new EngineError(
      "allocation.risk-aversion",
      `meanVariance: riskAversion is ${riskAversion}; expected a number above 0, such as 2.5.`,
      { riskAversion: String(riskAversion) },
    );
  }
  requireReturnModel(model);
  return optimum(model, riskAversion, bounds);
}

/**
 * The weights of the greatest Sharpe ratio (expected return less `riskFreeReturn`, by deviation) that add up to 1 within
 * the bounds: the point of the mean-variance frontier whose risk aversion is its own excess return by its variance,
 * found by bisection. All zero, which is cash, where nothing within the bounds is expected to beat `riskFreeReturn`.
 */
export function maxSharpe(
  model: ReturnModel,
  { riskFreeReturn = 0, ...bounds }: WeightBounds & { readonly riskFreeReturn?: number } = {},
): Float64Array {
  requireReturnModel(model);
  const { covariance, expectedReturns } = model;
  /** Above 0 where the risk aversion is below that of the greatest ratio. */
  const missing = (riskAversion: number): number => {
    const weights = optimum(model, riskAversion, bounds);
    return (
      (dot(expectedReturns, weights) - riskFreeReturn * total(weights)) / quadraticForm(covariance, weights) -
      riskAversion
    );
  };
  let low = carefree(model, riskFreeReturn, bounds);
  for (let i = 0; i < 100 && low > 0 && !(missing(low) > 0); i++) low /= 4;
  if (!(low > 0 && missing(low) > 0)) return new Float64Array(model.symbols.length);
  let high = 4 * low;
  while (missing(high) > 0) high *= 4;
  for (let i = 0; i < 200 && high - low > 1e-15 * high; i++) {
    const middle = (low + high) / 2;
    if (missing(middle) > 0) low = middle;
    else high = middle;
  }
  return optimum(model, (low + high) / 2, bounds);
}

/**
 * A risk aversion below that of the greatest Sharpe ratio, or 0 where nothing beats cash: with m the greatest excess return
 * within the bounds and V the greatest variance, m/2V, since the optimum's excess is then at least ¾m and its variance
 * at most V. A place to begin from where there are no bounds.
 */
function carefree(
  { symbols, covariance, expectedReturns }: ReturnModel,
  riskFreeReturn: number,
  { minWeight = 0, maxWeight = 1 }: WeightBounds,
): number {
  const excess = Array.from(expectedReturns, (one) => one - riskFreeReturn).sort((a, b) => b - a);
  const variance = symbols.reduce((most, _, i) => Math.max(most, covariance[i][i]), 0);
  const widest = Math.max(1, symbols.length * Math.max(Math.abs(minWeight), Math.abs(maxWeight)));
  if (!Number.isFinite(widest)) {
    return (Math.max(Math.abs(excess[0]), Math.abs(excess[excess.length - 1])) / variance) * 0.5;
  }
  // The best at the upper bound, in their order, until the total is used up.
  let rest = Math.min(1, symbols.length * maxWeight) - symbols.length * minWeight;
  let most = 0;
  for (const one of excess) {
    const more = Math.max(0, Math.min(rest, maxWeight - minWeight));
    most += one * (minWeight + more);
    rest -= more;
  }
  return most > 0 ? most / (2 * variance * widest * widest) : 0;
}

function optimum(model: ReturnModel, riskAversion: number, bounds: WeightBounds): Float64Array {
  const linear = Float64Array.from(model.expectedReturns, (one) => one / riskAversion);
  return boundedQuadratic(problemOf(model, linear, bounds));
}

function requireReturnModel(model: ReturnModel): void {
  requirePositiveDefinite(model);
  const { symbols, expectedReturns } = model;
  for (let i = 0; i < symbols.length; i++) {
    if (i < expectedReturns.length && Number.isFinite(expectedReturns[i])) continue;
    throw new EngineError(
      "allocation.expected-return",
      `meanVariance: the expected return of ${symbols[i]} is ${expectedReturns[i]}; expected a finite fraction for each symbol.`,
      { symbol: symbols[i], given: String(expectedReturns[i]) },
    );
  }
}

function problemOf(
  { symbols, covariance }: RiskModel,
  linear: Float64Array,
  { minWeight = 0, maxWeight = 1 }: WeightBounds,
): QuadraticProblem {
  const size = symbols.length;
  if (!(minWeight <= maxWeight && minWeight * size <= 1 + 1e-12 && maxWeight > 0)) {
    throw new EngineError(
      "allocation.bounds",
      `allocation: weights of ${size} symbols from ${minWeight} to ${maxWeight} cannot add up to 1; expected ` +
        "minWeight ≤ maxWeight, minWeight at most 1 by the number of symbols, maxWeight above 0.",
      { minWeight: String(minWeight), maxWeight: String(maxWeight), size },
    );
  }
  return {
    covariance,
    linear,
    total: Math.max(size * minWeight, Math.min(1, size * maxWeight)),
    low: new Float64Array(size).fill(minWeight),
    high: new Float64Array(size).fill(maxWeight),
  };
}

function total(weights: Numbers): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i];
  return sum;
}
