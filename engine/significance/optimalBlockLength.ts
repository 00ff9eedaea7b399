import { ln, pow } from "../core/maths.ts";
import { mean, type Numbers } from "../core/stats.ts";

/** Mean lengths of blocks, in rows, a fraction as the estimate gives it. */
export type BlockLengths = { readonly stationary: number; readonly circular: number };

/** Autocorrelations that must be small in a row before the rest is taken for noise, at least. */
const LEAST_SMALL = 5;

/**
 * How long blocks of a bootstrap should be so that the variance of a mean comes out best: Politis and White 2004,
 * "Automatic block-length selection for the dependent bootstrap", with the correction of Patton, Politis and White 2009.
 * Details are those of Patton's program, as in arch and R's np: small is below 2 √(log₁₀ n / n), the flat-top window
 * reaches to twice the lag where five or more small autocorrelations begin. At least 1 row here (the estimate may fall
 * below, where there is no dependence), at most 3 √n or n / 3. 1 for values that do not vary.
 */
export function optimalBlockLength(values: Numbers): BlockLengths {
  const rows = values.length;
  if (rows < 2) return { stationary: 1, circular: 1 };
  const digits = ln(rows) / Math.LN10;
  const inARow = Math.max(LEAST_SMALL, Math.floor(digits));
  const lastLag = Math.min(Math.ceil(Math.sqrt(rows)) + inARow, rows - 2);
  const { covariance, correlation } = autocovariances(values, lastLag);
  if (!(covariance[0] > 0)) return { stationary: 1, circular: 1 };
  const small = 2 * Math.sqrt(digits / rows);
  const begin = firstSmallRun(correlation, small, inARow);
  const reach = begin === undefined ? lastLag : Math.min(2 * Math.max(begin, 1), lastLag);

  let slope = 0;
  let longRun = covariance[0];
  for (let lag = 1; lag <= reach; lag++) {
    const window = 2 * lag <= reach ? 1 : 2 * (1 - lag / reach);
    slope += 2 * window * lag * covariance[lag];
    longRun += 2 * window * covariance[lag];
  }
  const longest = Math.ceil(Math.min(3 * Math.sqrt(rows), rows / 3));
  const length = (divisor: number): number => {
    const best = pow(((2 * slope * slope) / (divisor * longRun * longRun)) * rows, 1 / 3);
    // A long-run variance of 0 wants blocks without end.
    return Math.max(1, Math.min(Number.isNaN(best) ? 1 : best, longest));
  };
  return { stationary: length(2), circular: length(4 / 3) };
}

/** By lag: the autocovariance, and the size of the correlation of the overlapping parts. */
function autocovariances(
  values: Numbers,
  lastLag: number,
): { covariance: Float64Array; correlation: Float64Array } {
  const rows = values.length;
  const centre = mean(values);
  const off = Float64Array.from(values, (value) => value - centre);
  const covariance = new Float64Array(Math.max(1, lastLag + 1));
  const correlation = new Float64Array(covariance.length);
  let all = 0;
  for (let i = 0; i < rows; i++) all += off[i] * off[i];
  // What the overlapping parts lose at either end, one row more with each lag, as Patton's program has it.
  let [head, tail] = [0, 0];
  for (let lag = 0; lag < covariance.length; lag++) {
    let product = 0;
    for (let i = lag; i < rows; i++) product += off[i] * off[i - lag];
    head += off[lag] * off[lag];
    tail += off[rows - 1 - lag] * off[rows - 1 - lag];
    covariance[lag] = product / rows;
    correlation[lag] = Math.abs(product) / Math.sqrt((all - head) * (all - tail));
  }
  return { covariance, correlation };
}

/** The first lag from which so many correlations in a row are small, the last of them before the end. */
function firstSmallRun(correlation: Float64Array, small: number, inARow: number): number | undefined {
  let run = 0;
  for (let lag = 0; lag < correlation.length - 1; lag++) {
    run = correlation[lag] < small ? run + 1 : 0;
    if (run === inARow) return lag - inARow + 1;
  }
  return undefined;
}
