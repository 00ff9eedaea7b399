import { EngineError } from "../core/errors.ts";

/**
 * Place of each value among all of them at one time, 0 … 1: 1 is the highest, equal values share the mean of their
 * places. NaNs stay NaN and are not counted. pandas' `rank(pct=True)`.
 */
export function crossSectionalRank(
  values: ArrayLike<number>,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  const order: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) out[i] = Number.NaN;
    else order.push(i);
  }
  order.sort((a, b) => (values[a] < values[b] ? -1 : values[a] > values[b] ? 1 : 0));
  for (let first = 0; first < order.length; ) {
    let end = first + 1;
    while (end < order.length && values[order[end]] === values[order[first]]) end++;
    // Places count from 1: those of first … end − 1 are first + 1 … end.
    const rank = (first + 1 + end) / 2 / order.length;
    for (let k = first; k < end; k++) out[order[k]] = rank;
    first = end;
  }
  return out;
}

/**
 * Distance of each value from the mean of all of them at one time, in their own standard deviations (ddof 0). NaNs stay
 * NaN and are not counted; all are NaN when the known ones are equal, where there is no deviation to measure in.
 */
export function crossSectionalZscore(
  values: ArrayLike<number>,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  let count = 0;
  let sum = 0;
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Number.isNaN(value)) continue;
    count++;
    sum += value;
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isNaN(values[i])) squares += (values[i] - mean) * (values[i] - mean);
  }
  // Asked of the values and not of the squares, which rounding may leave above 0 when all are equal.
  const deviation = lowest < highest && squares > 0 ? Math.sqrt(squares / count) : Number.NaN;
  for (let i = 0; i < values.length; i++) out[i] = (values[i] - mean) / deviation;
  return out;
}

/** One market's column with its open times. */
export type MarketColumn = { readonly timestamp: Float64Array; readonly values: Float64Array };

/**
 * Applies a cross-sectional function at every open time that any market has, over the markets that have a row there;
 * each market gets its answers back on its own rows. Markets may have gaps and begin and end when they like; all must
 * be of one timeframe, so that equal open times are equal closes.
 */
export function acrossMarkets(
  markets: readonly MarketColumn[],
  apply: (values: Float64Array, out: Float64Array) => Float64Array,
): Float64Array[] {
  for (const [k, { timestamp, values }] of markets.entries()) {
    if (timestamp.length === values.length) continue;
    throw new EngineError(
      "features.unequal-columns",
      `acrossMarkets: market ${k} has ${values.length} values at ${timestamp.length} times; expected one length.`,
      { market: k, given: values.length, expected: timestamp.length },
    );
  }
  const out = markets.map(({ timestamp }) => new Float64Array(timestamp.length));
  const next = new Uint32Array(markets.length);
  const present = new Uint32Array(markets.length);
  const values = new Float64Array(markets.length);
  const answers = new Float64Array(markets.length);
  for (;;) {
    let time = Number.POSITIVE_INFINITY;
    for (let k = 0; k < markets.length; k++) {
      const { timestamp } = markets[k];
      if (next[k] < timestamp.length && timestamp[next[k]] < time) time = timestamp[next[k]];
    }
    if (time === Number.POSITIVE_INFINITY) return out;
    let count = 0;
    for (let k = 0; k < markets.length; k++) {
      if (next[k] < markets[k].timestamp.length && markets[k].timestamp[next[k]] === time) {
        present[count] = k;
        values[count++] = markets[k].values[next[k]];
      }
    }
    apply(values.subarray(0, count), answers.subarray(0, count));
    for (let j = 0; j < count; j++) out[present[j]][next[present[j]]++] = answers[j];
  }
}
