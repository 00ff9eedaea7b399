import { type CandleRecipes, candleRecipes, isRecipe, type Recipe } from "../catalogue/recipe.ts";
import { EngineError, nearestName } from "../core/errors.ts";
import type { Strategy, TimeframeInputs } from "./contract.ts";
import { strategyThrew } from "./errors.ts";
import type { ParameterValues } from "./parameters.ts";

/** Asks a strategy for its features: recipes by name, not numbers. */
export function featureRecipes(
  strategy: Strategy,
  parameters: ParameterValues,
): Readonly<Record<string, Recipe>> {
  const given = callFeatures(strategy, parameters);
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw notRecipes(strategy, `features answered with ${Array.isArray(given) ? "a list" : String(given)}`);
  }
  const recipes: Record<string, Recipe> = {};
  for (const [name, recipe] of Object.entries(given)) {
    if (!isRecipe(recipe)) throw notRecipes(strategy, `the feature ${name} is ${describe(recipe)}`);
    recipes[name] = recipe;
  }
  return Object.freeze(recipes);
}

function callFeatures(strategy: Strategy, parameters: ParameterValues): unknown {
  const on = (timeframe: string): TimeframeInputs => {
    if (!strategy.informative.includes(timeframe)) throw notInformative(strategy, timeframe);
    return inputsOf(candleRecipes({ timeframe }));
  };
  // Without a `this`: the strategy would be one thing that features and decisions share.
  const { features } = strategy;
  try {
    return features({ ...inputsOf(candleRecipes()), parameters, on });
  } catch (error) {
    // The engine's own errors already say what was wrong with a call and how to mend it.
    if (error instanceof EngineError) throw error;
    throw strategyThrew(strategy.name, "in features", error);
  }
}

function inputsOf(candles: CandleRecipes): TimeframeInputs {
  return Object.freeze({ ...candles, candles });
}

function notInformative(strategy: Strategy, timeframe: string): EngineError {
  const nearest = nearestName(timeframe, strategy.informative);
  return new EngineError(
    "strategy.not-informative",
    `${strategy.name} reads on("${timeframe}"), which is not among its informative timeframes` +
      (strategy.informative.length === 0 ? "; it has none. " : ` (${strategy.informative.join(", ")}). `) +
      `Add informative: ["${timeframe}"] to its definition.`,
    { strategy: strategy.name, timeframe, nearest },
  );
}

function notRecipes(strategy: Strategy, what: string): EngineError {
  return new EngineError(
    "strategy.not-a-recipe",
    `${strategy.name}: ${what}; expected a record of recipes by name, like { rsi: rsi(close, 14) }. ` +
      "An indicator with several outputs gives one recipe each: macd(close, 12, 26, 9).histogram.",
    { strategy: strategy.name },
  );
}

function describe(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return value instanceof Float64Array
    ? "a column of numbers"
    : `a record with ${Object.keys(value).join(", ")}`;
}
