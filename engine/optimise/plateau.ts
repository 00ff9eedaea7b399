import { EngineError } from "../core/errors.ts";
import { mean } from "../core/stats.ts";
import { cell, encode, isNumber, levelAt, levelCount, levelOf } from "./dimension.ts";
import type { Point, Space } from "./space.ts";
import { bestTrial, type Trial } from "./trial.ts";

export type PlateauSettings = {
  /** How far neighbours may be along each parameter, as a fraction of its range; levels next to one another always are. Default 0.1. */
  readonly radius?: number;
  /** With fewer neighbours than this nothing is said of a trial. Default 3. */
  readonly fewest?: number;
  /** The index of the trial whose surroundings are wanted besides: the one that was chosen. Default: the best one's. */
  readonly trial?: number;
};

/** How a trial's surroundings did. */
export type Surroundings = {
  readonly trial: Trial;
  /** Complete trials of other points nearby. */
  readonly neighbours: readonly Trial[];
  /** Mean loss of the neighbours; NaN where they are too few. */
  readonly mean: number;
  /** The worst of them. */
  readonly worst: number;
  /**
   * What is lost by being a little off, in standard deviations of all complete losses: (mean − own) / deviation. Near 0 on
   * a plateau; large on a peak, which the next year will not find in the same place.
   */
  readonly fall: number;
};

export type Sensitivity = {
  /** Of the trial with the smallest loss. */
  readonly best: Surroundings;
  /** Of the trial that was asked about; of the best unless told. */
  readonly own: Surroundings;
  /** Of the trial whose neighbours and itself have the smallest mean loss; none where no trial has enough of them. */
  readonly plateau?: Surroundings;
};

/** Whether the best trial stands on a plateau or on a peak, and where the best plateau is. Of one objective. */
export function sensitivity(
  space: Space,
  trials: readonly Trial[],
  { radius = 0.1, fewest = 3, trial: asked }: PlateauSettings = {},
): Sensitivity {
  const used = trials.filter(({ state, sameAs }) => state === "complete" && sameAs === undefined);
  const best = bestTrial(used);
  if (best === undefined) {
    throw new EngineError(
      "optimise.too-few-trials",
      "sensitivity: no trial is complete; expected one or more. Look at the trials' reasons.",
      { given: 0, least: 1 },
    );
  }
  const centre = mean(used.map(({ losses }) => losses[0]));
  const squares = used.map(({ losses }) => (losses[0] - centre) * (losses[0] - centre));
  const deviation = Math.sqrt(mean(squares));
  const places = used.map(({ parameters }) => space.encode(parameters));
  const reach = space.dimensions.map((dimension) => {
    // Categories have no order: only the same value is near.
    if (!isNumber(dimension)) return 0;
    if (levelCount(dimension) === Infinity) return radius;
    // Levels next to one another are nowhere farther apart than the first is wide; rounding must not part them.
    const [low, high] = cell(dimension, 0);
    return Math.max(radius, 1.001 * (high - low));
  });
  const around = (i: number): Surroundings => {
    const neighbours = used.filter(
      (_, j) => j !== i && isNear(space, used[i].parameters, used[j].parameters, places[i], places[j], reach),
    );
    const losses = neighbours.map((trial) => trial.losses[0]);
    const isEnough = neighbours.length >= fewest;
    const average = isEnough ? mean(losses) : Number.NaN;
    return {
      trial: used[i],
      neighbours,
      mean: average,
      worst: isEnough ? losses.reduce((most, loss) => Math.max(most, loss), -Infinity) : Number.NaN,
      fall: deviation > 0 ? (average - used[i].losses[0]) / deviation : isEnough ? 0 : Number.NaN,
    };
  };
  let plateau: Surroundings | undefined;
  let least = Infinity;
  for (let i = 0; i < used.length; i++) {
    const surroundings = around(i);
    const count = surroundings.neighbours.length;
    const level = (surroundings.mean * count + used[i].losses[0]) / (count + 1);
    if (level < least) [plateau, least] = [surroundings, level];
  }
  const ofBest = around(used.indexOf(best));
  const place = used.findIndex(({ index }) => index === asked);
  return { best: ofBest, own: place < 0 ? ofBest : around(place), ...(plateau && { plateau }) };
}

/**
 * The points one step away from a point along each parameter that has an order: the levels beside its own, or a twentieth
 * of a continuous range. What to compute to learn how a point's surroundings do.
 */
export function neighboursOf(space: Space, point: Point): Point[] {
  const points = new Map<string, Point>();
  const own = space.encode(point);
  for (const [k, dimension] of space.dimensions.entries()) {
    if (!isNumber(dimension) || !Object.hasOwn(point, dimension.name)) continue;
    const count = levelCount(dimension);
    for (const sign of [-1, 1]) {
      const place = own.slice();
      if (count === Infinity) place[k] = Math.max(0, Math.min(1, place[k] + sign * 0.05));
      else {
        const level = levelOf(dimension, point[dimension.name]) + sign;
        if (level < 0 || level >= count) continue;
        place[k] = encode(dimension, levelAt(dimension, level));
      }
      const neighbour = space.decode(place);
      points.set(space.key(neighbour), neighbour);
    }
  }
  points.delete(space.key(point));
  return [...points.values()];
}

function isNear(
  space: Space,
  a: Point,
  b: Point,
  placeA: Float64Array,
  placeB: Float64Array,
  reach: readonly number[],
): boolean {
  return space.dimensions.every(({ name }, d) => {
    const isActive = Object.hasOwn(a, name);
    if (isActive !== Object.hasOwn(b, name)) return false;
    return !isActive || Math.abs(placeA[d] - placeB[d]) <= reach[d];
  });
}
