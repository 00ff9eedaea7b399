import { EngineError } from "../core/errors.ts";
import {
  cholesky,
  dot,
  type Matrix,
  type MatrixRows,
  matrixTimes,
  quadraticForm,
  solveCholesky,
} from "../core/linearAlgebra.ts";
import { ln } from "../core/maths.ts";
import { correlationOf, type RiskModel, requirePositiveDefinite, riskShares } from "./riskModel.ts";

/** Newton's steps after which the search gives up; a dozen are usual, some dozens where symbols hedge one another. */
const MOST_STEPS = 500;
/** So many steps in a row that do not halve the error are a sign that rounding is all that is left of it. */
const MOST_IDLE = 30;

/** How near each share of the risk comes to its budget, and how near it must. */
const TOLERANCE = 1e-12;
const WORST = 1e-10;

/**
 * Long-only weights of which each brings its budgeted share of the portfolio's variance, the same for all unless told:
 * equal risk contribution (Maillard, Roncalli and Teïletche 2010). The one minimum of ½xᵀΣx − Σ bᵢ ln xᵢ, found by
 * damped Newton steps (Spinu 2013, "An Algorithm for Computing Risk Parity Weights") and scaled to add up to 1.
 *
 * `budgets` are parts in any unit, above 0; a symbol without one has 1.
 */
export function riskParity(
  risk: RiskModel,
  { budgets = {} }: { readonly budgets?: Readonly<Record<string, number>> } = {},
): Float64Array {
  requirePositiveDefinite(risk);
  const { symbols, covariance } = risk;
  const share = budgetShares(symbols, budgets);
  // In units of each symbol's own deviation, so that the covariance is the correlation.
  const correlation = correlationOf(covariance);
  let x: Float64Array = share.map(Math.sqrt);
  // At the minimum the variance is the sum of the budgets, 1: begin on that scale.
  const scale = 1 / Math.sqrt(quadraticForm(correlation, x));
  x = x.map((one) => one * scale);
  let miss = worstMiss(correlation, x, share);
  for (let step = 0, idle = 0; step < MOST_STEPS && miss > TOLERANCE && idle < MOST_IDLE; step++) {
    const next = newtonStep(correlation, x, share);
    const nextMiss = worstMiss(correlation, next, share);
    idle = nextMiss < miss / 2 ? 0 : idle + 1;
    if (nextMiss < miss || miss > WORST) [x, miss] = [next, nextMiss];
  }
  const weights = toWeights(covariance, x);
  // Judged by the covariance as it was given: what is lost on the way to correlations counts too.
  const shares = riskShares(covariance, weights);
  for (let i = 0; i < share.length; i++) miss = Math.max(miss, Math.abs(shares[i] - share[i]));
  if (miss <= WORST) return weights;
  throw new EngineError(
    "allocation.no-convergence",
    `riskParity: a share of the risk still misses its budget by ${miss}: symbols hedge one another so closely that ` +
      'rounding hides the rest. Shrink the covariance: { kind: "ledoitWolf" }.',
    { symbols, miss },
  );
}

/** One step towards the minimum: Newton's direction, as far as everything stays above 0 and the objective falls. */
function newtonStep(correlation: Matrix, x: Float64Array, share: Float64Array): Float64Array {
  const gradient = matrixTimes(correlation, x).map((one, i) => one - share[i] / x[i]);
  const curvature = correlation.map((row, i) =>
    row.map((one, j) => (i === j ? one + share[i] / (x[i] * x[i]) : one)),
  );
  const direction = solveCholesky(cholesky(curvature), gradient).map((one) => -one);
  const slope = dot(gradient, direction);
  let length = 1;
  for (let i = 0; i < x.length; i++) {
    if (direction[i] < 0) length = Math.min(length, (-0.99 * x[i]) / direction[i]);
  }
  const now = objective(correlation, x, share);
  for (;;) {
    const next = x.map((one, i) => one + length * direction[i]);
    // Near the minimum the fall is lost in rounding, and the whole step is right.
    if (-slope < 1e-9 || objective(correlation, next, share) <= now + 0.25 * length * slope) return next;
    length /= 2;
  }
}

function objective(correlation: Matrix, x: Float64Array, share: Float64Array): number {
  let logs = 0;
  for (let i = 0; i < x.length; i++) logs += share[i] * ln(x[i]);
  return quadraticForm(correlation, x) / 2 - logs;
}

function worstMiss(correlation: Matrix, x: Float64Array, share: Float64Array): number {
  let worst = 0;
  const marginal = matrixTimes(correlation, x);
  for (let i = 0; i < x.length; i++) worst = Math.max(worst, Math.abs(x[i] * marginal[i] - share[i]));
  return worst;
}

function toWeights(covariance: MatrixRows, x: Float64Array): Float64Array {
  const parts = x.map((one, i) => one / Math.sqrt(covariance[i][i]));
  const total = parts.reduce((sum, one) => sum + one, 0);
  return parts.map((one) => one / total);
}

function budgetShares(symbols: readonly string[], budgets: Readonly<Record<string, number>>): Float64Array {
  const parts = Float64Array.from(symbols, (symbol) => budgets[symbol] ?? 1);
  const wrong = parts.findIndex((part) => !(part > 0 && part < Infinity));
  if (wrong >= 0) {
    throw new EngineError(
      "allocation.budget",
      `riskParity: the budget of ${symbols[wrong]} is ${parts[wrong]}; expected a number above 0. Leave a symbol out that is to have none.`,
      { symbol: symbols[wrong], given: String(parts[wrong]) },
    );
  }
  const total = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => part / total);
}
