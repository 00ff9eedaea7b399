import type { Candles } from "../candles/candles.ts";
import type { RecipeEvaluator } from "../catalogue/evaluate.ts";
import { candleRecipes, isRecipe } from "../catalogue/recipe.ts";
import { EngineError } from "../core/errors.ts";
import { isoTime } from "../core/isoTime.ts";
import { timeframeMs } from "../core/timeframe.ts";
import type { DivideCapital } from "../session/settings.ts";
import { Tape } from "../session/tape.ts";
import { capitalHash } from "./defineCapital.ts";
import { type CapitalRule, wrong } from "./options.ts";
import type { UniverseMarket } from "./universe.ts";

/** A rule that divides capital, as the session asks it: with what its symbol's candles said at the last close. */
export function divideCapital(
  rule: CapitalRule,
  strategies: number,
  markets: readonly UniverseMarket[],
  cuts: readonly Candles[],
  evaluatorOf: (market: number) => RecipeEvaluator,
): DivideCapital {
  timeframeMs(rule.every);
  const market = rule.symbol === undefined ? 0 : markets.findIndex(({ id }) => id === rule.symbol);
  if (market < 0) {
    throw wrong(
      "unknown-symbol",
      `The capital rule looks at "${rule.symbol}", which is not in the universe.`,
      {
        symbol: rule.symbol,
      },
    );
  }
  const candles = candleRecipes();
  const recipes = rule.features?.({ ...candles, candles }) ?? {};
  const columns: Record<string, Float64Array> = {};
  for (const [name, recipe] of Object.entries(recipes)) {
    if (!isRecipe(recipe)) {
      throw wrong("bad-capital-rule", `The capital rule's feature ${name} is no recipe.`, { feature: name });
    }
    columns[name] = evaluatorOf(market).column(recipe);
  }
  const tape = new Tape(markets[market].id, cuts[market].timeframe, cuts[market], columns);
  const weights = (time: number, strategyEquity: readonly number[]): readonly number[] => {
    tape.advance(time);
    const features: Record<string, number> = {};
    for (const [k, name] of tape.names.entries()) {
      features[name] = tape.closed < 0 ? Number.NaN : tape.features[k][tape.closed];
    }
    const given = rule.weights({ time, features, strategyEquity });
    requireWeights(given, strategies, time);
    return given;
  };
  return { every: rule.every, hash: capitalHash(rule), weights };
}

function requireWeights(weights: readonly number[], strategies: number, time: number): void {
  const sum = Array.isArray(weights)
    ? weights.reduce((total: number, weight: number) => total + weight, 0)
    : NaN;
  const isUsable =
    Array.isArray(weights) &&
    weights.length === strategies &&
    weights.every((weight: unknown) => typeof weight === "number" && weight >= 0) &&
    sum <= 1 + 1e-9;
  if (isUsable) return;
  throw new EngineError(
    "backtest.bad-capital-rule",
    `The capital rule at ${isoTime(time)} answered with ${JSON.stringify(weights)}; expected ${strategies} fractions ` +
      "from 0, one for each strategy, that add up to at most 1.",
    { time, strategies },
  );
}
