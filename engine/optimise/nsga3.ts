import { EngineError } from "../core/errors.ts";
import { dot } from "../core/linearAlgebra.ts";
import type { Random } from "../core/random.ts";
import { EvolutionSampler, type EvolutionSettings, type Member } from "./evolution.ts";
import { nondominatedFronts } from "./pareto.ts";
import { referenceCount, referencePoints } from "./referencePoints.ts";
import type { SamplerInput } from "./sampler.ts";

export type Nsga3Settings = EvolutionSettings & {
  /** Into how many parts each objective is divided for the reference points; as many as give no more of them than the population. */
  readonly divisions?: number;
};

/** The weight that stands for none in the search for the front's corners. */
const LITTLE = 1e-6;

/**
 * NSGA-III (Deb and Jain 2014): as NSGA-II, but of the front that does not fit whole those live on that are nearest to
 * directions which have few others, so that fronts of three and more objectives are covered evenly. Parents are drawn
 * evenly.
 */
export class Nsga3Sampler extends EvolutionSampler {
  readonly #directions: readonly Float64Array[];
  /** The smallest loss of each objective so far. */
  readonly #ideal: Float64Array;

  constructor(input: SamplerInput, { divisions, ...settings }: Nsga3Settings = {}) {
    super("nsga3", input, settings);
    const { objectives } = input;
    if (divisions !== undefined && !(Number.isInteger(divisions) && divisions >= 1)) {
      throw new EngineError(
        "optimise.evolution",
        `nsga3: divisions ${divisions}; expected a whole number from 1.`,
        {
          divisions,
        },
      );
    }
    let fitting = 1;
    while (objectives > 1 && referenceCount(objectives, fitting + 1) <= this.population) fitting++;
    this.#directions = referencePoints(objectives, divisions ?? fitting).map((point) => {
      const length = Math.sqrt(dot(point, point));
      return point.map((x) => x / length);
    });
    this.#ideal = new Float64Array(objectives).fill(Infinity);
  }

  protected mate(parents: readonly Member[], random: Random): Member {
    return parents[random.integer(0, parents.length - 1)];
  }

  protected survivors(pool: readonly Member[], random: Random): readonly Member[] {
    for (const { losses } of pool) {
      for (const [m, loss] of losses.entries()) if (loss < this.#ideal[m]) this.#ideal[m] = loss;
    }
    const chosen: Member[] = [];
    let last: Member[] = [];
    for (const places of nondominatedFronts(pool.map(({ losses }) => losses))) {
      last = places.map((i) => pool[i]);
      if (chosen.length + last.length > this.population) break;
      chosen.push(...last);
      last = [];
    }
    const missing = this.population - chosen.length;
    if (missing === 0) return chosen;
    // Trials without losses lie nowhere among the directions: they fill up in their order.
    if (!last.every(({ losses }) => losses.every(Number.isFinite)))
      return [...chosen, ...last.slice(0, missing)];
    return [...chosen, ...this.#niched(chosen, last, missing, random)];
  }

  /** Deb and Jain's algorithms 2 to 4: normalise, associate with directions, fill up where directions have fewest. */
  #niched(chosen: readonly Member[], last: readonly Member[], missing: number, random: Random): Member[] {
    const all = [...chosen, ...last].map(({ losses }) =>
      Float64Array.from(losses, (x, m) => x - this.#ideal[m]),
    );
    const scale = intercepts(all);
    const nearest = all.map((row) => this.#nearest(row.map((x, m) => x / scale[m])));
    const counts = new Int32Array(this.#directions.length);
    for (let i = 0; i < chosen.length; i++) counts[nearest[i].direction]++;
    const waiting = this.#directions.map((): { member: Member; distance: number }[] => []);
    for (const [i, member] of last.entries()) {
      const { direction, distance } = nearest[chosen.length + i];
      waiting[direction].push({ member, distance });
    }
    const taken: Member[] = [];
    while (taken.length < missing) {
      const open = waiting.map((_, d) => d).filter((d) => waiting[d].length > 0);
      const fewest = open.reduce((least, d) => Math.min(least, counts[d]), Infinity);
      const poorest = open.filter((d) => counts[d] === fewest);
      const direction = poorest[random.integer(0, poorest.length - 1)];
      const queue = waiting[direction];
      // A direction without anyone gets the nearest; one that has some gets any.
      let place = 0;
      if (fewest === 0)
        for (const [i, one] of queue.entries()) if (one.distance < queue[place].distance) place = i;
      if (fewest > 0) place = random.integer(0, queue.length - 1);
      taken.push(queue.splice(place, 1)[0].member);
      counts[direction]++;
    }
    return taken;
  }

  #nearest(row: Float64Array): { direction: number; distance: number } {
    const square = dot(row, row);
    let direction = 0;
    let least = Infinity;
    for (const [d, unit] of this.#directions.entries()) {
      const along = dot(row, unit);
      const distance = Math.max(0, square - along * along);
      if (distance < least) [direction, least] = [d, distance];
    }
    return { direction, distance: least };
  }
}

/**
 * Where the plane through the front's corners meets each axis, above the ideal point; where there is no such plane, the
 * largest loss. Rows are losses above the ideal.
 */
function intercepts(rows: readonly Float64Array[]): Float64Array {
  const objectives = rows[0].length;
  const corners = Array.from({ length: objectives }, (_, m) => corner(rows, m));
  const largest = Float64Array.from({ length: objectives }, (_, m) =>
    rows.reduce((most, row) => Math.max(most, row[m]), 0),
  );
  const plane = solve(corners);
  return largest.map((most, m) => {
    const intercept = 1 / (plane?.[m] ?? Number.NaN);
    const isUsable = plane?.every((x) => x > 0) === true && intercept <= most;
    // An objective on which all agree has no range, and needs none.
    return isUsable ? intercept : most > 0 ? most : 1;
  });
}

/** The row that is smallest by its largest loss, when one objective counts and the others a million times as much. */
function corner(rows: readonly Float64Array[], axis: number): Float64Array {
  let best = rows[0];
  let least = Infinity;
  for (const row of rows) {
    const achievement = row.reduce((most, x, m) => Math.max(most, m === axis ? x : x / LITTLE), 0);
    if (achievement < least) [best, least] = [row, achievement];
  }
  return best;
}

/** x of A x = 1, by Gauss's elimination with pivots; none for a matrix without an inverse. */
function solve(rows: readonly Float64Array[]): Float64Array | undefined {
  const size = rows.length;
  const a = rows.map((row) => Float64Array.from([...row, 1]));
  for (let k = 0; k < size; k++) {
    let pivot = k;
    for (let i = k + 1; i < size; i++) if (Math.abs(a[i][k]) > Math.abs(a[pivot][k])) pivot = i;
    [a[k], a[pivot]] = [a[pivot], a[k]];
    if (!(Math.abs(a[k][k]) > 1e-12)) return undefined;
    for (let i = 0; i < size; i++) {
      if (i === k) continue;
      const factor = a[i][k] / a[k][k];
      for (let j = k; j <= size; j++) a[i][j] -= factor * a[k][j];
    }
  }
  return Float64Array.from(a, (row, k) => row[size] / row[k]);
}
