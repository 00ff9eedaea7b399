import type { RecipeEvaluator } from "../catalogue/evaluate.ts";
import { isRecipe, type Recipe } from "../catalogue/recipe.ts";
import { EngineError, nearestName } from "../core/errors.ts";
import type { SignalColumns, SignalSource, Signals } from "../session/settings.ts";
import type { Strategy } from "../strategy/contract.ts";
import { strategyThrew } from "../strategy/errors.ts";
import type { ParameterValues } from "../strategy/parameters.ts";
import { SIGNAL_RECIPES, type SignalRecipes } from "../strategy/signal.ts";
import { type SignalScan, signalScan } from "./signalScan.ts";

/** What a strategy's `signals` asks for, on the candles of one market: its columns, or only where they are set. */
export class LazySignals implements SignalSource {
  readonly #recipes: SignalRecipes;
  readonly #evaluator: RecipeEvaluator;
  #columns: SignalColumns | undefined = undefined;

  constructor(recipes: SignalRecipes, evaluator: RecipeEvaluator) {
    this.#recipes = recipes;
    this.#evaluator = evaluator;
  }

  get columns(): SignalColumns {
    this.#columns ??= this.#each((recipe) => recipe && this.#evaluator.column(recipe));
    return this.#columns;
  }

  scans(): Signals<SignalScan> {
    return this.#each((recipe) => signalScan(recipe, this.#evaluator));
  }

  #each<T>(of: (recipe: Recipe | undefined) => T): Signals<T> {
    const { enterLong, exitLong, enterShort, exitShort } = this.#recipes;
    return {
      enterLong: of(enterLong),
      exitLong: of(exitLong),
      enterShort: of(enterShort),
      exitShort: of(exitShort),
    };
  }
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
