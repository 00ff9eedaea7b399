import type { Candles } from "../candles/candles.ts";
import { RecipeEvaluator } from "../catalogue/evaluate.ts";
import { indicatorRecipe, type Recipe, requireRecipe } from "../catalogue/recipe.ts";
import { recipeWarmUp } from "../catalogue/warmUp.ts";
import { EngineError } from "../core/errors.ts";

/** One column: its name and how it is made; of which market, timeframe and shift it is stands in the recipe. */
export type Feature = { readonly name: string; readonly recipe: Recipe };

/** A named, ordered set of columns. Plain data: it can be kept with a model and evaluated again on other candles. */
export type FeatureSet = { readonly name: string; readonly features: readonly Feature[] };

/** The columns of a feature set on the candles of one market. */
export type FeatureMatrix = {
  readonly name: string;
  /** Open times of the rows; each row may be used from its candle's close. */
  readonly timestamp: Float64Array;
  readonly names: readonly string[];
  /** In the order of `names`; columns of equal recipes share their memory. */
  readonly columns: readonly Float64Array[];
  /** The first row at which every column may be known: rows before it are warm-up. */
  readonly firstRow: number;
};

/** A feature set of recipes by name, in their order. */
export function featureSet(name: string, recipes: Readonly<Record<string, Recipe>>): FeatureSet {
  return namedFeatures(
    name,
    Object.entries(recipes).map(([feature, recipe]) => ({
      name: feature,
      recipe: requireRecipe(recipe, feature),
    })),
  );
}

/** A feature set of features in their order; a name that comes twice is an error. */
export function namedFeatures(name: string, features: readonly Feature[]): FeatureSet {
  const seen = new Set<string>();
  for (const feature of features) {
    if (seen.has(feature.name)) {
      throw new EngineError(
        "features.duplicate-name",
        `features ${name}: ${JSON.stringify(feature.name)} comes twice; expected each name once. Rename one of the two.`,
        { set: name, feature: feature.name },
      );
    }
    seen.add(feature.name);
  }
  return { name, features };
}

/** Several sets as one, in their order. */
export function joinFeatures(name: string, sets: readonly FeatureSet[]): FeatureSet {
  return namedFeatures(
    name,
    sets.flatMap((set) => set.features),
  );
}

/**
 * The same features measured against their own past: the rolling z-score or percentile rank over the last `length`
 * candles (of a feature's own timeframe), named `rsi-14_zscore-100`.
 */
export function normaliseFeatures(
  set: FeatureSet,
  form: "zscore" | "percentileRank",
  length: number,
): FeatureSet {
  return namedFeatures(
    `${set.name} ${form}-${length}`,
    set.features.map(({ name, recipe }) => ({
      name: `${name}_${form}-${length}`,
      recipe: indicatorRecipe(form, [recipe], { length }),
    })),
  );
}

/** Evaluates a feature set on the candles of one market; `others` are the markets that its recipes name. */
export function featureMatrix(
  set: FeatureSet,
  candles: Candles,
  others: readonly Candles[] = [],
): FeatureMatrix {
  const evaluator = new RecipeEvaluator(candles, others);
  const warmUp = set.features.reduce(
    (most, feature) => Math.max(most, recipeWarmUp(feature.recipe, candles.timeframe)),
    0,
  );
  return {
    name: set.name,
    timestamp: candles.timestamp,
    names: set.features.map((feature) => feature.name),
    columns: set.features.map((feature) => evaluator.column(feature.recipe)),
    firstRow: Math.min(warmUp, candles.timestamp.length),
  };
}
