import { EngineError } from "../core/errors.ts";
import { ln, log1p } from "../core/maths.ts";
import type { Random } from "../core/random.ts";
import type { Numbers } from "../core/stats.ts";

/**
 * The stationary bootstrap of Politis and Romano (1994): rows drawn again in blocks that begin anywhere and have
 * geometric lengths of the given mean, the end followed by the beginning. What is near in time stays near, and the
 * series that comes out is stationary. A mean length of 1 draws each row by itself.
 */
export class StationaryBlocks {
  readonly rows: number;
  /** The first row of each block, and how many rows it has; only the first `count` are of this draw. */
  readonly first: Int32Array;
  readonly length: Int32Array;
  count = 0;
  readonly #random: Random;
  /** ln(1 − p), where a block ends after each row with the probability p; −Infinity for blocks of one row. */
  readonly #lnStay: number;

  constructor(rows: number, meanLength: number, random: Random) {
    if (!(meanLength >= 1)) {
      throw new EngineError(
        "significance.block-length",
        `stationary bootstrap: the blocks' mean length is ${meanLength} rows; expected 1 or more.`,
        { meanLength },
      );
    }
    this.rows = rows;
    this.first = new Int32Array(rows);
    this.length = new Int32Array(rows);
    this.#random = random;
    this.#lnStay = log1p(-1 / meanLength);
  }

  /** Draws the blocks of the next resample. */
  draw(): void {
    const { rows, first, length } = this;
    const random = this.#random;
    const lnStay = this.#lnStay;
    let count = 0;
    for (let done = 0; done < rows; count++) {
      first[count] = Math.floor(random.uniform() * rows);
      // The geometric distribution by its quantile; 1 − u is above 0, and so its logarithm is finite.
      const drawn = lnStay === -Infinity ? 1 : 1 + Math.floor(ln(1 - random.uniform()) / lnStay);
      length[count] = Math.min(drawn, rows - done);
      done += length[count];
    }
    this.count = count;
  }

  /** The values in the order of this draw. */
  take(values: Numbers, out: Float64Array): Float64Array {
    const { rows, first, length, count } = this;
    let at = 0;
    for (let b = 0; b < count; b++) {
      let from = first[b];
      for (let i = 0; i < length[b]; i++) {
        out[at++] = values[from];
        if (++from === rows) from = 0;
      }
    }
    return out;
  }

  /** The sum of the values of this draw, from `runningSums` of the values twice over. */
  sum(sums: Float64Array): number {
    const { first, length, count } = this;
    let total = 0;
    for (let b = 0; b < count; b++) total += sums[first[b] + length[b]] - sums[first[b]];
    return total;
  }
}

/** Sums of the first 0, 1, 2 … values of a series that is followed by itself, so that no block has to turn round. */
export function runningSums(values: Numbers): Float64Array {
  const rows = values.length;
  const sums = new Float64Array(2 * rows + 1);
  for (let i = 0; i < 2 * rows; i++) sums[i + 1] = sums[i] + values[i < rows ? i : i - rows];
  return sums;
}
