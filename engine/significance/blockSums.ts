import { mean, type Numbers } from "../core/stats.ts";

/** Sums of every set of the lower half of the blocks, and of every set of the upper half. */
export type SubsetSums = {
  /** By the set's bits: sum of each trial, then sum of squares of each trial, of returns less the trial's mean. */
  readonly low: readonly Float64Array[];
  readonly high: readonly Float64Array[];
  /** How many blocks are in the lower half. */
  readonly bits: number;
  /** What was taken off each trial's returns, so that nothing is lost where sums of squares are subtracted. */
  readonly means: Float64Array;
};

type BlockSums = { readonly sums: readonly Float64Array[]; readonly means: Float64Array };

/** Of each block, the sum of each trial's returns and then of their squares; rows at the beginning are left over. */
export function blockSums(trials: readonly Numbers[], blocks: number, blockLength: number): BlockSums {
  const count = trials.length;
  const sums = Array.from({ length: blocks }, () => new Float64Array(2 * count));
  const means = Float64Array.from(trials, mean);
  const first = trials[0].length - blocks * blockLength;
  for (const [k, trial] of trials.entries()) {
    for (let b = 0; b < blocks; b++) {
      let [sum, squares] = [0, 0];
      const from = first + b * blockLength;
      for (let i = from; i < from + blockLength; i++) {
        const off = trial[i] - means[k];
        sum += off;
        squares += off * off;
      }
      sums[b][k] = sum;
      sums[b][count + k] = squares;
    }
  }
  return { sums, means };
}

/**
 * Sums over sets of blocks: any set is one of the lower half's and one of the upper half's, so that a set costs one
 * addition for each trial, whatever its size, and no error builds up from one set to the next.
 */
export function subsetSums({ sums, means }: BlockSums): SubsetSums {
  const bits = Math.ceil(sums.length / 2);
  return { low: everySet(sums.slice(0, bits)), high: everySet(sums.slice(bits)), bits, means };
}

function everySet(sums: readonly Float64Array[]): Float64Array[] {
  const sets: Float64Array[] = [new Float64Array(sums.length === 0 ? 0 : sums[0].length)];
  for (const block of sums) {
    for (const known of sets.slice()) sets.push(known.map((value, i) => value + block[i]));
  }
  return sets;
}
