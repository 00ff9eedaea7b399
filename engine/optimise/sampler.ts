import { Random } from "../core/random.ts";
import { SeenPoints } from "./seen.ts";
import type { Point, Space } from "./space.ts";
import type { Told } from "./trial.ts";

/**
 * Chooses the points of a study. Points are told in the order in which they were suggested; one that was not suggested
 * here counts as the next suggestion, so that a study is taken up again by telling what it had. A sampler is a
 * function of its seed, of what it was told, and of what it has suggested since.
 */
export interface Sampler {
  /** How many points it can suggest before it must be told of earlier ones; 0 with none outstanding: there are no more. */
  readonly available: number;
  suggest(): Point;
  tell(trial: Told): void;
}

/** What every sampler needs. */
export type SamplerInput = {
  readonly space: Space;
  readonly seed: number | string;
  readonly objectives: number;
};

/** Counts suggestions and results, remembers the points, and gives each suggestion a random stream of its own. */
export abstract class CountingSampler implements Sampler {
  protected readonly space: Space;
  protected readonly random: Random;
  protected readonly seen: SeenPoints;
  /** Points suggested and not yet told of, in order. */
  protected readonly pending: Point[] = [];
  #told = 0;

  constructor(name: string, { space, seed }: SamplerInput) {
    this.space = space;
    this.random = Random.seeded(seed).stream(`optimise/${name}`);
    this.seen = new SeenPoints(space);
  }

  /** Trials told so far. */
  protected get told(): number {
    return this.#told;
  }

  /** The place of the next suggestion among all, from 0. */
  protected get next(): number {
    return this.#told + this.pending.length;
  }

  get available(): number {
    return Infinity;
  }

  suggest(): Point {
    const point = this.choose(this.next);
    this.pending.push(point);
    this.seen.add(point);
    return point;
  }

  tell(trial: Told): void {
    this.pending.shift();
    this.seen.add(trial.parameters);
    this.learn(trial, this.#told);
    this.#told++;
  }

  /** The point of a place among the suggestions. */
  protected abstract choose(index: number): Point;

  /** Takes in the trial of a place among the suggestions. */
  protected learn(_trial: Told, _index: number): void {}

  /** A place anywhere in the cube. */
  protected anywhere(random: Random): Float64Array {
    return Float64Array.from(this.space.dimensions, () => random.uniform());
  }
}
