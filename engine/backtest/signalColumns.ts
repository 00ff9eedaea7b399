import type { RecipeEvaluator } from "../catalogue/evaluate.ts";
import { isRecipe, type Recipe } from "../catalogue/recipe.ts";
import { EngineError, nearestName } from "../core/errors.ts";
import type { SignalColumns } from "../session/settings.ts";
import type { Strategy } from "../strategy/contract.ts";
import { strategyThrew } from "../strategy/errors.ts";
import type { ParameterValues } from "../strategy/parameters.ts";
import { SIGNAL_RECIPES, type SignalRecipes } from "../strategy/signal.ts";

/** The columns that a strategy's `signals` asks for, on the candles of one market. */
export function signalColumns(
  strategy: Strategy,
  features: Readonly<Record<string, Recipe>>,
  parameters: ParameterValues,
  evaluator: RecipeEvaluator,
): SignalColumns {
  const recipes = signalRecipes(strategy, features, parameters);
  const column = (recipe: Recipe | undefined): Float64Array | undefined =>
    recipe === undefined ? undefined : evaluator.column(recipe);
  return {
    enterLong: column(recipes.enterLong),
    exitLong: column(recipes.exitLong),
    enterShort: column(recipes.enterShort),
    exitShort: column(recipes.exitShort),
  };
}

/** The recipes that a strategy's `signals` answers with, checked. */
export function signalRecipes(
  strategy: Strategy,
  features: Readonly<Record<string, Recipe>>,
  parameters: ParameterValues,
): SignalRecipes {
  const { signals } = strategy;
  let given: unknown;
  try {
    given = signals?.(features, parameters);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw strategyThrew(strategy.name, "in signals", error);
  }
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw notSignals(strategy, `signals answered with ${String(given)}`);
  }
  for (const [name, recipe] of Object.entries(given)) {
    if (!SIGNAL_RECIPES.some((known) => known === name)) {
      const nearest = nearestName(name, SIGNAL_RECIPES);
      throw notSignals(
        strategy,
        `signals has no "${name}"${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`,
      );
    }
    if (recipe !== undefined && !isRecipe(recipe)) throw notSignals(strategy, `${name} is ${String(recipe)}`);
  }
  return given;
}

function notSignals(strategy: Strategy, what: string): EngineError {
  return new EngineError(
    "strategy.not-signals",
    `${strategy.name}: ${what}; expected recipes by the names ${SIGNAL_RECIPES.join(", ")}, like ` +
      "{ enterLong: crossAbove(fast, slow), exitLong: crossBelow(fast, slow) }.",
    { strategy: strategy.name },
  );
}
