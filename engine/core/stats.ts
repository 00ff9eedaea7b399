import { EngineError } from "./errors.ts";

/** Columns and plain arrays alike. */
export type Numbers = ArrayLike<number>;

/** Sum from the first value to the last, in that order. 0 of no values. */
export function sum(values: Numbers): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}

/** Arithmetic mean; NaN of no values. */
export function mean(values: Numbers): number {
  return sum(values) / values.length;
}

/**
 * Variance with `ddof` degrees of freedom taken off: 1 (default) estimates a population from a sample, 0 describes the
 * values themselves. Two passes; NaN when there are not more than `ddof` values.
 */
export function variance(values: Numbers, { ddof = 1 }: { ddof?: 0 | 1 } = {}): number {
  if (values.length <= ddof) return Number.NaN;
  const centre = mean(values);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] - centre) * (values[i] - centre);
  return squares / (values.length - ddof);
}

/** Standard deviation, the root of `variance`. */
export function standardDeviation(values: Numbers, options: { ddof?: 0 | 1 } = {}): number {
  return Math.sqrt(variance(values, options));
}

/**
 * The value below which a `fraction` of the values lies: linear between neighbours, Hyndman and Fan's type 7, as in
 * NumPy, R's default and Excel's PERCENTILE.INC. NaN of no values, and of values that hold a NaN.
 */
export function quantile(values: Numbers, fraction: number): number {
  if (!(fraction >= 0 && fraction <= 1)) {
    throw new EngineError("stats.quantile", `quantile: fraction is ${fraction}; expected 0 … 1.`, {
      fraction,
    });
  }
  const sorted = Float64Array.from(values).sort();
  // A Float64Array sorts NaN to the end.
  if (sorted.length === 0 || Number.isNaN(sorted[sorted.length - 1])) return Number.NaN;
  const place = fraction * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  const low = sorted[below];
  // Equal neighbours are returned as they are: between two infinities the line below would be NaN.
  return low === sorted[above] ? low : low + (place - below) * (sorted[above] - low);
}

/** The middle value, or the mean of the two middle ones. */
export function median(values: Numbers): number {
  return quantile(values, 0.5);
}
