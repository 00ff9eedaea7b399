import {
  type CandleRecipes,
  candleRecipes,
  indicatorRecipe,
  onBaseRows,
  type Recipe,
} from "../catalogue/recipe.ts";
import { EngineError } from "../core/errors.ts";
import { type Feature, type FeatureSet, namedFeatures } from "./featureSet.ts";

/** What is multiplied out, and by what. Lists that are left out count once, as the candles' own. */
export type Expansion = {
  /** Recipes that take a period: multiplied by periods, timeframes, symbols and shifts. */
  perPeriod?: (inputs: CandleRecipes, period: number) => Readonly<Record<string, Recipe>>;
  /** Recipes without a period: multiplied by timeframes, symbols and shifts. */
  basic?: (inputs: CandleRecipes) => Readonly<Record<string, Recipe>>;
  /** Recipes taken as they are, once. */
  standard?: (inputs: CandleRecipes) => Readonly<Record<string, Recipe>>;
  /** Window lengths in candles of each timeframe. */
  periods?: readonly number[];
  /** Timeframes besides the candles' own, `["1h", "4h"]`; each visible from the close of its candle. */
  timeframes?: readonly string[];
  /** Markets besides the candles' own, whose columns become features too. */
  symbols?: readonly string[];
  /** How many candles of the own timeframe back, besides now: 2 adds the columns of one and two candles ago. */
  shifts?: number;
};

/**
 * A feature set multiplied out in the manner of FreqAI: recipe × periods × timeframes × symbols × shifts. Two recipes
 * over five periods, two more timeframes, three more markets and two shifts are 2 · 5 · 3 · 4 · 3 = 360 columns.
 *
 * Names tell how each came about: `rsi_14`, `rsi_14_1h`, `rsi_14_1h_ETH/USDT`, `rsi_14_1h_ETH/USDT_shift-2`.
 * The order is timeframe, symbol, recipe, shift: the same expansion always gives the same columns in the same places.
 */
export function expandFeatures(name: string, expansion: Expansion): FeatureSet {
  const { perPeriod, basic, standard, periods = [], timeframes = [], symbols = [], shifts = 0 } = expansion;
  if (!Number.isInteger(shifts) || shifts < 0) {
    throw new EngineError(
      "features.shifts",
      `features ${name}: shifts is ${shifts}; expected how many candles back to go, 0 or more.`,
      { set: name, given: shifts },
    );
  }
  if (perPeriod !== undefined && periods.length === 0) {
    throw new EngineError(
      "features.periods",
      `features ${name}: perPeriod is given without periods; expected at least one, periods: [14, 50].`,
      { set: name },
    );
  }
  const features: Feature[] = [];
  for (const timeframe of [undefined, ...timeframes]) {
    for (const symbol of [undefined, ...symbols]) {
      const inputs = candleRecipes({
        ...(timeframe === undefined ? {} : { timeframe }),
        ...(symbol === undefined ? {} : { symbol }),
      });
      const suffix = [timeframe, symbol].map((part) => (part === undefined ? "" : `_${part}`)).join("");
      const add = (recipes: Readonly<Record<string, Recipe>>, period: string): void => {
        for (const [recipeName, recipe] of Object.entries(recipes)) {
          features.push(...shifted({ name: `${recipeName}${period}${suffix}`, recipe }, shifts));
        }
      };
      for (const period of periods) if (perPeriod !== undefined) add(perPeriod(inputs, period), `_${period}`);
      if (basic !== undefined) add(basic(inputs), "");
    }
  }
  if (standard !== undefined) {
    for (const [recipeName, recipe] of Object.entries(standard(candleRecipes()))) {
      features.push({ name: recipeName, recipe });
    }
  }
  return namedFeatures(name, features);
}

function shifted(feature: Feature, shifts: number): Feature[] {
  const features = [feature];
  // On the base candles, so that a shift of an hourly column is a base candle, as all of its neighbours' are.
  for (let bars = 1; bars <= shifts; bars++) {
    features.push({
      name: `${feature.name}_shift-${bars}`,
      recipe: indicatorRecipe("shift", [onBaseRows(feature.recipe)], { bars }),
    });
  }
  return features;
}
