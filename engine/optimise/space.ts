import { EngineError, nearestName } from "../core/errors.ts";
import type { ParameterValue } from "../strategy/parameters.ts";
import {
  type Dimension,
  decode,
  encode,
  expectedOf,
  hasValue,
  levelAt,
  levelCount,
  levelOf,
} from "./dimension.ts";
import { Lattice } from "./lattice.ts";

/** The values of one trial: of every active parameter, in the order of the space; inactive ones are left out. */
export type Point = Readonly<Record<string, ParameterValue>>;

/**
 * What a search may choose from. Samplers see it as a cube with sides from 0 to 1, one for each parameter; a condition
 * decides which of the sides matter at a point.
 */
export class Space {
  /** Parents before the parameters that wait for them. */
  readonly dimensions: readonly Dimension[];
  /** How many different points there are; Infinity when a parameter is continuous. */
  readonly size: number;
  readonly #lattice: Lattice;

  /** `searchSpace` makes a space from a strategy's parameters, and checks it. */
  constructor(dimensions: readonly Dimension[]) {
    if (dimensions.length === 0) {
      throw new EngineError(
        "optimise.empty-space",
        "The search space has no parameter, so there is nothing to choose. Give it at least one that has a range.",
      );
    }
    this.dimensions = Object.freeze([...dimensions]);
    this.#lattice = new Lattice(this.dimensions, {
      count: (k) => levelCount(this.dimensions[k]),
      at: (k, level) => levelAt(this.dimensions[k], level),
      levelOf: (k, value) => levelOf(this.dimensions[k], value),
    });
    this.size = this.#lattice.size;
  }

  /** Whether a parameter matters beside the values of those before it. */
  isActive(dimension: Dimension, point: Point): boolean {
    const { activeWhen } = dimension;
    if (activeWhen === undefined) return true;
    return (
      Object.hasOwn(point, activeWhen.parameter) && activeWhen.values.includes(point[activeWhen.parameter])
    );
  }

  /** The point that a place in the cube stands for. */
  decode(cube: ArrayLike<number>): Point {
    const point: Record<string, ParameterValue> = {};
    for (const [k, dimension] of this.dimensions.entries()) {
      if (this.isActive(dimension, point)) point[dimension.name] = decode(dimension, cube[k]);
    }
    return Object.freeze(point);
  }

  /** A place in the cube that stands for the point; one half on the sides that do not matter to it. */
  encode(point: Point): Float64Array {
    return Float64Array.from(this.dimensions, (dimension) =>
      Object.hasOwn(point, dimension.name) ? encode(dimension, point[dimension.name]) : 0.5,
    );
  }

  /** A text that two points share exactly when they are the same point. */
  key(point: Point): string {
    return JSON.stringify(this.dimensions.map(({ name }) => point[name] ?? null));
  }

  /** The point of a rank below `size`, of a space with finitely many. */
  pointAt(rank: number): Point {
    return Object.freeze(this.#lattice.pointAt(rank));
  }

  /**
   * The values as a point of this space: checked, in its order, and without those that do not matter. Throws
   * `optimise.not-in-space` where one is missing, unknown or out of range.
   */
  require(values: Readonly<Record<string, unknown>>): Point {
    const names = this.dimensions.map(({ name }) => name);
    for (const name of Object.keys(values)) {
      if (names.includes(name)) continue;
      const nearest = nearestName(name, names);
      throw new EngineError(
        "optimise.not-in-space",
        `The search space has no parameter "${name}". ` +
          (nearest === undefined ? `It has: ${names.join(", ")}.` : `Did you mean "${nearest}"?`),
        { parameter: name, known: names, nearest },
      );
    }
    const point: Record<string, ParameterValue> = {};
    for (const dimension of this.dimensions) {
      if (!this.isActive(dimension, point)) continue;
      const { name } = dimension;
      const value = values[name];
      if (!hasValue(dimension, value)) {
        throw new EngineError(
          "optimise.not-in-space",
          `Parameter ${name} of a point is ${String(value)}; expected ${expectedOf(dimension)}.`,
          { parameter: name, given: String(value) },
        );
      }
      point[name] = value;
    }
    return Object.freeze(point);
  }
}
