import { EngineError } from "../core/errors.ts";
import { mean, type Numbers, quantile, standardDeviation } from "../core/stats.ts";
import type { CombinatorialPlan } from "./combinatorialPurged.ts";

/**
 * The φ histories that combinatorial purged cross-validation predicts: each has one value for every sample, none of it from
 * a model that was trained on it. `bySplit` holds, for each split of the plan, what its model said of `split.test`, in
 * that order.
 */
export function pathsOf(plan: CombinatorialPlan, bySplit: readonly Numbers[]): Float64Array[] {
  const { groups, pathSplits, samples, splits, testGroups } = plan;
  if (bySplit.length !== splits.length) {
    throw new EngineError(
      "splits.lengths",
      `pathsOf: got the predictions of ${bySplit.length} splits, the plan has ${splits.length}; expected one column each.`,
      { given: bySplit.length, expected: splits.length },
    );
  }
  for (const [s, { test }] of splits.entries()) {
    if (bySplit[s].length === test.length) continue;
    throw new EngineError(
      "splits.lengths",
      `pathsOf: split ${s} has ${bySplit[s].length} predictions and tests ${test.length} samples; expected one for ` +
        "each index of split.test, in that order.",
      { split: s, given: bySplit[s].length, expected: test.length },
    );
  }
  const sizes = groups.map(({ start, end }) => end - start);
  // Where the predictions of a group begin among those of each split that tests it.
  const begins = testGroups.map((set) => {
    let next = 0;
    return new Map(set.map((group) => [group, (next += sizes[group]) - sizes[group]]));
  });
  return pathSplits.map((path) => {
    const values = new Float64Array(samples);
    for (const [group, { start }] of groups.entries()) {
      const from = bySplit[path[group]];
      const begin = begins[path[group]].get(group) ?? 0;
      for (let i = 0; i < sizes[group]; i++) values[start + i] = from[begin + i];
    }
    return values;
  });
}

/** How a statistic is spread over the paths. */
export type PathDistribution = {
  /** Of each path, in order. */
  readonly values: Float64Array;
  readonly mean: number;
  /** With one degree of freedom taken off; NaN of a single path. */
  readonly standardDeviation: number;
  /** Quantiles of type 7 at 5, 50 and 95 percent. */
  readonly low: number;
  readonly median: number;
  readonly high: number;
  /** Share of the paths on which it is above 0. */
  readonly positiveFraction: number;
};

/**
 * A statistic of every path (a Sharpe ratio of returns, an accuracy of predictions) and how it is spread. The paths share
 * models and data, so the spread shows how much the history's order decided, and is no standard error. Where the
 * statistic of a path is NaN, so are the figures, and `positiveFraction` too.
 */
export function pathDistribution(
  paths: readonly Float64Array[],
  statistic: (path: Float64Array) => number,
): PathDistribution {
  if (paths.length === 0) {
    throw new EngineError(
      "splits.no-paths",
      "pathDistribution: there is no path; expected those of pathsOf.",
    );
  }
  const values = Float64Array.from(paths, (path) => statistic(path));
  const isKnown = values.every((value) => !Number.isNaN(value));
  return Object.freeze({
    values,
    mean: mean(values),
    standardDeviation: standardDeviation(values),
    low: quantile(values, 0.05),
    median: quantile(values, 0.5),
    high: quantile(values, 0.95),
    positiveFraction: isKnown ? values.filter((value) => value > 0).length / values.length : Number.NaN,
  });
}
