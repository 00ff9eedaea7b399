import { EngineError } from "../core/errors.ts";
import { mean, type Numbers } from "../core/stats.ts";
import { Z_95 } from "../metrics/wilson.ts";

/** The Kelly fraction as far as the trades tell: see `kellyEstimate`. */
export type KellyEstimate = {
  /** What a position may be worth, as a fraction of the equity, for the fastest growth; below zero there is no edge. */
  readonly fraction: number;
  readonly standardError: number;
  /** Ends of the interval; the truth is as likely outside it as the quantile `z` says, 1 in 20. */
  readonly low: number;
  readonly high: number;
  /** Which form the returns allowed. */
  readonly method: "twoOutcomes" | "secondOrder";
  readonly count: number;
  readonly winRate: number;
  /** Mean gain by mean loss, R; NaN where one of the two is missing. */
  readonly payoffRatio: number;
  /** W − (1 − W) / R: the fraction of the equity to put at risk, where the mean loss is what is risked. */
  readonly riskFraction: number;
};

/**
 * How much of the equity to stake for the fastest long-run growth (Kelly 1956), from returns of single trades as
 * fractions of what each staked.
 *
 * - `"twoOutcomes"`, where the returns hold exactly one gain b and one loss −a: f* = p/a − (1 − p)/b, which is
 *   (W − (1 − W)/R) / a, exact for the observed p. Its standard error is (1/a + 1/b) √(p(1 − p)/n).
 * - `"secondOrder"` for all others: f* = mean / variance (Thorp 2006), the maximum of the growth's second-order
 *   expansion, good while single returns are small. Its standard error is by the delta method from the first four
 *   moments m, v, μ₃, μ₄: √((1/v − 2 m μ₃/v³ + m² (μ₄ − v²)/v⁴)/n).
 *
 * Both take the trades as independent and alike; clustered ones know less than the interval says. NaN below two trades
 * and where all returns are the same.
 */
export function kellyEstimate(returns: Numbers, { z = Z_95 }: { readonly z?: number } = {}): KellyEstimate {
  let wins = 0;
  let losses = 0;
  let gainTotal = 0;
  let lossTotal = 0;
  for (let i = 0; i < returns.length; i++) {
    const one = returns[i];
    if (!Number.isFinite(one)) {
      throw new EngineError(
        "sizing.kelly-returns",
        `kellyEstimate: return ${i} is ${one}; expected finite numbers. Leave trades without a return out.`,
        { index: i, given: String(one) },
      );
    }
    if (one > 0) {
      wins++;
      gainTotal += one;
    } else if (one < 0) {
      losses++;
      lossTotal -= one;
    }
  }
  const count = returns.length;
  const winRate = wins / count;
  const payoffRatio = gainTotal / wins / (lossTotal / losses);
  const method = hasTwoOutcomes(returns) ? "twoOutcomes" : "secondOrder";
  const { fraction, standardError } =
    method === "twoOutcomes"
      ? twoOutcomes(winRate, gainTotal / wins, lossTotal / losses, count)
      : secondOrder(returns);
  return {
    fraction,
    standardError,
    low: fraction - z * standardError,
    high: fraction + z * standardError,
    method,
    count,
    winRate,
    payoffRatio,
    riskFraction: winRate - (1 - winRate) / payoffRatio,
  };
}

type Estimate = { readonly fraction: number; readonly standardError: number };

function twoOutcomes(winRate: number, gain: number, loss: number, count: number): Estimate {
  return {
    fraction: winRate / loss - (1 - winRate) / gain,
    standardError: (1 / loss + 1 / gain) * Math.sqrt((winRate * (1 - winRate)) / count),
  };
}

function secondOrder(returns: Numbers): Estimate {
  const count = returns.length;
  const m = mean(returns);
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (let i = 0; i < count; i++) {
    const off = returns[i] - m;
    const square = off * off;
    second += square;
    third += square * off;
    fourth += square * square;
  }
  const v = second / (count - 1);
  // What rounding leaves of equal returns is no variance to divide by.
  if (!(v > 1e-24 * m * m)) return { fraction: Number.NaN, standardError: Number.NaN };
  const skew = third / count;
  const excess = fourth / count - v * v;
  const variance = (1 / v - (2 * m * skew) / (v * v * v) + (m * m * excess) / (v * v * v * v)) / count;
  // With few trades the fourth moment can be estimated below the square of the second.
  return { fraction: m / v, standardError: Math.sqrt(Math.max(variance, 0)) };
}

/** Whether there are two values among the returns, one above zero and one below. */
function hasTwoOutcomes(returns: Numbers): boolean {
  let gain = 0;
  let loss = 0;
  for (let i = 0; i < returns.length; i++) {
    const one = returns[i];
    if (one > 0 && gain === 0) gain = one;
    if (one < 0 && loss === 0) loss = one;
    if (one !== gain && one !== loss) return false;
    if (one === 0) return false;
  }
  return gain > 0 && loss < 0;
}
