import { CANDLE_COLUMNS, type CandleColumns } from "../candles/candles.ts";
import { EngineError } from "../core/errors.ts";
import { parseTimeframe } from "../core/timeframe.ts";
import type { ArithmeticOperation } from "./arithmetic.ts";
import { catalogueEntry } from "./catalogue.ts";
import { completeParameters, type IndicatorParameters } from "./entry.ts";

/**
 * Whose rows a recipe has: without either, those of the candles it is evaluated on; with a timeframe, those of candles
 * aggregated to it; with a symbol, those of another market of the universe.
 */
export type RecipeRows = { readonly timeframe?: string; readonly symbol?: string };

/** A column of the candles. */
export type InputRecipe = RecipeRows & { readonly kind: "input"; readonly column: keyof CandleColumns };

/** One output of an indicator of the catalogue. */
export type IndicatorRecipe = RecipeRows & {
  readonly kind: "indicator";
  readonly name: string;
  readonly output: string;
  readonly parameters: IndicatorParameters;
  readonly inputs: readonly Recipe[];
};

/** Arithmetic row by row; a plain number stands for a column of it. */
export type ArithmeticRecipe = RecipeRows & {
  readonly kind: "arithmetic";
  readonly operation: ArithmeticOperation;
  readonly operands: readonly (Recipe | number)[];
};

/** A step that a user wrote: the text of the function that makes it, and the numbers that it is given. */
export type StepRecipe = RecipeRows & {
  readonly kind: "step";
  readonly text: string;
  readonly constants: readonly number[];
  readonly inputs: readonly Recipe[];
};

/** Another timeframe's or market's values on the base candles, each visible from the close of its own candle. */
export type AlignedRecipe = { readonly kind: "aligned"; readonly of: Recipe };

/**
 * How a column is made, as plain frozen data: it crosses into a worker, is kept with a result, and two recipes are the
 * same when their `recipeKey` is.
 */
export type Recipe = InputRecipe | IndicatorRecipe | ArithmeticRecipe | StepRecipe | AlignedRecipe;

/** The five columns of a market as recipes, the bundle that `atr` takes. */
export type CandleRecipes = {
  readonly open: Recipe;
  readonly high: Recipe;
  readonly low: Recipe;
  readonly close: Recipe;
  readonly volume: Recipe;
};

const KINDS: readonly unknown[] = ["input", "indicator", "arithmetic", "step", "aligned"];

/** Whether this is a recipe, and not a column or a number. */
export function isRecipe(value: unknown): value is Recipe {
  return typeof value === "object" && value !== null && "kind" in value && KINDS.includes(value.kind);
}

/** The columns of the candles that a recipe will be evaluated on, of another timeframe of theirs, or of another market. */
export function candleRecipes(rows: RecipeRows = {}): CandleRecipes {
  if (rows.timeframe !== undefined) parseTimeframe(rows.timeframe);
  const input = (column: keyof CandleColumns): Recipe =>
    Object.freeze({ kind: "input", column, ...rowsOf(rows) });
  return Object.freeze({
    open: input("open"),
    high: input("high"),
    low: input("low"),
    close: input("close"),
    volume: input("volume"),
  });
}

/** A recipe of the catalogue: parameters checked and completed, inputs brought onto the same rows. */
export function indicatorRecipe(
  name: string,
  inputs: readonly Recipe[],
  parameters: IndicatorParameters = {},
  output?: string,
): IndicatorRecipe {
  const entry = catalogueEntry(name);
  if (inputs.length !== entry.inputs.length) {
    throw new EngineError(
      "recipe.inputs",
      `${name}: ${inputs.length} inputs were given; expected ${entry.inputs.length} (${entry.inputs.join(", ")}).`,
      { name, given: inputs.length, expected: entry.inputs },
    );
  }
  const joined = onSameRows(inputs.map((input) => requireRecipe(input, name)));
  return Object.freeze({
    kind: "indicator",
    name,
    output: output ?? entry.outputs[0].name,
    parameters: Object.freeze(completeParameters(entry, parameters)),
    inputs: Object.freeze(joined.recipes),
    ...joined.rows,
  });
}

/** A recipe of arithmetic; at least one operand is a recipe. */
export function arithmeticRecipe(
  operation: ArithmeticOperation,
  operands: readonly (Recipe | number)[],
): ArithmeticRecipe {
  const recipes = operands.filter((operand) => typeof operand !== "number");
  const joined = onSameRows(recipes.map((recipe) => requireRecipe(recipe, operation)));
  let next = 0;
  const placed = operands.map((operand) => (typeof operand === "number" ? operand : joined.recipes[next++]));
  return Object.freeze({ kind: "arithmetic", operation, operands: Object.freeze(placed), ...joined.rows });
}

/** Recipes on the same rows: as they are where they agree already, else all of them on the base candles. */
export function onSameRows(recipes: readonly Recipe[]): { recipes: Recipe[]; rows: RecipeRows } {
  const first = rowsOf(recipes[0]);
  const agree = recipes.every((recipe) => {
    const { timeframe, symbol } = rowsOf(recipe);
    return timeframe === first.timeframe && symbol === first.symbol;
  });
  return agree ? { recipes: [...recipes], rows: first } : { recipes: recipes.map(onBaseRows), rows: {} };
}

/** A recipe on the rows of the base candles. */
export function onBaseRows(recipe: Recipe): Recipe {
  const { timeframe, symbol } = rowsOf(recipe);
  if (timeframe === undefined && symbol === undefined) return recipe;
  return Object.freeze({ kind: "aligned", of: recipe });
}

/** Whose rows a recipe has. */
export function rowsOf(recipe: RecipeRows | Recipe): RecipeRows {
  if ("kind" in recipe && recipe.kind === "aligned") return {};
  const { timeframe, symbol } = recipe as RecipeRows;
  return {
    ...(timeframe === undefined ? {} : { timeframe }),
    ...(symbol === undefined ? {} : { symbol }),
  };
}

const keys = new WeakMap<Recipe, string>();

/** A recipe's identity: the same for two that are built alike, wherever they were built. */
export function recipeKey(recipe: Recipe): string {
  let key = keys.get(recipe);
  // Every recipe is built here with its fields in one order, so its JSON is canonical.
  if (key === undefined) keys.set(recipe, (key = JSON.stringify(recipe)));
  return key;
}

/** The given value when it is a recipe; else an error that says what it is and what was expected. */
export function requireRecipe(value: unknown, where: string): Recipe {
  if (isRecipe(value)) return value;
  const given =
    value === null
      ? "null"
      : typeof value === "object"
        ? (value.constructor?.name ?? "object")
        : typeof value;
  throw new EngineError(
    "recipe.operand",
    `${where}: got ${given}; expected a Float64Array of values or a recipe such as close (one of ` +
      `${CANDLE_COLUMNS.slice(1).join(", ")}). Columns and recipes cannot be mixed in one call.`,
    { where, given },
  );
}
