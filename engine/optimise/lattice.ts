import type { ParameterValue } from "../strategy/parameters.ts";
import type { Dimension } from "./dimension.ts";

/** The values that each dimension takes in a list of points. */
export interface Levels {
  count(dimension: number): number;
  at(dimension: number, level: number): ParameterValue;
  levelOf(dimension: number, value: ParameterValue): number;
}

/**
 * The points of a space one by one, by their rank. Dimensions form trees, a condition being the branch: a parameter
 * that is not active at a point multiplies nothing, so that no point comes up twice.
 */
export class Lattice {
  readonly size: number;
  readonly #roots: number[] = [];
  readonly #children: number[][];
  readonly #sizes: number[];

  constructor(
    readonly dimensions: readonly Dimension[],
    readonly levels: Levels,
  ) {
    this.#children = dimensions.map(() => []);
    this.#sizes = dimensions.map(() => 1);
    const placeOf = new Map(dimensions.map(({ name }, k) => [name, k]));
    for (const [k, { activeWhen }] of dimensions.entries()) {
      const parent = activeWhen && placeOf.get(activeWhen.parameter);
      if (parent === undefined) this.#roots.push(k);
      else this.#children[parent].push(k);
    }
    // Parents stand before their children, so from the last to the first each finds its children counted.
    for (let k = dimensions.length - 1; k >= 0; k--) this.#sizes[k] = this.#treeSize(k);
    this.size = this.#product(this.#roots);
  }

  /** The point of a rank, from 0: the last parameter changes fastest. */
  pointAt(rank: number): Record<string, ParameterValue> {
    const point: Record<string, ParameterValue> = {};
    this.#write(this.#roots, rank, point);
    // In the order of the dimensions, whatever the branches that led to them.
    const { dimensions } = this;
    return Object.fromEntries(
      dimensions.filter(({ name }) => Object.hasOwn(point, name)).map(({ name }) => [name, point[name]]),
    );
  }

  #write(places: readonly number[], rank: number, point: Record<string, ParameterValue>): void {
    let rest = rank;
    for (let i = places.length - 1; i >= 0; i--) {
      const k = places[i];
      const inTree = rest % this.#sizes[k];
      rest = Math.floor(rest / this.#sizes[k]);
      const { level, remainder } = this.#branch(k, inTree);
      const value = this.levels.at(k, level);
      point[this.dimensions[k].name] = value;
      this.#write(this.#activeChildren(k, value), remainder, point);
    }
  }

  /** The level of a tree's own parameter at a rank in the tree, and the rank among the points with that level. */
  #branch(k: number, rank: number): { level: number; remainder: number } {
    if (this.#children[k].length === 0) return { level: rank, remainder: 0 };
    let before = 0;
    for (let level = 0; ; level++) {
      const size = this.#product(this.#activeChildren(k, this.levels.at(k, level)));
      if (rank < before + size) return { level, remainder: rank - before };
      before += size;
    }
  }

  #treeSize(k: number): number {
    const count = this.levels.count(k);
    if (count === Infinity) return Infinity;
    // Only the values that a child waits for lead to more than one point each.
    const branching = new Map<number, ParameterValue>();
    for (const child of this.#children[k]) {
      for (const value of this.dimensions[child].activeWhen!.values) {
        const level = this.levels.levelOf(k, value);
        if (level >= 0 && level < count && this.levels.at(k, level) === value) branching.set(level, value);
      }
    }
    let size = count - branching.size;
    for (const value of branching.values()) size += this.#product(this.#activeChildren(k, value));
    return size;
  }

  #activeChildren(k: number, value: ParameterValue): number[] {
    return this.#children[k].filter((child) => this.dimensions[child].activeWhen!.values.includes(value));
  }

  #product(places: readonly number[]): number {
    return places.reduce((size, k) => size * this.#sizes[k], 1);
  }
}
