import { EngineError } from "../core/errors.ts";
import { type Matrix, zeros } from "../core/linearAlgebra.ts";
import { exp } from "../core/maths.ts";
import { mean, type Numbers } from "../core/stats.ts";
import type { CovarianceEstimate, CovarianceEstimator } from "./covarianceEstimator.ts";
import { ledoitWolf } from "./ledoitWolf.ts";

/**
 * The covariance of returns, one column for each symbol, oldest first, of one length and without gaps. In the unit of
 * the returns squared, for one period.
 */
export function estimateCovariance(
  returns: ArrayLike<Numbers>,
  estimator: CovarianceEstimator = { kind: "sample" },
): CovarianceEstimate {
  requireReturns(returns);
  switch (estimator.kind) {
    case "sample":
      return { covariance: sampleCovariance(returns), shrinkage: 0 };
    case "ledoitWolf":
      return ledoitWolf(returns, estimator);
    case "exponential":
      return { covariance: exponentialCovariance(returns, estimator), shrinkage: 0 };
  }
  throw new EngineError(
    "allocation.estimator",
    `covariance: kind is ${JSON.stringify((estimator as { kind: unknown }).kind)}; expected "sample", "ledoitWolf" or "exponential".`,
  );
}

/** The unbiased sample covariance, divided by n − 1. */
export function sampleCovariance(returns: ArrayLike<Numbers>): Matrix {
  const count = returns[0].length;
  const equal = new Float64Array(count).fill(1 / count);
  return weightedCovariance(returns, equal);
}

/**
 * Covariance with weights that halve every `halfLifeBars` back, around the weighted mean, and unbiased for independent
 * returns: divided by 1 − Σw². With an endless half-life it is the sample covariance; pandas' `ewm(halflife).cov()`.
 */
export function exponentialCovariance(
  returns: ArrayLike<Numbers>,
  { halfLifeBars }: { readonly halfLifeBars: number },
): Matrix {
  if (!(halfLifeBars > 0)) {
    throw new EngineError(
      "allocation.half-life",
      `covariance: halfLifeBars is ${halfLifeBars}; expected a number above 0.`,
      { halfLifeBars: String(halfLifeBars) },
    );
  }
  const count = returns[0].length;
  const weights = Float64Array.from({ length: count }, (_, i) =>
    exp((-Math.LN2 * (count - 1 - i)) / halfLifeBars),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weightedCovariance(
    returns,
    weights.map((weight) => weight / total),
  );
}

/** Around the weighted mean; the weights add up to 1. */
function weightedCovariance(returns: ArrayLike<Numbers>, weights: Float64Array): Matrix {
  const off = Array.from({ length: returns.length }, (_, i) => {
    let centre = 0;
    for (let t = 0; t < weights.length; t++) centre += weights[t] * returns[i][t];
    return Float64Array.from(returns[i], (one) => one - centre);
  });
  let squares = 0;
  for (const weight of weights) squares += weight * weight;
  const covariance = zeros(returns.length, returns.length);
  for (let i = 0; i < returns.length; i++) {
    for (let j = 0; j <= i; j++) {
      let total = 0;
      for (let t = 0; t < weights.length; t++) total += weights[t] * off[i][t] * off[j][t];
      covariance[i][j] = covariance[j][i] = total / (1 - squares);
    }
  }
  return covariance;
}

/** Mean return of each symbol over one period. */
export function meanReturns(returns: ArrayLike<Numbers>): Float64Array {
  return Float64Array.from({ length: returns.length }, (_, i) => mean(returns[i]));
}

function requireReturns(returns: ArrayLike<Numbers>): void {
  const count = returns.length === 0 ? 0 : returns[0].length;
  if (count < 2) {
    throw new EngineError(
      "allocation.returns",
      `covariance: ${returns.length} symbols with ${count} returns each; expected at least one symbol and two returns.`,
      { symbols: returns.length, count },
    );
  }
  for (let i = 0; i < returns.length; i++) {
    if (returns[i].length !== count) {
      throw new EngineError(
        "allocation.returns",
        `covariance: column ${i} has ${returns[i].length} returns, column 0 has ${count}; expected the same times in all.`,
        { column: i, given: returns[i].length, expected: count },
      );
    }
    for (let t = 0; t < count; t++) {
      if (Number.isFinite(returns[i][t])) continue;
      throw new EngineError(
        "allocation.returns",
        `covariance: return ${t} of column ${i} is ${returns[i][t]}; expected finite numbers. Leave the symbol or the time out.`,
        { column: i, row: t, given: String(returns[i][t]) },
      );
    }
  }
}
