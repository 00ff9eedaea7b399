import type { Candles } from "../candles/candles.ts";
import { RecipeEvaluator } from "../catalogue/evaluate.ts";
import type { Recipe } from "../catalogue/recipe.ts";
import { atCloses, type ProbeColumn, type SubjectFactory } from "./subject.ts";

/**
 * Recipes, or the features of a set, as a subject: each evaluated on every series of the finest timeframe, the others
 * being there for those that read them. Columns are named as they are, with the symbol behind where there are several.
 */
export function recipeSubject(recipes: Readonly<Record<string, Recipe>>): SubjectFactory {
  return { create: () => (input) => recipeColumns(recipes, input.candles) };
}

/** The columns of recipes on each of some markets, each row used from its candle's close. */
export function recipeColumns(
  recipes: Readonly<Record<string, Recipe>>,
  markets: readonly Candles[],
): ProbeColumn[] {
  return markets.flatMap((candles) => {
    const evaluator = new RecipeEvaluator(candles, markets);
    const columns = Object.entries(recipes).map(([name, recipe]): [string, Float64Array] => [
      markets.length === 1 ? name : `${name} ${candles.symbol}`,
      evaluator.column(recipe),
    ]);
    return atCloses(candles, Object.fromEntries(columns));
  });
}
