import { EngineError } from "../core/errors.ts";
import { ln } from "../core/maths.ts";
import type { Numbers } from "../core/stats.ts";
import { blockSums, type SubsetSums, subsetSums } from "./blockSums.ts";
import { requireTrials } from "./requireReturns.ts";

/** What choosing the best of the trials on one half of the periods was worth on the other half. */
export type BacktestOverfitting = {
  /** Share of the splits whose chosen trial was in the lower half of all trials on the other half: PBO. */
  readonly probability: number;
  /** Of each split, ln(ω / (1 − ω)) for the chosen trial's relative rank ω there; above 0 is the better half. */
  readonly logits: Float64Array;
  /** Sharpe ratio per period of the chosen trial where it was chosen, and on the other half. */
  readonly inSample: Float64Array;
  readonly outOfSample: Float64Array;
  /** Which trial each split chose. */
  readonly chosen: Int32Array;
  /** Straight line through the two: how much of a Sharpe ratio more in sample is left of it out of sample. */
  readonly degradation: { readonly slope: number; readonly intercept: number; readonly rSquared: number };
  /** Share of the splits whose chosen trial had a Sharpe ratio below 0 on the other half. */
  readonly probabilityOfLoss: number;
  readonly trials: number;
  readonly blocks: number;
  /** Splits: all ways to take half of the blocks. */
  readonly splits: number;
  /** Periods that were used: as many from the end as fill the blocks evenly. */
  readonly observations: number;
};

const MOST_BLOCKS = 22;

/**
 * Probability of backtest overfitting by combinatorially symmetric cross-validation (Bailey, Borwein, López de Prado and
 * Zhu 2017, "The probability of backtest overfitting"). The periods are cut into an even number of blocks; for each way
 * to take half of them the trial with the best Sharpe ratio there is chosen, and its rank among all trials on the
 * other half is looked at. Chance alone gives one half; near 0 the choice holds.
 *
 * Trials that tie share their mean rank, and the first of equal best is chosen. A half on which a trial's returns do not
 * vary has the Sharpe ratio 0: who did not trade neither won nor lost.
 */
export function backtestOverfitting(
  trials: readonly Numbers[],
  { blocks = 16 }: { blocks?: number } = {},
): BacktestOverfitting {
  if (!(Number.isInteger(blocks) && blocks % 2 === 0 && blocks >= 2 && blocks <= MOST_BLOCKS)) {
    throw new EngineError(
      "significance.blocks",
      `backtestOverfitting: blocks is ${blocks}; expected an even number of 2 … ${MOST_BLOCKS}.`,
      { blocks, most: MOST_BLOCKS },
    );
  }
  requireTrials("backtestOverfitting", trials, { least: 2, leastReturns: 2 * blocks });
  const count = trials.length;
  const blockLength = Math.floor(trials[0].length / blocks);
  const sums = subsetSums(blockSums(trials, blocks, blockLength));
  const masks = halves(blocks);
  const splits = masks.length;
  const rankLogits = logitsOfRanks(count);

  const logits = new Float64Array(splits);
  const inSample = new Float64Array(splits);
  const outOfSample = new Float64Array(splits);
  const chosen = new Int32Array(splits);
  const here = new Float64Array(count);
  const there = new Float64Array(count);
  let [low, losses] = [0, 0];
  const record = (split: number, chosenBy: Float64Array, judgedBy: Float64Array): void => {
    let best = 0;
    for (let k = 1; k < count; k++) if (chosenBy[k] > chosenBy[best]) best = k;
    const own = judgedBy[best];
    // Twice the mean rank, so that ties stay whole numbers.
    let twiceRank = 1;
    for (let k = 0; k < count; k++) twiceRank += judgedBy[k] < own ? 2 : judgedBy[k] === own ? 1 : 0;
    logits[split] = rankLogits[twiceRank];
    if (logits[split] <= 0) low++;
    if (own < 0) losses++;
    inSample[split] = chosenBy[best];
    outOfSample[split] = own;
    chosen[split] = best;
  };
  const all = (1 << blocks) - 1;
  const half = (blocks / 2) * blockLength;
  // The masks ascend, so the complement of the k-th is the k-th from the end: each half is summed once.
  for (let split = 0; split < splits / 2; split++) {
    sharpes(sums, masks[split], half, here);
    sharpes(sums, all - masks[split], half, there);
    record(split, here, there);
    record(splits - 1 - split, there, here);
  }
  return {
    probability: low / splits,
    logits,
    inSample,
    outOfSample,
    chosen,
    degradation: straightLine(inSample, outOfSample),
    probabilityOfLoss: losses / splits,
    trials: count,
    blocks,
    splits,
    observations: blocks * blockLength,
  };
}

/** All sets of half the blocks as bits, ascending (Gosper's hack). */
function halves(blocks: number): Int32Array {
  const masks: number[] = [];
  const end = 1 << blocks;
  for (let mask = (1 << (blocks / 2)) - 1; mask < end; ) {
    masks.push(mask);
    const lowest = mask & -mask;
    const ripple = mask + lowest;
    mask = ripple | (((mask ^ ripple) >>> 2) / lowest);
  }
  return Int32Array.from(masks);
}

/** Sharpe ratio of every trial over the periods of a set of blocks, into `out`. */
function sharpes({ low, high, bits }: SubsetSums, mask: number, rows: number, out: Float64Array): void {
  const below = low[mask & ((1 << bits) - 1)];
  const above = high[mask >>> bits];
  const count = out.length;
  for (let k = 0; k < count; k++) {
    const sum = below[k] + above[k];
    const squares = below[count + k] + above[count + k];
    const spread = squares - (sum * sum) / rows;
    // What is left of equal returns is rounding.
    out[k] = spread > 1e-12 * squares ? sum / rows / Math.sqrt(spread / (rows - 1)) : 0;
  }
}

/** The logit of each mean rank of `count` trials, by twice the rank; ranks are divided by count + 1 and so never 0 or 1. */
function logitsOfRanks(count: number): Float64Array {
  return Float64Array.from({ length: 2 * count + 1 }, (_, twice) => ln(twice / (2 * (count + 1) - twice)));
}

function straightLine(x: Float64Array, y: Float64Array): BacktestOverfitting["degradation"] {
  const count = x.length;
  let [meanX, meanY] = [0, 0];
  for (let i = 0; i < count; i++) {
    meanX += x[i] / count;
    meanY += y[i] / count;
  }
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    xx += (x[i] - meanX) * (x[i] - meanX);
    xy += (x[i] - meanX) * (y[i] - meanY);
    yy += (y[i] - meanY) * (y[i] - meanY);
  }
  if (!(xx > 0)) return { slope: Number.NaN, intercept: Number.NaN, rSquared: Number.NaN };
  const slope = xy / xx;
  return { slope, intercept: meanY - slope * meanX, rSquared: yy > 0 ? (xy * xy) / (xx * yy) : Number.NaN };
}
