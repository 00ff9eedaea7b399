import { EngineError } from "../core/errors.ts";

/** A fraction with its confidence interval. */
export type Proportion = { readonly value: number; readonly low: number; readonly high: number };

/** The standard normal quantile of 97.5%: the default interval holds the truth in 95 of 100 samples. */
export const Z_95 = 1.959963984540054;

/**
 * `successes` of `count` as a fraction with Wilson's score interval (Wilson 1927), which stays inside 0…1 and is
 * honest for few trials and for fractions near the ends, where the usual ± is not. No trials are NaN, anywhere from 0 to 1.
 * Trials that overlap in time are not independent: the interval is then narrower than the truth.
 */
export function wilsonInterval(successes: number, count: number, z = Z_95): Proportion {
  if (!(successes >= 0 && successes <= count)) {
    throw new EngineError(
      "metrics.wilson",
      `wilsonInterval: ${successes} successes of ${count}; expected 0 up to the count.`,
      { successes, count },
    );
  }
  const value = successes / count;
  const zz = (z * z) / count;
  const centre = (value + zz / 2) / (1 + zz);
  const half = (z / (1 + zz)) * Math.sqrt((value * (1 - value)) / count + zz / (4 * count));
  // At 0 and at all successes one end is exact; rounding must not push it past the fraction itself.
  return {
    value,
    low: successes === 0 ? 0 : Math.min(value, centre - half),
    high: successes === count ? 1 : Math.max(value, centre + half),
  };
}
