import { EngineError } from "../core/errors.ts";
import { ln } from "../core/maths.ts";
import { Random } from "../core/random.ts";
import { mean, type Numbers } from "../core/stats.ts";
import { longRunVariance } from "./longRunVariance.ts";
import { type ResamplingOptions, resampling } from "./realityCheck.ts";
import { requireTrials } from "./requireReturns.ts";
import { runningSums, StationaryBlocks } from "./stationaryBlocks.ts";

/** Whether any of many trials is better than nothing, or than a benchmark; see `superiorAbility`. */
export type SuperiorAbility = {
  /** Asymptotically right: trials that are clearly worse than the benchmark are not held against the best. */
  readonly consistent: number;
  /** Bounds: as if every trial that is worse were left out, and as if all were as good as the benchmark. */
  readonly lower: number;
  readonly upper: number;
  /** The largest of √n × mean / deviation, or 0. */
  readonly statistic: number;
  /** Which trial it is of. */
  readonly best: number;
  readonly trials: number;
  /** Trials whose returns do not vary: they cannot be measured in deviations. */
  readonly leftOut: number;
  readonly observations: number;
  readonly resamples: number;
  readonly blockLength: number;
  readonly seed: number | string;
};

/**
 * Hansen's test for superior predictive ability (Hansen 2005, "A test for superior predictive ability", SPA): the
 * reality check with each mean measured in its own deviations, so that a wild trial does not drown the others, and with
 * a null distribution that leaves out trials too poor to matter: those with √n × mean / deviation below
 * −√(2 ln ln n). `trials` are returns over the same periods, each less the benchmark's where there is one. Deviations are
 * those of the stationary bootstrap itself, in closed form. P-values are never 0: 1 of (resamples + 1) at least.
 */
export function superiorAbility(
  trials: readonly Numbers[],
  options: ResamplingOptions = {},
): SuperiorAbility {
  requireTrials("superiorAbility", trials, { leastReturns: 3 });
  const { resamples, blockLength, seed } = resampling("superiorAbility", trials, options);
  const observations = trials[0].length;
  const means = Float64Array.from(trials, mean);
  const errors = Float64Array.from(trials, (trial) => {
    const variance = longRunVariance(trial, blockLength);
    return variance > 0 ? Math.sqrt(variance / observations) : 0;
  });
  const used = Int32Array.from(trials.keys()).filter((k) => errors[k] > 0);
  if (used.length === 0) {
    throw new EngineError(
      "significance.no-variance",
      `superiorAbility: none of the ${trials.length} trials has returns that vary; expected one at least that traded.`,
      { trials: trials.length },
    );
  }
  let best = used[0];
  for (const k of used) if (means[k] / errors[k] > means[best] / errors[best]) best = k;
  const statistic = Math.max(0, means[best] / errors[best]);

  // What each null distribution takes off a trial's resampled mean: the less of a poor trial, the less it counts.
  const poor = -Math.sqrt(2 * ln(ln(observations)));
  const kept = means.map((value, k) => (value >= poor * errors[k] ? value : 0));
  const above = means.map((value) => Math.max(0, value));
  const sums = trials.map(runningSums);
  const blocks = new StationaryBlocks(
    observations,
    blockLength,
    Random.seeded(seed).stream("superior ability"),
  );
  let [lower, consistent, upper] = [0, 0, 0];
  for (let draw = 0; draw < resamples; draw++) {
    blocks.draw();
    let [largestLower, largestConsistent, largestUpper] = [0, 0, 0];
    for (const k of used) {
      const drawn = blocks.sum(sums[k]) / observations;
      largestLower = Math.max(largestLower, (drawn - above[k]) / errors[k]);
      largestConsistent = Math.max(largestConsistent, (drawn - kept[k]) / errors[k]);
      largestUpper = Math.max(largestUpper, (drawn - means[k]) / errors[k]);
    }
    if (largestLower >= statistic) lower++;
    if (largestConsistent >= statistic) consistent++;
    if (largestUpper >= statistic) upper++;
  }
  const pValue = (asGood: number): number => (asGood + 1) / (resamples + 1);
  return {
    consistent: pValue(consistent),
    lower: pValue(lower),
    upper: pValue(upper),
    statistic,
    best,
    trials: trials.length,
    leftOut: trials.length - used.length,
    observations,
    resamples,
    blockLength,
    seed,
  };
}
