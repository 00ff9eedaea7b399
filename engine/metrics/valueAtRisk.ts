import { EngineError } from "../core/errors.ts";
import { exp, normalQuantile } from "../core/maths.ts";
import { type Numbers, quantile } from "../core/stats.ts";
import { isSpread, moments } from "./moments.ts";

/** How much of the distribution is its tail: 0.05 is the worst period in twenty. */
export type TailOptions = { readonly tail?: number };

/** 1 / √(2π). */
const NORMAL_PEAK = 0.3989422804014327;
/** Standard normal quantile of 0.01 %: further out no sample of daily returns reaches. */
const FARTHEST = -3.719016485455709;

/**
 * Historical value at risk: the loss, as a fraction above 0, that is exceeded in a share `tail` of the periods: minus
 * the quantile of the returns (Hyndman and Fan's type 7, as NumPy and empyrical; those give it as a return, below 0).
 * Below 0 where even the quantile is a gain. NaN of no returns.
 */
export function historicalValueAtRisk(returns: Numbers, { tail = 0.05 }: TailOptions = {}): number {
  return 0 - quantile(returns, requireTail("historicalValueAtRisk", tail));
}

/**
 * Historical expected shortfall (CVaR): the mean loss of the periods that are no better than the historical value at
 * risk, as a fraction above 0 (empyrical's conditional value at risk with its sign turned). Never below the value at
 * risk. Rests on few values: 5 % of a year of days are 18. NaN of no returns.
 */
export function historicalExpectedShortfall(returns: Numbers, { tail = 0.05 }: TailOptions = {}): number {
  const limit = quantile(returns, requireTail("historicalExpectedShortfall", tail));
  let sum = 0;
  let count = 0;
  for (let i = 0; i < returns.length; i++) {
    if (!(returns[i] <= limit)) continue;
    sum += returns[i];
    count++;
  }
  return 0 - sum / count;
}

/**
 * Value at risk of a distribution with the returns' first four moments, by the Cornish–Fisher expansion of its quantile,
 * z + (z² − 1) S/6 + (z³ − 3z) K/24 − (2z³ − 5z) S²/36 with skew S and *excess* kurtosis K (Favre and Galeano 2002;
 * PerformanceAnalytics' "modified"). All moments are the population's, the deviation too. NaN below two returns, where
 * nothing varies, and where the expansion is no quantile: where it falls somewhere between the 0.01 % and the tail.
 */
export function cornishFisherValueAtRisk(returns: Numbers, { tail = 0.05 }: TailOptions = {}): number {
  const z = normalQuantile(requireTail("cornishFisherValueAtRisk", tail));
  const { mean, deviation, skew, excess } = populationMoments(returns);
  if (!isRising(skew, excess, z)) return Number.NaN;
  const expanded =
    z +
    ((z * z - 1) * skew) / 6 +
    ((z * z * z - 3 * z) * excess) / 24 -
    ((2 * z * z * z - 5 * z) * skew * skew) / 36;
  return 0 - (mean + deviation * expanded);
}

/**
 * Expected shortfall under the same expansion: the mean of its quantiles over the tail, in closed form −mean + deviation ·
 * φ(z)/tail · (1 + z S/6 + (z² − 1) K/24 − (2z² − 1) S²/36) (Maillard 2012). PerformanceAnalytics' "modified" shortfall
 * truncates an Edgeworth density instead (Boudt, Peterson and Croux 2008) and differs. NaN as the value at risk is.
 */
export function cornishFisherExpectedShortfall(returns: Numbers, { tail = 0.05 }: TailOptions = {}): number {
  const z = normalQuantile(requireTail("cornishFisherExpectedShortfall", tail));
  const { mean, deviation, skew, excess } = populationMoments(returns);
  if (!isRising(skew, excess, z)) return Number.NaN;
  const density = NORMAL_PEAK * exp((-z * z) / 2);
  const shape = 1 + (z * skew) / 6 + ((z * z - 1) * excess) / 24 - ((2 * z * z - 1) * skew * skew) / 36;
  return 0 - (mean - (deviation * density * shape) / tail);
}

function populationMoments(returns: Numbers): {
  readonly mean: number;
  readonly deviation: number;
  readonly skew: number;
  readonly excess: number;
} {
  const { count, mean, deviation, skew, kurtosis } = moments(returns);
  const own = isSpread(deviation, mean) ? deviation * Math.sqrt((count - 1) / count) : Number.NaN;
  return { mean, deviation: own, skew, excess: kurtosis - 3 };
}

/** Whether the expanded quantile rises from the farthest place up to `z`: its slope, a parabola, stays above 0 there. */
function isRising(skew: number, excess: number, z: number): boolean {
  const [a, b] = [excess / 8 - (skew * skew) / 6, skew / 3];
  const c = 1 - excess / 8 + (5 * skew * skew) / 36;
  const slope = (x: number): number => (a * x + b) * x + c;
  const from = Math.min(FARTHEST, z);
  const turn = -b / (2 * a);
  const isTurning = a > 0 && turn > from && turn < z;
  return slope(from) > 0 && slope(z) > 0 && (!isTurning || slope(turn) > 0);
}

function requireTail(call: string, tail: number): number {
  if (tail > 0 && tail < 1) return tail;
  throw new EngineError(
    "metrics.tail",
    `${call}: tail is ${tail}; expected a share between 0 and 1, such as 0.05 for the worst period in twenty.`,
    { given: String(tail) },
  );
}
