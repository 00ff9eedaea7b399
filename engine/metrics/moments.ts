import type { Numbers } from "../core/stats.ts";

/** Count and the first four moments of a sample. */
export type Moments = {
  readonly count: number;
  readonly mean: number;
  /** Standard deviation with ddof 1. */
  readonly deviation: number;
  /** Third standardised moment of the values themselves, m₃ / m₂^1.5: 0 for a symmetric distribution. */
  readonly skew: number;
  /** Fourth standardised moment of the values themselves, m₄ / m₂², *raw*: 3 for a normal distribution. */
  readonly kurtosis: number;
};

/** Below this share of the mean, and below this much, a deviation is what rounding leaves of equal values. */
const OF_MEAN = 1e-13;
const OF_ONE = 1e-15;

/** Whether a deviation says anything: returns of the same growth each day differ in their last bits. */
export function isSpread(deviation: number, mean: number): boolean {
  return deviation > OF_ONE && deviation > OF_MEAN * Math.abs(mean);
}

/**
 * Moments of returns or profits. Skew and kurtosis are the population's (g₁ and g₂ + 3 of Joanes and Gill 1998), as in
 * Bailey and López de Prado's tests; pandas, Excel and quantstats take the adjusted G₁ and G₂, which are larger for few
 * values. NaN below two values, and in skew and kurtosis where all values are the same.
 */
export function moments(values: Numbers): Moments {
  const count = values.length;
  let mean = 0;
  let squares = 0;
  // Welford: the same steps as the account's own figures are folded by, so that both come to the same bits.
  for (let i = 0; i < count; i++) {
    const off = values[i] - mean;
    mean += off / (i + 1);
    squares += off * (values[i] - mean);
  }
  if (count === 0) mean = Number.NaN;
  const deviation = count > 1 ? Math.sqrt(squares / (count - 1)) : Number.NaN;
  if (!isSpread(deviation, mean)) return { count, mean, deviation, skew: Number.NaN, kurtosis: Number.NaN };
  const own = Math.sqrt(squares / count);
  let third = 0;
  let fourth = 0;
  for (let i = 0; i < count; i++) {
    // Powers of what is near 1: those of tiny returns would be 0.
    const score = (values[i] - mean) / own;
    const square = score * score;
    third += square * score;
    fourth += square * square;
  }
  return { count, mean, deviation, skew: third / count, kurtosis: fourth / count };
}
