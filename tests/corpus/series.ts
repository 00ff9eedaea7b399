/** The handful of functions that such code leans on, in the manner of pandas and NumPy, each on plain columns. */

export type Column = Float64Array;

export function empty(rows: number): Column {
  return new Float64Array(rows).fill(Number.NaN);
}

/** `series.shift(n)`: earlier values for positive n, later ones for negative. */
export function shift(x: Column, n: number): Column {
  return x.map((_, i) => x[i - n] ?? Number.NaN);
}

/** `series.pct_change(n)`. */
export function pctChange(x: Column, n = 1): Column {
  return x.map((value, i) => value / (x[i - n] ?? Number.NaN) - 1);
}

/** `series.rolling(n).apply(f)` over whole trailing windows. */
export function rolling(x: Column, n: number, f: (window: Column) => number): Column {
  return x.map((_, i) => (i + 1 < n ? Number.NaN : f(x.subarray(i + 1 - n, i + 1))));
}

export function mean(x: ArrayLike<number>): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < x.length; i++) {
    if (Number.isNaN(x[i])) continue;
    sum += x[i];
    count++;
  }
  return sum / count;
}

export function std(x: ArrayLike<number>): number {
  const m = mean(x);
  let sum = 0;
  let count = 0;
  for (let i = 0; i < x.length; i++) {
    if (Number.isNaN(x[i])) continue;
    sum += (x[i] - m) * (x[i] - m);
    count++;
  }
  return Math.sqrt(sum / (count - 1));
}

export function max(x: ArrayLike<number>): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < x.length; i++) if (x[i] > most) most = x[i];
  return most;
}

export function min(x: ArrayLike<number>): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < x.length; i++) if (x[i] < least) least = x[i];
  return least;
}

/** `series.quantile(q)`, linear between ranks, of the values that are there. */
export function quantile(x: Column, q: number): number {
  const sorted = x.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length === 0) return Number.NaN;
  const place = q * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low] + (place - low) * (sorted[high] - sorted[low]);
}

export function median(x: Column): number {
  return quantile(x, 0.5);
}

/** `series.ewm(alpha=a, adjust=False).mean()`. */
export function ewm(x: Column, alpha: number): Column {
  const out = empty(x.length);
  let last = Number.NaN;
  for (let i = 0; i < x.length; i++) {
    if (!Number.isNaN(x[i])) last = Number.isNaN(last) ? x[i] : alpha * x[i] + (1 - alpha) * last;
    out[i] = last;
  }
  return out;
}

export function reversed(x: Column): Column {
  return x.slice().reverse();
}

/** `series.bfill()`: each hole takes the next value. */
export function bfill(x: Column): Column {
  const out = x.slice();
  for (let i = out.length - 2; i >= 0; i--) if (Number.isNaN(out[i])) out[i] = out[i + 1];
  return out;
}

/** `series.ffill()`: each hole takes the last value. */
export function ffill(x: Column): Column {
  const out = x.slice();
  for (let i = 1; i < out.length; i++) if (Number.isNaN(out[i])) out[i] = out[i - 1];
  return out;
}

/** Slope and intercept of y on x by least squares, over the rows where both are known. */
export function leastSquares(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): { slope: number; intercept: number } {
  let n = 0;
  let [sx, sy, sxx, sxy] = [0, 0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    if (Number.isNaN(x[i]) || Number.isNaN(y[i])) continue;
    n++;
    sx += x[i];
    sy += y[i];
    sxx += x[i] * x[i];
    sxy += x[i] * y[i];
  }
  const slope = (n * sxy - sx * sy) / (n * sxx - sx * sx);
  return { slope, intercept: (sy - slope * sx) / n };
}

/** The rows of one group of a `groupby`. */
export function groups(keys: ArrayLike<number>): number[][] {
  const rows = new Map<number, number[]>();
  for (let i = 0; i < keys.length; i++) {
    const known = rows.get(keys[i]);
    if (known === undefined) rows.set(keys[i], [i]);
    else known.push(i);
  }
  return [...rows.values()];
}

/** The rows as a column. */
export function counted(rows: number, value: (row: number) => number): Column {
  return Float64Array.from({ length: rows }, (_, i) => value(i));
}

export const HOUR = 3_600_000;
export const DAY = 86_400_000;
export const FIVE_MINUTES = 300_000;
