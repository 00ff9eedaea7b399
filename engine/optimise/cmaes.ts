import { EngineError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { cmaesConstants } from "./cmaesConstants.ts";
import { CmaesState } from "./cmaesState.ts";
import { levelCount } from "./dimension.ts";
import { CountingSampler, type SamplerInput } from "./sampler.ts";
import type { Point } from "./space.ts";
import { compareTrials, type Told } from "./trial.ts";

export type CmaesSettings = {
  /** Points of a generation in the first run; Hansen's 4 + ⌊3 ln n⌋ unless told. */
  readonly population?: number;
  /** The first standard deviation, as a fraction of each parameter's range. Default 0.3. */
  readonly sigma?: number;
};

const REDRAWS = 32;
/** Generations whose best and worst losses are equal before a run is given up as flat. */
const FLAT_GENERATIONS = 2;

type Member = { readonly place: Float64Array; readonly trial: Told };

/**
 * CMA-ES (Hansen's tutorial, arXiv:1604.00772, with its negative weights): a normal distribution over the cube that moves
 * and turns towards where the better half of a generation lies. For numbers whose best values depend on each other; a
 * space that is mostly categories is better served by TPE.
 *
 * - Bounds: a point outside the cube is drawn again, and after 32 draws put onto the side. Levels and categories are
 *   parts of a side, and the distribution is never narrower along it than a fifth of a part, so that it does not stick.
 * - A parameter that is not active stays a side of the cube that has no effect.
 * - Trials that failed or were pruned rank behind the complete ones.
 * - A run that has shrunk to a point, or sees no difference, is followed by another with twice the population from a
 *   random place (IPOP, Auger and Hansen 2005).
 */
export class CmaesSampler extends CountingSampler {
  readonly #least: Float64Array;
  readonly #firstSigma: number;
  #state: CmaesState;
  #run = 0;
  #generation = 0;
  #flat = 0;
  /** The places of this generation's points, as far as they were drawn. */
  #drawn: Float64Array[] = [];
  #members: Member[] = [];

  constructor(input: SamplerInput, { population, sigma = 0.3 }: CmaesSettings = {}) {
    super("cmaes", input);
    const count = this.space.dimensions.length;
    if (population !== undefined && !(Number.isInteger(population) && population >= 4)) {
      throw new EngineError(
        "optimise.cmaes",
        `cmaes: population ${population}; expected a whole number from 4.`,
        {
          population,
        },
      );
    }
    if (!(sigma > 0 && sigma <= 1)) {
      throw new EngineError(
        "optimise.cmaes",
        `cmaes: sigma ${sigma}; expected a fraction above 0, up to 1.`,
        { sigma },
      );
    }
    this.#firstSigma = sigma;
    this.#least = Float64Array.from(this.space.dimensions, (dimension) => {
      const levels = levelCount(dimension);
      return levels === Infinity || levels === 1 ? 0 : 0.2 / levels;
    });
    this.#state = new CmaesState(
      cmaesConstants(count, population),
      new Float64Array(count).fill(0.5),
      sigma,
      this.#least,
    );
  }

  /** The rest of the generation: the next one is drawn from what this one teaches. */
  override get available(): number {
    return this.#state.constants.population - this.#members.length - this.pending.length;
  }

  protected choose(): Point {
    return this.space.decode(this.#place(this.#members.length + this.pending.length));
  }

  protected override learn(trial: Told): void {
    const place = this.#place(this.#members.length);
    // A trial from elsewhere is taken for what it is; of our own we know where within its level it was drawn.
    const isOwn = this.space.key(this.space.decode(place)) === this.space.key(trial.parameters);
    this.#members.push({ place: isOwn ? place : this.space.encode(trial.parameters), trial });
    if (this.#members.length < this.#state.constants.population) return;

    const ranked = [...this.#members].sort((a, b) => compareTrials(a.trial, b.trial));
    this.#state.learn(ranked.map((member) => member.place));
    this.#flat = compareTrials(ranked[0].trial, ranked[ranked.length - 1].trial) === 0 ? this.#flat + 1 : 0;
    this.#members = [];
    this.#drawn = [];
    this.#generation++;
    if (this.#state.isSpent || this.#flat >= FLAT_GENERATIONS) this.#restart();
  }

  #restart(): void {
    this.#run++;
    this.#flat = 0;
    const count = this.space.dimensions.length;
    const constants = cmaesConstants(count, 2 * this.#state.constants.population);
    const mean = this.anywhere(this.random.stream(`run ${this.#run}`));
    this.#state = new CmaesState(constants, mean, this.#firstSigma, this.#least);
  }

  /** The place of a member of this generation: the same whenever it is asked for. */
  #place(member: number): Float64Array {
    for (let k = this.#drawn.length; k <= member; k++) {
      this.#drawn.push(this.#inside(this.random.stream(`${this.#generation}/${k}`)));
    }
    return this.#drawn[member];
  }

  #inside(random: Random): Float64Array {
    let place = this.#state.sample(random);
    for (let i = 0; i < REDRAWS && place.some((x) => x < 0 || x > 1); i++) place = this.#state.sample(random);
    return place.map((x) => Math.max(0, Math.min(1, x)));
  }
}
