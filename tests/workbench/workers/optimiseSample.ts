import type { OptimisationOptions } from "#engine/selection/optimisation.ts";
import { strategyModule } from "#engine/strategy/module.ts";
import { wanderingUniverse } from "./universe.ts";

/** A search that Node, the browser's page and its workers all make, and the hash that each must come to. */
export const [sampleCandles] = wanderingUniverse(1, 4000);

export const sampleModule = strategyModule(
  [
    'import { above, below, defineStrategy, int, minus, sma } from "walkforward";',
    "export default defineStrategy({",
    '  name: "above-average", timeframe: "5m", history: 60,',
    "  parameters: { length: int(20, 2, 50), late: int(3, 1, 9) },",
    "  features: ({ close, parameters: { length, late } }) => ({ away: minus(sma(close, late), sma(close, length)) }),",
    "  signals: ({ away }) => ({ enterLong: above(away, 0), exitLong: below(away, 0) }),",
    "});",
    "",
  ].join("\n"),
);

export const sampleOptions: OptimisationOptions = {
  trials: 24,
  folds: { folds: 3 },
  backtest: { feeBps: 1 },
};

export const SAMPLE_HASH = "c8c063529bd19e45f4be7f82901945e188656a298f1de961ae08b7d9b4db2df5";
