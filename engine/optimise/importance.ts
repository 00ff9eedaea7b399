import { EngineError } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import { cell, decode, levelCount, levelOf } from "./dimension.ts";
import { type Cut, growTree, type Leaf } from "./regressionTree.ts";
import type { Space } from "./space.ts";
import type { Trial } from "./trial.ts";

export type ImportanceSettings = {
  /** How many trees are grown, each on a sample of the trials with repetitions. Default 64. */
  readonly trees?: number;
  /** Default 0. */
  readonly seed?: number | string;
  /** Which of several losses; the first unless told. */
  readonly objective?: number;
};

export type Importance = {
  /** For each parameter, in the order of the space, the share of the loss's variance that it explains alone, 0 to 1. */
  readonly parameters: Readonly<Record<string, number>>;
  /** What is left: parameters that matter only together. */
  readonly together: number;
};

const FEWEST = 4;

/**
 * How much each parameter matters: functional analysis of variance (Hutter, Hoos and Leyton-Brown 2014). A forest of
 * regression trees stands for the loss over the whole space; how much its average over all other parameters varies along
 * one of them, in parts of its whole variance, is that parameter's share.
 *
 * Of complete trials, each point once. A parameter that is not active at a point has the middle of its range there. NaN
 * where the loss does not vary.
 */
export function parameterImportance(
  space: Space,
  trials: readonly Trial[],
  { trees = 64, seed = 0, objective = 0 }: ImportanceSettings = {},
): Importance {
  const used = trials.filter(({ state, sameAs }) => state === "complete" && sameAs === undefined);
  if (used.length < FEWEST) {
    throw new EngineError(
      "optimise.too-few-trials",
      `parameterImportance: ${used.length} complete trials of different points; expected ${FEWEST} or more. Try more points.`,
      { given: used.length, least: FEWEST },
    );
  }
  const places = used.map(({ parameters }) => space.encode(parameters));
  const losses = Float64Array.from(used, (trial) => trial.losses[objective]);
  const sides = space.dimensions.length;
  const shares = new Float64Array(sides);
  let grown = 0;
  for (let t = 0; t < trees; t++) {
    const random = Random.seeded(seed).stream(`importance/${t}`);
    const sample = Int32Array.from(losses, () => random.integer(0, losses.length - 1));
    const leaves = growTree(places, losses, sample, cutOf(space, random), random);
    const whole = varianceOf(leaves);
    if (!(whole > 0)) continue;
    grown++;
    for (let d = 0; d < sides; d++) shares[d] += varianceAlong(leaves, d) / whole;
  }
  const alone = shares.map((share) => (grown > 0 ? share / grown : Number.NaN));
  return {
    parameters: Object.fromEntries(space.dimensions.map(({ name }, d) => [name, alone[d]])),
    together: Math.max(
      0,
      alone.reduce((rest, share) => rest - share, 1),
    ),
  };
}

/** At random between two places; of levels, at one of the edges between them, so that each keeps its part of the side. */
function cutOf({ dimensions }: Space, random: Random): Cut {
  return (side, below, above) => {
    const dimension = dimensions[side];
    if (levelCount(dimension) === Infinity) {
      const at = random.between(below, above);
      return at > below ? at : above;
    }
    const [first, last] = [below, above].map((unit) => levelOf(dimension, decode(dimension, unit)));
    // A parameter that is not active lies in the middle of its side, maybe within the same level.
    return first < last ? cell(dimension, random.integer(first, last - 1))[1] : above;
  };
}

function volumeOf({ low, high }: Leaf): number {
  let volume = 1;
  for (let d = 0; d < low.length; d++) volume *= high[d] - low[d];
  return volume;
}

function meanOf(leaves: readonly Leaf[]): number {
  return leaves.reduce((sum, leaf) => sum + volumeOf(leaf) * leaf.value, 0);
}

function varianceOf(leaves: readonly Leaf[]): number {
  const mean = meanOf(leaves);
  return leaves.reduce((sum, leaf) => sum + volumeOf(leaf) * (leaf.value - mean) * (leaf.value - mean), 0);
}

/** The variance along one side of the tree's average over the others, which is constant between the leaves' edges. */
function varianceAlong(leaves: readonly Leaf[], d: number): number {
  const mean = meanOf(leaves);
  const edges = [...new Set(leaves.map(({ low }) => low[d]))].sort((a, b) => a - b);
  const placeOf = new Map(edges.map((edge, k) => [edge, k]));
  const averages = new Float64Array(edges.length);
  for (const leaf of leaves) {
    const width = leaf.high[d] - leaf.low[d];
    const part = (leaf.value * volumeOf(leaf)) / width;
    for (let k = placeOf.get(leaf.low[d])!; k < edges.length && edges[k] < leaf.high[d]; k++)
      averages[k] += part;
  }
  return edges.reduce((sum, edge, k) => {
    const width = (edges[k + 1] ?? 1) - edge;
    return sum + width * (averages[k] - mean) * (averages[k] - mean);
  }, 0);
}
