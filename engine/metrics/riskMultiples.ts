import { median } from "../core/stats.ts";
import { moments } from "./moments.ts";
import { systemQualityNumber } from "./systemQuality.ts";

/** Profits as multiples of what the first stop put at risk, R (Tharp 1998). */
export type RiskMultiples = {
  /** Trades that had a stop; the others have no R. */
  readonly count: number;
  /** Mean R: the expectancy for each unit risked. */
  readonly mean: number;
  readonly median: number;
  readonly deviation: number;
  readonly best: number;
  readonly worst: number;
  /** Share of them that lost more than what was put at risk, 1 R: gaps, slippage, costs, stops that were moved. */
  readonly beyondStop: number;
  readonly systemQuality: number;
};

/** Multiples that are NaN, of trades without a stop, are left out. NaN where no trade had one. */
export function riskMultiples(all: Float64Array): RiskMultiples {
  const multiples = all.filter(Number.isFinite);
  const { count, mean, deviation } = moments(multiples);
  const sorted = multiples.slice().sort();
  return {
    ...{ count, mean, median: median(multiples), deviation },
    best: sorted[count - 1] ?? Number.NaN,
    worst: sorted[0] ?? Number.NaN,
    // What rounding adds to a loss of exactly 1 R is no more than it.
    beyondStop: multiples.filter((multiple) => multiple < -1 - 1e-9).length / count,
    systemQuality: systemQualityNumber(multiples),
  };
}
