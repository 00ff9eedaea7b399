import type { Random } from "../core/random.ts";
import { EvolutionSampler, type EvolutionSettings, type Member } from "./evolution.ts";
import { crowdingDistances, nondominatedFronts } from "./pareto.ts";
import type { SamplerInput } from "./sampler.ts";

/** How good a parent is: its front, then how lonely it is in it. */
type Standing = { readonly rank: number; readonly distance: number };

/**
 * NSGA-II (Deb, Pratap, Agarwal and Meyarivan 2002): the fronts live on from the first, and of the one that does not fit
 * whole its loneliest; parents are the better of two drawn. For two objectives, and few more.
 */
export class Nsga2Sampler extends EvolutionSampler {
  #standings = new Map<Member, Standing>();

  constructor(input: SamplerInput, settings: EvolutionSettings = {}) {
    super("nsga2", input, settings);
  }

  protected survivors(pool: readonly Member[]): readonly Member[] {
    const chosen: Member[] = [];
    const standings = new Map<Member, Standing>();
    for (const [rank, places] of nondominatedFronts(pool.map(({ losses }) => losses)).entries()) {
      const front = places.map((i) => pool[i]);
      const distances = crowdingDistances(front.map(({ losses }) => losses));
      const order = front.map((_, i) => i);
      if (chosen.length + front.length > this.population) {
        order.sort((a, b) => compareDescending(distances[a], distances[b]) || a - b);
      }
      for (const i of order.slice(0, this.population - chosen.length)) {
        chosen.push(front[i]);
        standings.set(front[i], { rank, distance: distances[i] });
      }
      if (chosen.length === this.population) break;
    }
    this.#standings = standings;
    return chosen;
  }

  protected mate(parents: readonly Member[], random: Random): Member {
    const a = parents[random.integer(0, parents.length - 1)];
    const b = parents[random.integer(0, parents.length - 1)];
    const [ofA, ofB] = [this.#standings.get(a)!, this.#standings.get(b)!];
    const order = ofA.rank - ofB.rank || compareDescending(ofA.distance, ofB.distance);
    return order <= 0 ? a : b;
  }
}

/** Infinity less Infinity is no number, hence no subtraction. */
function compareDescending(a: number, b: number): number {
  return a === b ? 0 : a > b ? -1 : 1;
}
