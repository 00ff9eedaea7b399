import { timeframeMs } from "../core/timeframe.ts";
import { lookBack } from "./arithmetic.ts";
import { catalogueEntry } from "./catalogue.ts";
import { type Recipe, rowsOf } from "./recipe.ts";

/**
 * How many base candles a recipe needs before its first value, at most: its value is known from the row of this number
 * on, in data without gaps. A higher timeframe counts one whole candle of its own more, since data may begin anywhere
 * inside one. A step that a user wrote counts as known at once: what it waits for cannot be seen from outside.
 */
export function recipeWarmUp(recipe: Recipe, timeframe: string): number {
  const bars = ownWarmUp(recipe, timeframe);
  return recipe.kind === "aligned" ? bars : toBase(recipe, bars, timeframe);
}

/** In candles of the recipe's own rows. */
function ownWarmUp(recipe: Recipe, timeframe: string): number {
  switch (recipe.kind) {
    case "input":
      return 0;
    case "indicator":
      return longest(recipe.inputs, timeframe) + catalogueEntry(recipe.name).warmUp(recipe.parameters);
    case "arithmetic":
      return (
        longest(
          recipe.operands.filter((operand) => typeof operand !== "number"),
          timeframe,
        ) + lookBack(recipe.operation)
      );
    case "step":
      return longest(recipe.inputs, timeframe);
    case "aligned":
      return toBase(recipe.of, ownWarmUp(recipe.of, timeframe), timeframe);
  }
}

function longest(recipes: readonly Recipe[], timeframe: string): number {
  return recipes.reduce((most, recipe) => Math.max(most, ownWarmUp(recipe, timeframe)), 0);
}

function toBase(recipe: Recipe, bars: number, timeframe: string): number {
  const own = rowsOf(recipe).timeframe ?? timeframe;
  if (own === timeframe) return bars;
  return Math.ceil(((bars + 2) * timeframeMs(own)) / timeframeMs(timeframe)) - 1;
}
