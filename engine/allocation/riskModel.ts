import { EngineError } from "../core/errors.ts";
import {
  choleskyOrRow,
  dot,
  type Matrix,
  type MatrixRows,
  matrixTimes,
  symmetricEigen,
} from "../core/linearAlgebra.ts";
import type { Numbers } from "../core/stats.ts";

/** What could be held, and the covariance of its returns over one period, row and column i for symbol i. */
export type RiskModel = { readonly symbols: readonly string[]; readonly covariance: MatrixRows };

/** Covariance matrix checked: square, finite, symmetric, every variance above 0. It may still be singular. */
export function requireCovariance({ symbols, covariance }: RiskModel): void {
  const size = symbols.length;
  if (size === 0) throw fault("empty", "there are no symbols", "at least one", {});
  if (covariance.length !== size) {
    throw fault("shape", `${size} symbols, but ${covariance.length} rows of covariances`, "one row each", {});
  }
  for (let i = 0; i < size; i++) {
    const symbol = symbols[i];
    if (covariance[i].length !== size) {
      throw fault("shape", `${symbol} has ${covariance[i].length} covariances`, `${size}`, { symbol });
    }
    const variance = covariance[i][i];
    if (!(variance > 0 && variance < Infinity)) {
      throw fault(
        "variance",
        `the variance of ${symbol} is ${variance}`,
        "a number above 0: leave out what has no returns and what never moves",
        { symbol, variance: String(variance) },
      );
    }
    for (let j = 0; j < i; j++) {
      const [one, other] = [covariance[i][j], covariance[j][i]];
      const scale = Math.sqrt(variance * covariance[j][j]);
      if (Math.abs(one - other) <= 1e-9 * scale && Math.abs(one) <= (1 + 1e-9) * scale) continue;
      throw fault(
        "asymmetric",
        `the covariances of ${symbol} and ${symbols[j]} are ${one} and ${other}`,
        `the same number twice, at most ${scale} in size, which is a correlation of 1`,
        { symbols: [symbol, symbols[j]], given: [String(one), String(other)] },
      );
    }
  }
}

/**
 * The Cholesky triangle of a covariance that can be inverted. Throws `allocation.not-positive-definite`, naming the
 * mixture of symbols that has no risk of its own, the two most correlated, and how to mend it.
 */
export function requirePositiveDefinite(risk: RiskModel): Matrix {
  requireCovariance(risk);
  const { symbols, covariance } = risk;
  const correlation = correlationOf(covariance);
  // Judged by correlations, so that the units of single symbols make no difference.
  if (typeof choleskyOrRow(correlation, 1e-12 * symbols.length) !== "number") {
    const lower = choleskyOrRow(covariance, 0);
    if (typeof lower !== "number") return lower;
  }
  const { values, vectors } = symmetricEigen(correlation);
  const direction = vectors[0];
  const [i, j] = mostCorrelated(correlation);
  const mixture = symbols
    .map((symbol, k) => ({ symbol, weight: direction[k] }))
    .filter(({ weight }) => Math.abs(weight) > 0.05)
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .slice(0, 6);
  const mixtureText = mixture
    .map(({ symbol, weight }) => `${weight < 0 ? "− " : "+ "}${Math.abs(weight).toFixed(2)} ${symbol}`)
    .join(" ")
    .replace(/^\+ /, "");
  const pair = symbols.length < 2 ? undefined : [symbols[i], symbols[j]];
  const pairText =
    pair === undefined
      ? ""
      : `; the most correlated are ${pair[0]} and ${pair[1]} (${correlation[i][j].toFixed(4)})`;
  throw new EngineError(
    "allocation.not-positive-definite",
    `The covariance of ${symbols.length} symbols is not positive definite: the least eigenvalue of their correlations is ` +
      `${values[0]}, along ${mixtureText} (each in units of its own deviation)${pairText}. Look back over more candles than there are symbols, ` +
      'leave one of a pair out, or shrink: covariance { kind: "ledoitWolf" }.',
    { leastEigenvalue: values[0], mixture, pair },
  );
}

/** The correlations of a covariance. */
export function correlationOf(covariance: MatrixRows): Matrix {
  const size = covariance.length;
  const deviation = Float64Array.from({ length: size }, (_, i) => Math.sqrt(covariance[i][i]));
  return Array.from({ length: size }, (_, i) =>
    Float64Array.from({ length: size }, (_, j) =>
      i === j ? 1 : Math.max(-1, Math.min(1, covariance[i][j] / (deviation[i] * deviation[j]))),
    ),
  );
}

/** The share of the variance that each weight brings: wᵢ (Σw)ᵢ / wᵀΣw. They add up to 1. */
export function riskShares(covariance: MatrixRows, weights: Numbers): Float64Array {
  const marginal = matrixTimes(covariance, weights);
  const variance = dot(marginal, weights);
  return marginal.map((one, i) => (one * weights[i]) / variance);
}

function mostCorrelated(correlation: MatrixRows): [number, number] {
  let best: [number, number] = [0, 0];
  let most = -1;
  for (let i = 0; i < correlation.length; i++) {
    for (let j = i + 1; j < correlation.length; j++) {
      if (Math.abs(correlation[i][j]) <= most) continue;
      most = Math.abs(correlation[i][j]);
      best = [i, j];
    }
  }
  return best;
}

function fault(
  code: string,
  given: string,
  expected: string,
  details: Readonly<Record<string, unknown>>,
): EngineError {
  return new EngineError(`allocation.${code}`, `allocation: ${given}; expected ${expected}.`, details);
}
