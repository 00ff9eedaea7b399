import { EngineError } from "../core/errors.ts";
import type { ParameterValue } from "../strategy/parameters.ts";
import { decode, levelAt, levelCount, levelOf } from "./dimension.ts";
import { Lattice } from "./lattice.ts";
import { CountingSampler, type SamplerInput } from "./sampler.ts";
import type { Point } from "./space.ts";

export type GridSettings = {
  /** How many values a continuous parameter is given, its ends among them; others have all of theirs. Default 5. */
  readonly levels?: number;
  /**
   * `rows`: one after the other, the last parameter changing fastest; `spread`: each early part of the order already
   * reaches over the whole grid, for a budget below its size. Default `rows`.
   */
  readonly order?: "rows" | "spread";
};

/** So that a stride times a rank stays a whole number below 2⁵³. */
const LARGEST_SPREAD = 67_108_864;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Every combination of the parameters' values, once. */
export class GridSampler extends CountingSampler {
  readonly #lattice: Lattice;
  readonly #stride: number;

  constructor(input: SamplerInput, { levels = 5, order = "rows" }: GridSettings = {}) {
    super("grid", input);
    const { dimensions } = this.space;
    if (!(Number.isInteger(levels) && levels >= 2)) {
      throw new EngineError("optimise.grid", `grid: levels is ${levels}; expected a whole number from 2.`, {
        levels,
      });
    }
    const count = (k: number): number => {
      const own = levelCount(dimensions[k]);
      return own === Infinity ? levels : own;
    };
    const at = (k: number, level: number): ParameterValue => {
      const dimension = dimensions[k];
      return levelCount(dimension) === Infinity
        ? decode(dimension, level / (levels - 1))
        : levelAt(dimension, level);
    };
    this.#lattice = new Lattice(dimensions, {
      count,
      at,
      levelOf: (k, value) => {
        if (levelCount(dimensions[k]) !== Infinity) return levelOf(dimensions[k], value);
        return Array.from({ length: levels }, (_, level) => at(k, level)).indexOf(value);
      },
    });
    const { size } = this.#lattice;
    if (order === "spread" && size > LARGEST_SPREAD) {
      throw new EngineError(
        "optimise.grid",
        `grid: ${size} points cannot be spread; expected at most ${LARGEST_SPREAD}. Give it fewer levels, or sample at random.`,
        { size, largest: LARGEST_SPREAD },
      );
    }
    this.#stride = order === "spread" ? coprimeNear(Math.round(size * GOLDEN), size) : 1;
  }

  /** How many points the grid has. */
  get size(): number {
    return this.#lattice.size;
  }

  override get available(): number {
    return Math.max(0, this.size - this.next);
  }

  protected choose(index: number): Point {
    return Object.freeze(this.#lattice.pointAt((index * this.#stride) % this.size));
  }
}

/** The first number from `near` upwards that shares no divisor with `size`: its multiples meet every rank once. */
function coprimeNear(near: number, size: number): number {
  for (let stride = Math.max(1, near); ; stride++) if (divisor(stride, size) === 1) return stride;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
