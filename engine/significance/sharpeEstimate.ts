import { mean, type Numbers } from "../core/stats.ts";

/** What the tests of this folder need to know of a Sharpe ratio that was measured. */
export type SharpeEstimate = {
  /** Mean by standard deviation of the returns of one period, not annualised: a year's by √(periods of a year). */
  readonly sharpe: number;
  /** How many returns it was measured on. */
  readonly observations: number;
  /** Third standardised moment of the returns; 0 for a normal distribution, and where it is left out. */
  readonly skew?: number;
  /** Fourth standardised moment, *raw*: 3 for a normal distribution, and where it is left out. Never the excess. */
  readonly kurtosis?: number;
};

/** Below this share of the largest return, a standard deviation is the rounding of equal returns. */
const ROUNDING = 1e-13;

/**
 * The Sharpe ratio of returns as simple fractions, with the moments that its error depends on. The deviation has
 * ddof 1; skew and kurtosis are the population's, m₃ / m₂^1.5 and m₄ / m₂², as in Bailey and López de Prado. NaN
 * wherever there is nothing to say: fewer than two returns, returns that are all the same, a NaN among them.
 */
export function sharpeEstimate(returns: Numbers): Required<SharpeEstimate> {
  const observations = returns.length;
  const centre = mean(returns);
  let [squares, largest] = [0, 0];
  for (let i = 0; i < observations; i++) {
    squares += (returns[i] - centre) * (returns[i] - centre);
    largest = Math.max(largest, Math.abs(returns[i]));
  }
  const deviation = Math.sqrt(squares / (observations - 1));
  if (!(observations > 1 && deviation > ROUNDING * largest)) {
    return { sharpe: Number.NaN, observations, skew: Number.NaN, kurtosis: Number.NaN };
  }
  const own = Math.sqrt(squares / observations);
  let [third, fourth] = [0, 0];
  for (let i = 0; i < observations; i++) {
    // Powers of what is near 1: those of tiny returns would be 0.
    const score = (returns[i] - centre) / own;
    const square = score * score;
    third += square * score;
    fourth += square * square;
  }
  return {
    sharpe: centre / deviation,
    observations,
    skew: third / observations,
    kurtosis: fourth / observations,
  };
}

/**
 * Variance of a measured Sharpe ratio × (observations − 1): 1 − γ₃ SR + (γ₄ − 1)/4 SR² (Mertens 2002), which minds skew
 * and fat tails; returns are taken as independent of each other. NaN for moments that no returns can have.
 */
export function sharpeVariance({ sharpe, skew = 0, kurtosis = 3 }: SharpeEstimate): number {
  const factor = 1 - skew * sharpe + ((kurtosis - 1) / 4) * sharpe * sharpe;
  return factor > 0 ? factor : Number.NaN;
}

/** Standard error of a measured Sharpe ratio, per period; NaN for fewer than two observations. */
export function sharpeStandardError(estimate: SharpeEstimate): number {
  const { observations } = estimate;
  return observations > 1 ? Math.sqrt(sharpeVariance(estimate) / (observations - 1)) : Number.NaN;
}
