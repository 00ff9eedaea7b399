import type { Random } from "../core/random.ts";
import type { Numbers } from "../core/stats.ts";

/** A box of the cube in which a tree has one value. */
export type Leaf = { readonly low: Float64Array; readonly high: Float64Array; readonly value: number };

/** Where to part a side between two neighbouring places. */
export type Cut = (side: number, below: number, above: number) => number;

/** Rows that are too few to be parted again. */
const SMALLEST = 3;

/**
 * A regression tree over the unit cube, as the boxes into which it parts it: each split is the one that takes most from the
 * squared error (Breiman et al. 1984), among sides of which one in six is left out at random, so that trees of a forest
 * differ. `sample` names the rows, with repetitions.
 */
export function growTree(
  places: readonly Numbers[],
  values: Numbers,
  sample: Int32Array,
  cut: Cut,
  random: Random,
): Leaf[] {
  const sides = places[0].length;
  const leaves: Leaf[] = [];
  const grow = (rows: Int32Array, low: Float64Array, high: Float64Array): void => {
    const split = rows.length < SMALLEST ? undefined : bestSplit(places, values, rows, random);
    if (split === undefined) {
      let total = 0;
      for (const row of rows) total += values[row];
      leaves.push({ low, high, value: total / rows.length });
      return;
    }
    const { side, below, above } = split;
    const at = cut(side, below, above);
    const middle = { low: low.slice(), high: high.slice() };
    middle.high[side] = at;
    middle.low[side] = at;
    grow(
      rows.filter((row) => places[row][side] < at),
      low,
      middle.high,
    );
    grow(
      rows.filter((row) => places[row][side] >= at),
      middle.low,
      high,
    );
  };
  grow(sample, new Float64Array(sides), new Float64Array(sides).fill(1));
  return leaves;
}

function bestSplit(
  places: readonly Numbers[],
  values: Numbers,
  rows: Int32Array,
  random: Random,
): { readonly side: number; readonly below: number; readonly above: number } | undefined {
  const sides = places[0].length;
  let total = 0;
  for (const row of rows) total += values[row];
  let best: { side: number; below: number; above: number } | undefined;
  // What a split gains is the sum over both parts of (sum)²/count, beyond that of the whole.
  let most = (total * total) / rows.length;
  const least = most;
  for (let side = 0; side < sides; side++) {
    if (sides > 1 && random.uniform() < 1 / 6) continue;
    const order = rows.slice().sort((a, b) => places[a][side] - places[b][side]);
    let left = 0;
    for (let k = 1; k < order.length; k++) {
      left += values[order[k - 1]];
      const [below, above] = [places[order[k - 1]][side], places[order[k]][side]];
      if (!(below < above)) continue;
      const right = total - left;
      const gain = (left * left) / k + (right * right) / (order.length - k);
      if (gain > most) {
        best = { side, below, above };
        most = gain;
      }
    }
  }
  // Rounding finds a gain where all values are equal.
  return most - least > 1e-12 * Math.abs(least) ? best : undefined;
}
