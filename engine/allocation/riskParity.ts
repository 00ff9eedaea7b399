import { EngineError } from "../core/errors.ts";
import { dot } from "../core/linearAlgebra.ts";
import { type RiskModel, requirePositiveDefinite } from "./riskModel.ts";

/** Sweeps over all symbols after which the search gives up; a few dozen are usual. */
const MOST_SWEEPS = 20_000;

/** How near each share of the risk comes to its budget. */
const TOLERANCE = 1e-13;

/**
 * Long-only weights of which each brings its budgeted share of the portfolio's variance, the same for all unless told:
 * equal risk contribution (Maillard, Roncalli and Teïletche 2010). The one minimum of ½xᵀΣx − Σ bᵢ ln xᵢ, found by
 * cyclical coordinate descent (Griveau-Billion, Richard and Roncalli 2013) and scaled to add up to 1.
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
  const x = Float64Array.from(symbols, (_, i) => Math.sqrt(share[i] / covariance[i][i]));
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    for (let i = 0; i < x.length; i++) {
      const variance = covariance[i][i];
      const others = dot(covariance[i], x) - variance * x[i];
      // The positive root of σᵢᵢ x² + c x − bᵢ = 0, written so that nothing cancels when c is large and positive.
      const root = Math.sqrt(others * others + 4 * variance * share[i]);
      x[i] = others > 0 ? (2 * share[i]) / (others + root) : (root - others) / (2 * variance);
    }
    if (worstMiss(risk, x, share) <= TOLERANCE) {
      const total = x.reduce((sum, one) => sum + one, 0);
      return x.map((one) => one / total);
    }
  }
  throw new EngineError(
    "allocation.no-convergence",
    `riskParity: after ${MOST_SWEEPS} sweeps a share of the risk still misses its budget by ${worstMiss(risk, x, share)}; ` +
      'the covariance is nearly singular. Shrink it: covariance { kind: "ledoitWolf" }.',
    { symbols, miss: worstMiss(risk, x, share) },
  );
}

function worstMiss({ covariance }: RiskModel, x: Float64Array, share: Float64Array): number {
  let worst = 0;
  for (let i = 0; i < x.length; i++)
    worst = Math.max(worst, Math.abs(x[i] * dot(covariance[i], x) - share[i]));
  return worst;
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
