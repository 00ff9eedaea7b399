import { EngineError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { SOBOL_NUMBERS } from "./sobolNumbers.ts";

const BITS = 32;
const SCALE = 1 / 4294967296;

/** The number of dimensions for which direction numbers are at hand. */
export const SOBOL_DIMENSIONS = SOBOL_NUMBERS.length + 1;

/**
 * Sobol's sequence: points that fill the cube more evenly than random ones, each block of 2ᵏ points having one in each
 * of the 2ᵏ equal parts of every side. In the order of the Gray code (Antonov and Saleev 1979), as SciPy, PyTorch and
 * Joe and Kuo's own program have it.
 *
 * With `random` every side is shifted digit by digit by a random number (a digital shift): the evenness stays, and
 * different seeds look at different points. Without it the first point is the corner at 0.
 */
export class SobolSequence {
  readonly #directions: Uint32Array[];
  readonly #shift: Uint32Array;

  constructor(
    readonly dimensions: number,
    random?: Random,
  ) {
    if (!(Number.isInteger(dimensions) && dimensions >= 1 && dimensions <= SOBOL_DIMENSIONS)) {
      throw new EngineError(
        "optimise.sobol",
        `Sobol's sequence in ${dimensions} dimensions; expected 1 to ${SOBOL_DIMENSIONS}. ` +
          "With more parameters than that, sample at random.",
        { dimensions, largest: SOBOL_DIMENSIONS },
      );
    }
    this.#directions = Array.from({ length: dimensions }, (_, d) => directionsOf(d));
    this.#shift = Uint32Array.from({ length: dimensions }, () => random?.uint32() ?? 0);
  }

  /** The point of a place in the sequence, from 0 and below 2³². */
  at(index: number): Float64Array {
    const gray = (index ^ (index >>> 1)) >>> 0;
    return Float64Array.from(this.#directions, (directions, d) => {
      let bits = this.#shift[d];
      for (let k = 0, rest = gray; rest !== 0; k++, rest >>>= 1) if (rest & 1) bits ^= directions[k];
      return (bits >>> 0) * SCALE;
    });
  }
}

/** The direction numbers v₁ … v₃₂ of a dimension, from 0: vₖ is mₖ / 2ᵏ, as a fraction of 2³². */
function directionsOf(dimension: number): Uint32Array {
  const directions = new Uint32Array(BITS);
  if (dimension === 0) {
    for (let k = 0; k < BITS; k++) directions[k] = 1 << (BITS - 1 - k);
    return directions;
  }
  const [degree, coefficients, ...m] = SOBOL_NUMBERS[dimension - 1];
  for (let k = 0; k < degree; k++) directions[k] = m[k] << (BITS - 1 - k);
  for (let k = degree; k < BITS; k++) {
    let v = directions[k - degree] ^ (directions[k - degree] >>> degree);
    for (let i = 1; i < degree; i++) {
      if ((coefficients >>> (degree - 1 - i)) & 1) v ^= directions[k - i];
    }
    directions[k] = v >>> 0;
  }
  return directions;
}
