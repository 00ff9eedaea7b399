import { deflatedSharpe, expectedMaximumSharpe, type TrialSpread } from "../significance/deflatedSharpe.ts";
import { minimumTrackRecord } from "../significance/minimumTrackRecord.ts";
import { sharpeEstimate } from "../significance/sharpeEstimate.ts";
import type { OutOfSample } from "./outOfSample.ts";

/** What the default workflow says of a strategy after all folds. */
export type Verdict = {
  /** Whether the returns out of sample are more than luck can explain at the level. */
  readonly claimsEdge: boolean;
  /** Probability that the true Sharpe ratio out of sample is above 0, deflated by the looks; NaN where unknown. */
  readonly probability: number;
  /** What the probability has to reach. */
  readonly level: number;
  /** Annualised over 365 days, as everywhere; and the one that the best of so many looks shows without any edge. */
  readonly sharpe: number;
  readonly luckySharpe: number;
  /** Days out of sample, and how many would be needed for this Sharpe ratio to reach the level; Infinity for never. */
  readonly days: number;
  readonly daysNeeded: number;
  /** The same as a sentence. */
  readonly text: string;
};

/** A claim is made in at most one of forty markets without any edge: the one-sided half of the usual 5 %. */
export const VERDICT_LEVEL = 0.975;

/**
 * The verdict on returns that followed the choice of their parameters. The search itself needs no deflation here: it saw
 * none of these days. What does is looking at them more than once: `looks` is how many strategies have been judged on
 * them so far, this one included, with the variance of their Sharpe ratios (per day).
 */
export function verdictOf(
  { dailyReturns }: Pick<OutOfSample, "dailyReturns">,
  {
    looks = { trials: 1, variance: Number.NaN },
    level = VERDICT_LEVEL,
  }: { looks?: TrialSpread; level?: number } = {},
): Verdict {
  const estimate = sharpeEstimate(dailyReturns);
  const probability = deflatedSharpe(estimate, looks);
  const lucky = expectedMaximumSharpe(looks);
  const year = Math.sqrt(365);
  const claimsEdge = probability >= level;
  const days = dailyReturns.length;
  const daysNeeded = minimumTrackRecord(estimate, { benchmark: lucky, confidence: level });
  const percent = `${(100 * probability).toFixed(1)} %`;
  const text = Number.isNaN(probability)
    ? `Nothing can be said: ${days} days out of sample, and no spread among their returns.`
    : claimsEdge
      ? `An edge: with ${percent} the Sharpe ratio out of sample is above what luck shows (${(100 * level).toFixed(1)} % asked for).`
      : `No edge shown: ${percent} that the Sharpe ratio out of sample is above what luck shows, ${(100 * level).toFixed(1)} % asked for.`;
  return {
    claimsEdge,
    probability,
    level,
    sharpe: estimate.sharpe * year,
    luckySharpe: lucky * year,
    days,
    daysNeeded,
    text,
  };
}
