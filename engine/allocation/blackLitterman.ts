import { EngineError, nearestName } from "../core/errors.ts";
import { choleskyOrRow, dot, type Matrix, matrixTimes, solveCholesky, zeros } from "../core/linearAlgebra.ts";
import type { Numbers } from "../core/stats.ts";
import { type RiskModel, requirePositiveDefinite } from "./riskModel.ts";

/**
 * An opinion: the portfolio of these weights returns so much over one period. `{ "BTC/USDT": 1 }` is absolute,
 * `{ "ETH/USDT": 1, "BTC/USDT": -1 }` says that one beats the other.
 */
export type View = {
  readonly weights: Readonly<Record<string, number>>;
  readonly expectedReturn: number;
} & (
  | {
      /**
       * Above 0, up to 1, which is certain: the variance of the view's error is τ pᵀΣp × (1 − c)/c, so that 0.5 trusts
       * view and market alike (He and Litterman's own choice) and a lone view moves the estimate by the fraction c.
       */
      readonly confidence: number;
    }
  /** The variance of the view's error itself, ω. */
  | { readonly variance: number }
);

export type BlackLittermanOptions = {
  readonly views: readonly View[];
  /** The weights that the market holds, by symbol; they are scaled to add up to 1. */
  readonly marketWeights: Readonly<Record<string, number>>;
  /** The market's δ, 2.5 unless told. */
  readonly riskAversion?: number;
  /** How uncertain the equilibrium is, as a fraction of the covariance: τ, 0.05 unless told. */
  readonly tau?: number;
};

/** Expected returns and covariance after the views. */
export type Posterior = {
  /** What the market's own weights imply before any view: π = δ Σ w. */
  readonly equilibriumReturns: Float64Array;
  readonly expectedReturns: Float64Array;
  /** Σ + M, the covariance of returns with what remains unknown of their means. */
  readonly covariance: Matrix;
};

/**
 * Black and Litterman's mixture of market equilibrium and views (1992; He and Litterman 1999, "The Intuition Behind
 * Black-Litterman Model Portfolios"):
 *
 *     mean       π + τΣPᵀ (PτΣPᵀ + Ω)⁻¹ (Q − Pπ)
 *     covariance Σ + τΣ − τΣPᵀ (PτΣPᵀ + Ω)⁻¹ PτΣ
 *
 * in the form that lets a view be certain (ω = 0). Feed both to `meanVariance` with the same δ for weights.
 */
export function blackLitterman(
  risk: RiskModel,
  { views, marketWeights, riskAversion = 2.5, tau = 0.05 }: BlackLittermanOptions,
): Posterior {
  requirePositiveDefinite(risk);
  requirePositive("riskAversion", riskAversion);
  requirePositive("tau", tau);
  const { symbols, covariance } = risk;
  const market = weightsOf(symbols, marketWeights, "marketWeights");
  const held = market.reduce((sum, weight) => sum + weight, 0);
  requirePositive("the sum of marketWeights", held);
  const equilibriumReturns = matrixTimes(covariance, market).map((one) => (riskAversion * one) / held);

  const picks = views.map((view, k) => weightsOf(symbols, view.weights, `view ${k}`));
  /** τΣpₖ for each view. */
  const spread = picks.map((pick) => matrixTimes(covariance, pick).map((one) => tau * one));
  const inner = spread.map((one, k) =>
    Float64Array.from(
      spread,
      (_, m) => dot(picks[m], one) + (k === m ? error(views[k], k, dot(picks[k], one)) : 0),
    ),
  );
  const lower = triangleOf(inner);
  const surprise = views.map(
    ({ expectedReturn }, k) => finite(expectedReturn, k) - dot(picks[k], equilibriumReturns),
  );
  const gain = solveCholesky(lower, surprise);
  const expectedReturns = equilibriumReturns.map(
    (one, i) => one + sumOver(spread, (row, k) => row[i] * gain[k]),
  );

  const posterior = zeros(symbols.length, symbols.length);
  for (let j = 0; j < symbols.length; j++) {
    const column = solveCholesky(
      lower,
      spread.map((row) => row[j]),
    );
    for (let i = 0; i <= j; i++) {
      const known = sumOver(spread, (row, k) => row[i] * column[k]);
      posterior[i][j] = posterior[j][i] = (1 + tau) * covariance[i][j] - known;
    }
  }
  return { equilibriumReturns, expectedReturns, covariance: posterior };
}

/** The variance of a view's error, ω. */
function error(view: View, k: number, spread: number): number {
  if ("variance" in view) {
    if (view.variance >= 0 && view.variance < Infinity) return view.variance;
    throw fault("view", `the variance of view ${k} is ${view.variance}`, "a number from 0", { view: k });
  }
  const { confidence } = view;
  if (confidence > 0 && confidence <= 1) return (spread * (1 - confidence)) / confidence;
  throw fault(
    "view",
    `the confidence of view ${k} is ${confidence}`,
    "a number above 0, up to 1; leave a view out that has none",
    {
      view: k,
    },
  );
}

function triangleOf(inner: Matrix): Matrix {
  const lower = choleskyOrRow(inner);
  if (typeof lower !== "number") return lower;
  throw fault(
    "view",
    `view ${lower} says again, with certainty, what the views before it have said`,
    "views that differ, or a confidence below 1",
    {
      view: lower,
    },
  );
}

/** A record of weights in the order of the symbols; 0 for those it leaves out. */
function weightsOf(
  symbols: readonly string[],
  weights: Readonly<Record<string, number>>,
  where: string,
): Float64Array {
  const row = new Float64Array(symbols.length);
  let isEmpty = true;
  for (const [symbol, weight] of Object.entries(weights)) {
    const i = symbols.indexOf(symbol);
    if (i < 0) {
      const nearest = nearestName(symbol, symbols);
      const mend = nearest === undefined ? `one of ${symbols.join(", ")}` : `did you mean "${nearest}"?`;
      throw fault("unknown-symbol", `${where} has a weight of "${symbol}"`, mend, { symbol, nearest });
    }
    if (!Number.isFinite(weight)) {
      throw fault("weight", `the weight of ${symbol} in ${where} is ${weight}`, "a finite number", {
        symbol,
      });
    }
    row[i] = weight;
    if (weight !== 0) isEmpty = false;
  }
  if (isEmpty) throw fault("weight", `${where} has no weights`, "at least one that is not 0", { where });
  return row;
}

function sumOver(rows: Matrix, term: (row: Float64Array, k: number) => number): number {
  let total = 0;
  for (let k = 0; k < rows.length; k++) total += term(rows[k], k);
  return total;
}

function finite(value: Numbers[number], k: number): number {
  if (Number.isFinite(value)) return value;
  throw fault("view", `the expected return of view ${k} is ${value}`, "a finite fraction", { view: k });
}

function requirePositive(name: string, value: number): void {
  if (value > 0 && value < Infinity) return;
  throw fault("black-litterman", `${name} is ${value}`, "a number above 0", { name, given: String(value) });
}

function fault(
  code: string,
  given: string,
  expected: string,
  details: Readonly<Record<string, unknown>>,
): EngineError {
  return new EngineError(`allocation.${code}`, `blackLitterman: ${given}; expected ${expected}.`, details);
}
