import { EngineError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import type { ParameterValue } from "../strategy/parameters.ts";
import { type Dimension, decode, encode, levelCount, levelOf } from "./dimension.ts";
import { type Observation, ParzenEstimator } from "./parzen.ts";
import { CountingSampler, type SamplerInput } from "./sampler.ts";
import type { Point } from "./space.ts";
import { compareTrials, type Told } from "./trial.ts";

export type TpeSettings = {
  /** How many points are drawn at random before the model speaks. Default 10. */
  readonly startup?: number;
  /** How many points are drawn from the good trials' density, the best of which is suggested. Default 24. */
  readonly candidates?: number;
  /**
   * Whether parameters are modelled together, so that what goes well with what is learned, or each for itself. Default
   * true. Parameters that share a condition are modelled together; those of different ones never.
   */
  readonly isMultivariate?: boolean;
};

/** A good tenth, but never more than this many: late in a study the good ones are the very best. */
const MOST_GOOD = 25;
const ATTEMPTS = 4;

/**
 * Tree-structured Parzen estimator (Bergstra, Bardenet, Bengio and Kégl 2011; settings after Optuna, with the
 * multivariate kernels of Falkner, Klein and Hutter 2018): models where good trials lie and where the others do, and
 * suggests where the first are dense and the second are not. Points that are being computed count among the others
 * (a constant liar), so that a batch spreads. Failed trials count among the others as well.
 */
export class TpeSampler extends CountingSampler {
  readonly #startup: number;
  readonly #candidates: number;
  /** Places of the dimensions that are modelled together. */
  readonly #groups: readonly number[][];
  /** What was told, in order, and the places in it from good to bad. */
  readonly #observations: Observation[] = [];
  readonly #trials: Told[] = [];
  readonly #order: number[] = [];

  constructor(
    input: SamplerInput,
    { startup = 10, candidates = 24, isMultivariate = true }: TpeSettings = {},
  ) {
    super("tpe", input);
    if (!(Number.isInteger(startup) && startup >= 1 && Number.isInteger(candidates) && candidates >= 1)) {
      throw new EngineError(
        "optimise.tpe",
        `tpe: startup ${startup}, candidates ${candidates}; expected whole numbers from 1.`,
        { startup, candidates },
      );
    }
    this.#startup = startup;
    this.#candidates = candidates;
    this.#groups = groupsOf(this.space.dimensions, isMultivariate);
  }

  protected override learn(trial: Told, index: number): void {
    this.#observations.push(this.#observe(trial.parameters));
    this.#trials.push(trial);
    let [low, high] = [0, this.#order.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareTrials(this.#trials[this.#order[middle]], trial) <= 0) low = middle + 1;
      else high = middle;
    }
    this.#order.splice(low, 0, index);
  }

  protected choose(index: number): Point {
    const random = this.random.stream(`${index}`);
    if (index < this.#startup) {
      return this.seen.fresh(random, () => this.space.decode(this.anywhere(random)));
    }
    const split = this.#split();
    const models = this.#groups.map((): Model | undefined => undefined);
    const suggest = (): Point => {
      const point: Record<string, ParameterValue> = {};
      for (const [g, places] of this.#groups.entries()) {
        if (!this.space.isActive(this.space.dimensions[places[0]], point)) continue;
        const model = (models[g] ??= this.#model(places, split));
        const values = this.#best(places, model, random);
        for (const [i, k] of places.entries()) point[this.space.dimensions[k].name] = values[i];
      }
      return this.space.require(point);
    };
    let point = suggest();
    for (let i = 1; i < ATTEMPTS && this.seen.has(point); i++) point = suggest();
    // The model keeps coming back to points that are known: take what is left.
    if (!this.seen.has(point)) return point;
    return this.seen.fresh(random, () => this.space.decode(this.anywhere(random)));
  }

  #split(): Split {
    const count = Math.min(MOST_GOOD, Math.ceil(this.#trials.length / 10));
    const best = new Set(this.#order.slice(0, count).filter((i) => this.#trials[i].state !== "failed"));
    const good: Observation[] = [];
    const others: Observation[] = [];
    for (const [i, observation] of this.#observations.entries())
      (best.has(i) ? good : others).push(observation);
    for (const point of this.pending) others.push(this.#observe(point));
    return { good, others };
  }

  #model(places: readonly number[], { good, others }: Split): Model {
    const { dimensions } = this.space;
    const along = (all: readonly Observation[]): ParzenEstimator => {
      const isAlways = dimensions[places[0]].activeWhen === undefined;
      const active = isAlways ? all : all.filter(({ units }) => !Number.isNaN(units[places[0]]));
      return new ParzenEstimator(dimensions, places, active);
    };
    return { good: along(good), others: along(others) };
  }

  /** The values of the candidate with the largest ratio of densities, which has the largest expected improvement. */
  #best(places: readonly number[], { good, others }: Model, random: Random): ParameterValue[] {
    const { dimensions } = this.space;
    const units = new Float64Array(dimensions.length);
    const levels = new Int32Array(dimensions.length);
    let best: ParameterValue[] = [];
    let bestRatio = -Infinity;
    for (let i = 0; i < this.#candidates; i++) {
      const drawn = good.sample(random);
      const values = places.map((k, d) => decode(dimensions[k], drawn[d]));
      for (const [d, k] of places.entries()) place(dimensions[k], values[d], k, units, levels);
      const ratio = good.logDensity({ units, levels }) - others.logDensity({ units, levels });
      if (ratio > bestRatio) {
        best = values;
        bestRatio = ratio;
      }
    }
    return best;
  }

  #observe(point: Point): Observation {
    const { dimensions } = this.space;
    const units = new Float64Array(dimensions.length).fill(Number.NaN);
    const levels = new Int32Array(dimensions.length).fill(-1);
    for (const [k, dimension] of dimensions.entries()) {
      if (Object.hasOwn(point, dimension.name)) place(dimension, point[dimension.name], k, units, levels);
    }
    return { units, levels };
  }
}

type Split = { readonly good: readonly Observation[]; readonly others: readonly Observation[] };
type Model = { readonly good: ParzenEstimator; readonly others: ParzenEstimator };

function place(
  dimension: Dimension,
  value: ParameterValue,
  k: number,
  units: Float64Array,
  levels: Int32Array,
): void {
  units[k] = encode(dimension, value);
  levels[k] = levelCount(dimension) === Infinity ? -1 : levelOf(dimension, value);
}

/** Parents stand before their children in a space, so the groups come in an order in which each finds its condition decided. */
function groupsOf(dimensions: readonly Dimension[], isMultivariate: boolean): number[][] {
  if (!isMultivariate) return dimensions.map((_, k) => [k]);
  const groups = new Map<string, number[]>();
  for (const [k, { activeWhen }] of dimensions.entries()) {
    const condition = JSON.stringify(activeWhen ?? null);
    const group = groups.get(condition);
    if (group === undefined) groups.set(condition, [k]);
    else group.push(k);
  }
  return [...groups.values()];
}
