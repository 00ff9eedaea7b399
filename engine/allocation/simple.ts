import { type RiskModel, requireCovariance } from "./riskModel.ts";

/**
 * One part each to all symbols: 1/N, which needs no estimate and is hard to beat out of sample (DeMiguel, Garlappi and
 * Uppal 2009, "Optimal Versus Naive Diversification").
 */
export function oneOverN(symbols: readonly string[]): Float64Array {
  return new Float64Array(symbols.length).fill(1 / symbols.length);
}

/** Each symbol by 1/σ, so that all would bring the same risk if nothing were correlated. */
export function inverseVolatility(risk: RiskModel): Float64Array {
  requireCovariance(risk);
  const inverse = Float64Array.from(risk.symbols, (_, i) => 1 / Math.sqrt(risk.covariance[i][i]));
  const total = inverse.reduce((sum, one) => sum + one, 0);
  return inverse.map((one) => one / total);
}
