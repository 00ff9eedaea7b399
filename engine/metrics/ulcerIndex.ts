import { mean, type Numbers } from "../core/stats.ts";
import { historicalExpectedShortfall } from "./valueAtRisk.ts";

/**
 * Ulcer index (Martin and McCann 1989): the root of the mean square of the drawdowns, a fraction where Martin writes
 * percent. Deep and long falls weigh most. `drawdowns` are positive fractions, one a period, those at a peak 0; NaN of
 * none. All periods count (quantstats divides by one less).
 */
export function ulcerIndex(drawdowns: Numbers): number {
  let squares = 0;
  for (let i = 0; i < drawdowns.length; i++) squares += drawdowns[i] * drawdowns[i];
  return Math.sqrt(squares / drawdowns.length);
}

/** Pain index (Becker 2006): the mean drawdown over all periods, those at a peak included. NaN of none. */
export function painIndex(drawdowns: Numbers): number {
  return mean(drawdowns);
}

/**
 * Conditional drawdown at risk (Chekhlov, Uryasev and Zabarankin 2003): the mean of the drawdowns in the worst share
 * `tail` of the periods. NaN of none.
 */
export function conditionalDrawdown(drawdowns: Numbers, { tail = 0.05 }: { tail?: number } = {}): number {
  return historicalExpectedShortfall(
    Float64Array.from(drawdowns, (drawdown) => -drawdown),
    { tail },
  );
}
