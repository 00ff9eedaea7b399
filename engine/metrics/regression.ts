import { mean, type Numbers } from "../core/stats.ts";
import { isSpread } from "./moments.ts";

/** How returns move with others of the same periods. */
export type Regression = {
  /** Slope of the least-squares line, how much of the others' moves is taken. */
  readonly beta: number;
  /** What is left on average where the others return 0, a fraction a period. */
  readonly intercept: number;
  /** Pearson's, −1 … 1. */
  readonly correlation: number;
};

/**
 * Ordinary least squares of `returns` on `others`, period by period: r = intercept + beta · o (the market model; beta =
 * covariance by the others' variance). NaN below two pairs and where the others do not vary; the correlation also where
 * the returns do not.
 */
export function regression(returns: Numbers, others: Numbers): Regression {
  const count = Math.min(returns.length, others.length);
  const [ofReturns, ofOthers] = [mean(returns), mean(others)];
  let [together, squares, otherSquares] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const [off, otherOff] = [returns[i] - ofReturns, others[i] - ofOthers];
    together += off * otherOff;
    squares += off * off;
    otherSquares += otherOff * otherOff;
  }
  const varies = (sum: number, centre: number): boolean => isSpread(Math.sqrt(sum / (count - 1)), centre);
  if (!varies(otherSquares, ofOthers)) {
    return { beta: Number.NaN, intercept: Number.NaN, correlation: Number.NaN };
  }
  const beta = together / otherSquares;
  return {
    beta,
    intercept: ofReturns - beta * ofOthers,
    correlation: varies(squares, ofReturns)
      ? Math.max(-1, Math.min(1, together / Math.sqrt(squares * otherSquares)))
      : Number.NaN,
  };
}
