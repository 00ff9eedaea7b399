import { EngineError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { CountingSampler, type SamplerInput } from "./sampler.ts";
import type { Point } from "./space.ts";
import type { Told } from "./trial.ts";
import { childOf, type VariationSettings } from "./variation.ts";

export type EvolutionSettings = VariationSettings & {
  /** Points of a generation, and how many of them and their parents live on. Default 20. */
  readonly population?: number;
};

/** A point with its losses; a trial without any has the worst. */
export type Member = { readonly place: Float64Array; readonly losses: readonly number[] };

/**
 * What NSGA-II and NSGA-III share: a generation of children of the parents, then those of both who live on are the next
 * parents. The first generation is drawn at random. Children that are already known are drawn anew.
 */
export abstract class EvolutionSampler extends CountingSampler {
  protected readonly population: number;
  readonly #objectives: number;
  readonly #variation: VariationSettings;
  #parents: readonly Member[] = [];
  #children: Member[] = [];
  #generation = 0;

  constructor(name: string, input: SamplerInput, { population = 20, ...variation }: EvolutionSettings) {
    super(name, input);
    if (!(Number.isInteger(population) && population >= 4)) {
      throw new EngineError(
        "optimise.evolution",
        `${name}: population ${population}; expected a whole number from 4.`,
        { population },
      );
    }
    this.population = population;
    this.#objectives = input.objectives;
    this.#variation = variation;
  }

  /** The rest of the generation: the next one's parents are not known before. */
  override get available(): number {
    return this.population - this.#children.length - this.pending.length;
  }

  /** Those of parents and children who live on, as many as the population. */
  protected abstract survivors(pool: readonly Member[], random: Random): readonly Member[];

  /** One of the parents, drawn for a child. */
  protected abstract mate(parents: readonly Member[], random: Random): Member;

  protected choose(index: number): Point {
    const random = this.random.stream(`${index}`);
    const parents = this.#parents;
    if (parents.length === 0) {
      return this.seen.fresh(random, () => this.space.decode(this.anywhere(random)));
    }
    return this.seen.fresh(random, () => {
      const mother = this.mate(parents, random).place;
      const father = this.mate(parents, random).place;
      return this.space.decode(childOf(mother, father, this.space.dimensions, random, this.#variation));
    });
  }

  protected override learn(trial: Told): void {
    const worst = Array.from({ length: this.#objectives }, () => Infinity);
    this.#children.push({
      place: this.space.encode(trial.parameters),
      losses: trial.state === "complete" ? trial.losses : worst,
    });
    if (this.#children.length < this.population) return;
    const random = this.random.stream(`survivors ${this.#generation}`);
    this.#parents = this.survivors([...this.#parents, ...this.#children], random);
    this.#children = [];
    this.#generation++;
  }
}
