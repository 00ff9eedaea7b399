import { effectiveTrials } from "../significance/effectiveTrials.ts";

/** Which trials are in effect one bet. */
export type IndependentTrials = {
  /** How many different bets: the effective number of independent trials. */
  readonly count: number;
  /** By trial: the number of its bet from 0; −1 for a trial whose returns never moved, which is no bet. */
  readonly bet: Int32Array;
};

/** Most trials that are compared each with each: the time grows with the square of their number. */
export const COMPARED_AT_ONCE = 1000;

/**
 * The effective number of independent trials (`effectiveTrials`). Beyond `atOnce` trials the rest is taken in parts: each
 * joins the bet that its returns are most alike by the same average correlation, and those that are like none are
 * compared among themselves. `returns` are rows of one length, as `alignedReturns` makes them.
 */
export function independentTrials(
  returns: readonly Float64Array[],
  { atOnce = COMPARED_AT_ONCE, threshold = 0.5 }: { atOnce?: number; threshold?: number } = {},
): IndependentTrials {
  const bet = new Int32Array(returns.length).fill(-1);
  const length = returns[0]?.length ?? 0;
  // Two returns make any two trials alike or opposite: that is no comparison.
  if (length < 3) {
    let moving = 0;
    for (const [i, row] of returns.entries()) if (row.some((value) => value !== 0)) bet[i] = moving++;
    return { count: moving, bet };
  }
  const centres: { sum: Float64Array; size: number }[] = [];
  let waiting: number[] = [];
  const compare = (): void => {
    const before = centres.length;
    const { cluster } = effectiveTrials(
      waiting.map((i) => returns[i]),
      { threshold },
    );
    for (const [k, i] of waiting.entries()) {
      if (cluster[k] < 0) continue;
      bet[i] = before + cluster[k];
      join(bet[i], standardised(returns[i]));
    }
    waiting = [];
  };
  const join = (number: number, score: Float64Array | undefined): void => {
    const centre = (centres[number] ??= { sum: new Float64Array(length), size: 0 });
    centre.size++;
    for (let t = 0; t < length; t++) centre.sum[t] += score?.[t] ?? 0;
  };
  for (let i = 0; i < returns.length; i++) {
    const score = centres.length === 0 ? undefined : standardised(returns[i]);
    const nearest = score === undefined ? -1 : nearestCentre(score, centres, threshold);
    if (nearest < 0) waiting.push(i);
    else {
      bet[i] = nearest;
      join(nearest, score);
    }
    if (waiting.length === atOnce) compare();
  }
  if (waiting.length > 0) compare();
  return { count: centres.length, bet };
}

/** The bet with whose trials the score correlates most on average, if by the threshold or more. */
function nearestCentre(
  score: Float64Array,
  centres: readonly { sum: Float64Array; size: number }[],
  threshold: number,
): number {
  let best = -1;
  let most = threshold;
  for (const [k, { sum, size }] of centres.entries()) {
    let product = 0;
    for (let t = 0; t < score.length; t++) product += score[t] * sum[t];
    if (product / size < most) continue;
    most = product / size;
    best = k;
  }
  return best;
}

/** Returns less their mean, of length 1 together, so that a product of two is their correlation; none where none moved. */
function standardised(returns: Float64Array): Float64Array | undefined {
  let sum = 0;
  for (const value of returns) sum += value;
  const centre = sum / returns.length;
  let squares = 0;
  for (const value of returns) squares += (value - centre) * (value - centre);
  if (!(squares > 0)) return undefined;
  const scale = 1 / Math.sqrt(squares);
  return returns.map((value) => (value - centre) * scale);
}
