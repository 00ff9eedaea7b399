import { pow } from "../core/maths.ts";
import type { Random } from "../core/random.ts";
import { type Dimension, isNumber } from "./dimension.ts";

export type VariationSettings = {
  /** How often two parents are mixed at all. Default 0.9. */
  readonly crossover?: number;
  /** How often each side changes by itself; one in as many as there are sides unless told. */
  readonly mutation?: number;
  /** η of the crossover and of the mutation: the larger, the closer children stay. Default 20 each. */
  readonly crossoverEta?: number;
  readonly mutationEta?: number;
};

/**
 * A child of two places in the cube, by simulated binary crossover and polynomial mutation within bounds (Deb and Agrawal
 * 1995; Deb's NSGA-II code). A category is taken from either parent, and mutates to any of its values.
 */
export function childOf(
  mother: Float64Array,
  father: Float64Array,
  dimensions: readonly Dimension[],
  random: Random,
  {
    crossover = 0.9,
    mutation = 1 / dimensions.length,
    crossoverEta = 20,
    mutationEta = 20,
  }: VariationSettings = {},
): Float64Array {
  const child = mother.slice();
  if (random.uniform() < crossover) {
    // Which of the two mirrored children is kept is drawn side by side, so that both parents are passed on.
    for (const [d, dimension] of dimensions.entries()) {
      const isSecond = random.uniform() < 0.5;
      const isMixed = random.uniform() < 0.5;
      if (!isMixed || !isNumber(dimension)) child[d] = isSecond ? father[d] : mother[d];
      else child[d] = mixed(mother[d], father[d], isSecond, crossoverEta, random);
    }
  }
  for (const [d, dimension] of dimensions.entries()) {
    if (random.uniform() >= mutation) continue;
    child[d] = isNumber(dimension) ? mutated(child[d], mutationEta, random) : random.uniform();
  }
  return child;
}

/** One of the two children that lie about their parents as those of a binary crossover would, between 0 and 1. */
function mixed(a: number, b: number, isUpper: boolean, eta: number, random: Random): number {
  const [low, high] = a < b ? [a, b] : [b, a];
  const gap = high - low;
  const u = random.uniform();
  if (gap < 1e-14) return a;
  const room = 1 + (2 * (isUpper ? 1 - high : low)) / gap;
  const alpha = 2 - pow(room, -(eta + 1));
  const spread = u <= 1 / alpha ? u * alpha : 1 / (2 - u * alpha);
  const half = 0.5 * pow(spread, 1 / (eta + 1)) * gap;
  const middle = (low + high) / 2;
  return clip(isUpper ? middle + half : middle - half);
}

function mutated(x: number, eta: number, random: Random): number {
  const u = random.uniform();
  if (u < 0.5) {
    const value = 2 * u + (1 - 2 * u) * pow(1 - x, eta + 1);
    return clip(x + pow(value, 1 / (eta + 1)) - 1);
  }
  const value = 2 * (1 - u) + (2 * u - 1) * pow(x, eta + 1);
  return clip(x + 1 - pow(value, 1 / (eta + 1)));
}

function clip(x: number): number {
  return Math.max(0, Math.min(1, x));
}
