import { Random } from "../core/random.ts";
import { mean, median, type Numbers } from "../core/stats.ts";
import { optimalBlockLength } from "./optimalBlockLength.ts";
import { requireCount, requireTrials } from "./requireReturns.ts";
import { runningSums, StationaryBlocks } from "./stationaryBlocks.ts";

/** How the tests of the best of many draw their resamples. */
export type ResamplingOptions = {
  /** Resamples. Default: 1000. */
  readonly resamples?: number;
  /** Mean length of the blocks, in periods. Default: the median of what `optimalBlockLength` says of each trial. */
  readonly blockLength?: number;
  /** Default: 1. */
  readonly seed?: number | string;
};

/** Whether the best of many trials is better than nothing, or than a benchmark. */
export type RealityCheck = {
  /** Probability that the best of trials without any edge looks this good. Never 0: 1 of (resamples + 1) at least. */
  readonly pValue: number;
  /** √n × the largest mean return. */
  readonly statistic: number;
  /** Which trial it is of. */
  readonly best: number;
  readonly trials: number;
  readonly observations: number;
  readonly resamples: number;
  readonly blockLength: number;
  readonly seed: number | string;
};

/**
 * White's reality check (White 2000, "A reality check for data snooping"): whether the best mean return of all trials
 * is more than the best of as many without an edge, on the same market, would show. `trials` are returns over the same
 * periods, each less the benchmark's where there is one (without, the benchmark is not to trade). The null distribution is
 * that of the resampled means less the means themselves, by the stationary bootstrap, all trials together. Poor trials
 * make it milder; `superiorAbility` is the test that minds this.
 */
export function realityCheck(trials: readonly Numbers[], options: ResamplingOptions = {}): RealityCheck {
  requireTrials("realityCheck", trials);
  const { resamples, blockLength: length, seed } = resampling("realityCheck", trials, options);
  const observations = trials[0].length;
  const scale = Math.sqrt(observations);
  const means = Float64Array.from(trials, mean);
  let best = 0;
  for (let k = 1; k < means.length; k++) if (means[k] > means[best]) best = k;
  const sums = trials.map(runningSums);
  const blocks = new StationaryBlocks(observations, length, Random.seeded(seed).stream("reality check"));
  let asGood = 0;
  for (let draw = 0; draw < resamples; draw++) {
    blocks.draw();
    let largest = -Infinity;
    for (let k = 0; k < means.length; k++) {
      largest = Math.max(largest, blocks.sum(sums[k]) / observations - means[k]);
    }
    if (largest >= means[best]) asGood++;
  }
  return {
    pValue: (asGood + 1) / (resamples + 1),
    statistic: scale * means[best],
    best,
    trials: trials.length,
    observations,
    resamples,
    blockLength: length,
    seed,
  };
}

/** The options with what is left out filled in. */
export function resampling(
  call: string,
  trials: readonly Numbers[],
  { resamples = 1000, blockLength: given, seed = 1 }: ResamplingOptions,
): Required<ResamplingOptions> {
  requireCount(call, "resamples", resamples);
  const length = given ?? median(trials.map((trial) => optimalBlockLength(trial).stationary));
  return { resamples, blockLength: length, seed };
}
