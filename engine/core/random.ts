import { EngineError } from "./errors.ts";
import { hashText } from "./hash.ts";
import { ln } from "./maths.ts";

/** Four words of 32 bits, not all zero. */
export type RandomState = readonly [number, number, number, number];

/**
 * Seeded random numbers: xoshiro128** 1.1 (Blackman and Vigna, https://prng.di.unimi.it/xoshiro128starstar.c).
 *
 * The first state of a stream is taken from SHA-256 of the seed and the stream's name, so neighbouring seeds and
 * names share nothing. Give each purpose a stream of its own (`random.stream("jumps")`): then one purpose drawing
 * more numbers leaves the others as they were.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  #spareNormal = Number.NaN;

  private constructor(
    /** Where this stream comes from: the seed and the names on the way to it. */
    readonly path: string,
    state: RandomState,
  ) {
    [this.#a, this.#b, this.#c, this.#d] = state;
  }

  /** The stream of a seed: any finite number or text. */
  static seeded(seed: number | string): Random {
    if (typeof seed === "number" && !Number.isFinite(seed)) {
      throw new EngineError("random.seed", `random: seed is ${seed}; expected a finite number or a text.`, {
        seed,
      });
    }
    return fromPath(typeof seed === "number" ? `${seed === 0 ? 0 : seed}` : JSON.stringify(seed));
  }

  /** A generator that goes on from a given state: for reference values and for saved states. */
  static fromState(state: RandomState, path = "state"): Random {
    return new Random(path, state);
  }

  /** The words from which the next number will be made. A pending second half of `normal` is not part of them. */
  get state(): RandomState {
    return [this.#a >>> 0, this.#b >>> 0, this.#c >>> 0, this.#d >>> 0];
  }

  /** An independent stream of this name, the same whatever has been drawn from this one before. */
  stream(name: string): Random {
    return fromPath(`${this.path}/${JSON.stringify(name)}`);
  }

  /** A whole number of 0 … 2³² − 1. */
  uint32(): number {
    const b = this.#b;
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    this.#c ^= this.#a;
    this.#d ^= b;
    this.#b = b ^ this.#c;
    this.#a ^= this.#d;
    this.#c ^= b << 9;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result;
  }

  /** A number in [0, 1), one of the 2⁵³ multiples of 2⁻⁵³. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    return (high * 67108864 + (this.uint32() >>> 6)) / 9007199254740992;
  }

  /** A number in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** A whole number of low … high, both included, each as likely as the others. */
  integer(low: number, high: number): number {
    const count = high - low + 1;
    if (
      !Number.isSafeInteger(low) ||
      !Number.isSafeInteger(high) ||
      !(count >= 1 && count <= 9007199254740991)
    ) {
      throw new EngineError(
        "random.integer",
        `random.integer: got ${low} … ${high}; expected whole numbers with low ≤ high and at most 2^53 − 1 of them.`,
        { low, high },
      );
    }
    // Draws from the last, incomplete run of `count` are thrown away, else small remainders would come up more often.
    const limit = 9007199254740992 - (9007199254740992 % count);
    for (;;) {
      const draw = this.uniform() * 9007199254740992;
      if (draw < limit) return low + (draw % count);
    }
  }

  /** A normal variable of this mean and standard deviation, by Marsaglia's polar method. */
  normal(mean = 0, standardDeviation = 1): number {
    let normal = this.#spareNormal;
    if (!Number.isNaN(normal)) this.#spareNormal = Number.NaN;
    else {
      for (;;) {
        const u = 2 * this.uniform() - 1;
        const v = 2 * this.uniform() - 1;
        const square = u * u + v * v;
        if (square > 0 && square < 1) {
          const scale = Math.sqrt((-2 * ln(square)) / square);
          this.#spareNormal = v * scale;
          normal = u * scale;
          break;
        }
      }
    }
    return mean + standardDeviation * normal;
  }

  /** Puts the items into a random order, in place (Fisher–Yates), and returns them. */
  shuffle<T extends unknown[] | Float64Array | Int32Array | Uint32Array>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(0, i);
      const item = items[i];
      items[i] = items[j];
      items[j] = item;
    }
    return items;
  }
}

function fromPath(path: string): Random {
  const digest = hashText(`walkforward random ${path}`);
  const word = (k: number): number => Number.parseInt(digest.slice(8 * k, 8 * k + 8), 16);
  // All four words zero, the one forbidden state, would need SHA-256 to yield 128 zero bits.
  return Random.fromState([word(0), word(1), word(2), word(3)], path);
}
