import { EngineError } from "../core/errors.ts";
import type { Numbers } from "../core/stats.ts";
import { requireTrials } from "./requireReturns.ts";

/** Trials that are in effect one bet, by the correlation of their returns. */
export type EffectiveTrials = {
  /** How many different bets were tried: the clusters. */
  readonly count: number;
  /** By trial: the number of its cluster from 0, in order of each cluster's first trial; −1 for one that never moved. */
  readonly cluster: Int32Array;
  /** Trials whose returns do not vary, which are no bet. */
  readonly flat: number;
  /** Mean correlation of all pairs; NaN for fewer than two. */
  readonly meanCorrelation: number;
  readonly threshold: number;
};

/**
 * The effective number of independent trials: trials are joined by average linkage as long as two clusters' returns
 * correlate by `threshold` or more on average (López de Prado and Lewis 2019 cluster for the same purpose; they choose
 * the number of clusters by silhouettes, which finds a few clusters in pure noise too and so makes many independent
 * trials look like few. A fixed threshold errs on the safe side: what is not clearly the same counts as another trial.)
 * The columns are returns over the same periods; correlations against the market that all of them hold count in full.
 */
export function effectiveTrials(
  trials: readonly Numbers[],
  { threshold = 0.5 }: { threshold?: number } = {},
): EffectiveTrials {
  requireTrials("effectiveTrials", trials);
  if (!(threshold > 0 && threshold <= 1)) {
    throw new EngineError(
      "significance.threshold",
      `effectiveTrials: threshold is ${threshold}; expected a correlation above 0, at most 1.`,
      { threshold },
    );
  }
  const scores = trials.map(standardised);
  const moving = scores.flatMap((score, k) => (score === undefined ? [] : [k]));
  const count = moving.length;
  const correlation = moving.map(() => new Float64Array(count));
  let total = 0;
  for (let i = 0; i < count; i++) {
    const a = scores[moving[i]] as Float64Array;
    correlation[i][i] = 1;
    for (let j = 0; j < i; j++) {
      const b = scores[moving[j]] as Float64Array;
      let sum = 0;
      for (let t = 0; t < a.length; t++) sum += a[t] * b[t];
      correlation[i][j] = sum;
      correlation[j][i] = sum;
      total += sum;
    }
  }
  const labels = averageLinkage(correlation, threshold);
  const cluster = new Int32Array(trials.length).fill(-1);
  const numbers = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    let number = numbers.get(labels[i]);
    if (number === undefined) numbers.set(labels[i], (number = numbers.size));
    cluster[moving[i]] = number;
  }
  return {
    count: numbers.size,
    cluster,
    flat: trials.length - count,
    meanCorrelation: count < 2 ? Number.NaN : total / ((count * (count - 1)) / 2),
    threshold,
  };
}

/** Returns less their mean, of length 1 together, so that a product of two is their correlation. */
function standardised(returns: Numbers): Float64Array | undefined {
  const count = returns.length;
  let [sum, largest] = [0, 0];
  for (let i = 0; i < count; i++) {
    sum += returns[i];
    largest = Math.max(largest, Math.abs(returns[i]));
  }
  const centre = sum / count;
  let squares = 0;
  for (let i = 0; i < count; i++) squares += (returns[i] - centre) * (returns[i] - centre);
  // Equal returns leave nothing but rounding.
  if (!(squares > 1e-26 * count * largest * largest)) return undefined;
  const scale = 1 / Math.sqrt(squares);
  return Float64Array.from(returns, (value) => (value - centre) * scale);
}

/**
 * For each row, the row that names its cluster. Always the two most alike are joined next, found by each row's nearest
 * neighbour, which is kept up to date: time by the square of the rows, mostly. Equal pairs join in order of their rows.
 */
function averageLinkage(similarity: readonly Float64Array[], threshold: number): Int32Array {
  const count = similarity.length;
  const label = Int32Array.from({ length: count }, (_, i) => i);
  const size = new Float64Array(count).fill(1);
  const isAlive = new Uint8Array(count).fill(1);
  const nearest = new Int32Array(count).fill(-1);
  const findNearest = (i: number): void => {
    let best = -1;
    for (let j = 0; j < count; j++) {
      if (j !== i && isAlive[j] === 1 && (best < 0 || similarity[i][j] > similarity[i][best])) best = j;
    }
    nearest[i] = best;
  };
  for (let i = 0; i < count; i++) findNearest(i);
  for (;;) {
    let a = -1;
    for (let i = 0; i < count; i++) {
      if (isAlive[i] === 0 || nearest[i] < 0) continue;
      if (a < 0 || similarity[i][nearest[i]] > similarity[a][nearest[a]]) a = i;
    }
    if (a < 0 || similarity[a][nearest[a]] < threshold) return label;
    const b = nearest[a];
    isAlive[b] = 0;
    for (let j = 0; j < count; j++) {
      if (label[j] === b) label[j] = a;
      if (isAlive[j] === 0 || j === a) continue;
      const joined = (size[a] * similarity[a][j] + size[b] * similarity[b][j]) / (size[a] + size[b]);
      similarity[a][j] = joined;
      similarity[j][a] = joined;
    }
    size[a] += size[b];
    findNearest(a);
    for (let j = 0; j < count; j++) {
      if (isAlive[j] === 0 || j === a) continue;
      if (nearest[j] === a || nearest[j] === b) findNearest(j);
      else if (similarity[j][a] > similarity[j][nearest[j]]) nearest[j] = a;
    }
  }
}
