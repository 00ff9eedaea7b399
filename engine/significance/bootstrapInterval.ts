import { EngineError } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import { type Numbers, quantile, standardDeviation } from "../core/stats.ts";
import { optimalBlockLength } from "./optimalBlockLength.ts";
import type { ResamplingOptions } from "./realityCheck.ts";
import { requireCount, requireReturns } from "./requireReturns.ts";
import { StationaryBlocks } from "./stationaryBlocks.ts";

/** Any figure of a series of returns, the Sharpe ratio or the deepest drawdown; it must not keep the array. */
export type Statistic = (returns: Float64Array) => number;

/** A figure with the interval that the bootstrap gives it. */
export type BootstrapInterval = {
  /** Of the returns as they are. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Standard deviation over the resamples. */
  readonly standardError: number;
  /** Resamples on which the figure does not exist; they are left out of the interval. */
  readonly undefinedDraws: number;
};

export type IntervalOptions = ResamplingOptions & {
  /** How often the interval holds the truth. Default: 0.95. */
  readonly confidence?: number;
};

/** What was asked for, all filled in, with an interval for each statistic. */
export type BootstrapIntervals<Name extends string> = Required<IntervalOptions> & {
  readonly intervals: Readonly<Record<Name, BootstrapInterval>>;
};

/**
 * Intervals for any figures of returns by the stationary bootstrap, all of them from the same resamples: the quantiles of
 * the resampled figures (Efron's percentile interval). Blocks keep what is near in time together; drawdowns in
 * particular depend on it. The default block length is that of `optimalBlockLength` for the returns. Figures that resampling
 * biases, the deepest drawdown before all, have an interval that need not hold their own value: it says what other
 * histories of the same kind would have shown. A figure that no resample has is NaN throughout.
 */
export function bootstrapIntervals<Name extends string>(
  returns: Numbers,
  statistics: Readonly<Record<Name, Statistic>>,
  options: IntervalOptions = {},
): BootstrapIntervals<Name> {
  requireReturns("bootstrapIntervals", returns);
  const { resamples = 1000, confidence = 0.95, seed = 1 } = options;
  requireCount("bootstrapIntervals", "resamples", resamples);
  if (!(confidence > 0 && confidence < 1)) {
    throw new EngineError(
      "significance.confidence",
      `bootstrapIntervals: confidence is ${confidence}; expected a fraction above 0 and below 1, such as 0.95.`,
      { confidence },
    );
  }
  const length = options.blockLength ?? optimalBlockLength(returns).stationary;
  const blocks = new StationaryBlocks(returns.length, length, Random.seeded(seed).stream("intervals"));
  const names = Object.keys(statistics) as Name[];
  const drawn = names.map(() => new Float64Array(resamples));
  const resample = new Float64Array(returns.length);
  for (let draw = 0; draw < resamples; draw++) {
    blocks.draw();
    blocks.take(returns, resample);
    for (const [k, name] of names.entries()) drawn[k][draw] = statistics[name](resample);
  }
  const own = Float64Array.from(returns);
  const tail = (1 - confidence) / 2;
  const intervals = Object.fromEntries(
    names.map((name, k): [Name, BootstrapInterval] => {
      const known = drawn[k].filter((value) => !Number.isNaN(value));
      return [
        name,
        {
          value: statistics[name](own),
          low: quantile(known, tail),
          high: quantile(known, 1 - tail),
          standardError: standardDeviation(known),
          undefinedDraws: resamples - known.length,
        },
      ];
    }),
  ) as Record<Name, BootstrapInterval>;
  return { intervals, resamples, confidence, seed, blockLength: length };
}

/** The interval of one figure; see `bootstrapIntervals`. */
export function bootstrapInterval(
  returns: Numbers,
  statistic: Statistic,
  options: IntervalOptions = {},
): BootstrapInterval {
  return bootstrapIntervals(returns, { figure: statistic }, options).intervals.figure;
}
