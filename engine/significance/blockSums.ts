import type { Numbers } from "../core/stats.ts";

/** Sums of every set of the lower half of the blocks, and of every set of the upper half. */
export type SubsetSums = {
  /** By the set's bits: the sum of each trial's returns, then the sum of their squares. */
  readonly low: readonly Float64Array[];
  readonly high: readonly Float64Array[];
  /** How many blocks are in the lower half. */
  readonly bits: number;
};

/** Of each block, the sum of each trial's returns and then of their squares; rows at the beginning are left over. */
export function blockSums(trials: readonly Numbers[], blocks: number, blockLength: number): Float64Array[] {
  const count = trials.length;
  const sums = Array.from({ length: blocks }, () => new Float64Array(2 * count));
  const first = trials[0].length - blocks * blockLength;
  for (const [k, trial] of trials.entries()) {
    for (let b = 0; b < blocks; b++) {
      let [sum, squares] = [0, 0];
      const from = first + b * blockLength;
      for (let i = from; i < from + blockLength; i++) {
        sum += trial[i];
        squares += trial[i] * trial[i];
      }
      sums[b][k] = sum;
      sums[b][count + k] = squares;
    }
  }
  return sums;
}

/**
 * Sums over sets of blocks: any set is one of the lower half's and one of the upper half's, so that a set costs one
 * addition for each trial, whatever its size, and no error builds up from one set to the next. Trials with the same
 * returns on a set have the same sums to the bit.
 */
export function subsetSums(sums: readonly Float64Array[]): SubsetSums {
  const bits = Math.ceil(sums.length / 2);
  return { low: everySet(sums.slice(0, bits)), high: everySet(sums.slice(bits)), bits };
}

function everySet(sums: readonly Float64Array[]): Float64Array[] {
  const sets: Float64Array[] = [new Float64Array(sums[0].length)];
  for (const block of sums) {
    for (const known of sets.slice()) sets.push(known.map((value, i) => value + block[i]));
  }
  return sets;
}
