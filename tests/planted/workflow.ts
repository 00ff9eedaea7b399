import type { Candles } from "#engine/candles/candles.ts";
import { above, below, rsi } from "#engine/catalogue/vocabulary.ts";
import { type Optimisation, optimisingStrategy } from "#engine/selection/optimisation.ts";
import { defineStrategy } from "#engine/strategy/contract.ts";
import { decimal, int } from "#engine/strategy/parameters.ts";
import { type SweepFigures, sweep } from "#engine/sweep/sweep.ts";
import { HOUR, plantedMarket, TRUE_LENGTH } from "./market.ts";

export const COSTS = {
  feeBps: 2,
  marketType: "linear",
  sizing: { kind: "fixedFraction", fraction: 1 },
} as const;
export const POINTS = 200;

/** Follows the feature in both directions beyond a band: what an analyst would try. */
export const follower = defineStrategy({
  name: "rsi-follower",
  timeframe: "1h",
  history: 250,
  parameters: { length: int(20, 6, 100), band: decimal(2, 0, 12) },
  features: ({ close, parameters }) => ({ rsi: rsi(close, parameters.length) }),
  signals: ({ rsi: value }, { band }) => ({
    enterLong: above(value, 50 + Number(band)),
    exitLong: below(value, 50),
    enterShort: below(value, 50 - Number(band)),
    exitShort: above(value, 50),
  }),
});

/** The rule that the market was planted with, as well as it can be traded: its own length, and the best of a few bands. */
export function trueRule(candles: Candles): SweepFigures {
  const points = [0, 2, 4, 6].map((band) => ({ length: TRUE_LENGTH, band }));
  const figures = sweep(follower, [candles], points, COSTS).map((point) => point.figures);
  return figures.reduce((best, one) => (one.sharpe > best.sharpe ? one : best));
}

/** Features, a sweep of 200, walk-forward, verdict: what `optimise` does unless told otherwise. */
export function defaultWorkflow(candles: Candles): Optimisation {
  const steps = optimisingStrategy(follower, [candles], {
    trials: POINTS,
    sampler: "quasiMonteCarlo",
    // Lengths of the sweep step over the true one.
    search: { parameters: { length: { min: 6, max: 100, step: 2 } } },
    backtest: COSTS,
  });
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** The drift at which the true rule has this net Sharpe ratio, by bisection over a long history of one seed. */
export function driftFor(sharpe: number, years = 40): number {
  const hours = years * 365 * 24;
  let [low, high] = [0, 1];
  for (let k = 0; k < 14; k++) {
    const drift = (low + high) / 2;
    if (trueRule(plantedMarket({ seed: 424_242, hours, drift })).sharpe < sharpe) low = drift;
    else high = drift;
  }
  return (low + high) / 2;
}

export { HOUR };
