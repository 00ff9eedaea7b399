import type { Candles } from "../candles/candles.ts";
import { takeVisible, visibleRows } from "../candles/multiTimeframe.ts";
import { resample } from "../candles/resample.ts";
import { EngineError, nearestName } from "../core/errors.ts";
import { calculate, writesAll } from "./arithmetic.ts";
import { catalogueEntry } from "./catalogue.ts";
import type { ColumnPool } from "./columnPool.ts";
import { completeParameters } from "./entry.ts";
import {
  type IndicatorRecipe,
  onBaseRows,
  type Recipe,
  type RecipeRows,
  recipeKey,
  rowsOf,
  type StepRecipe,
} from "./recipe.ts";
import { runStep, type StepFactory, stepFactory } from "./userStep.ts";

/**
 * Evaluates recipes on the candles of one market and keeps every column it made, so that what recipes (or the points of
 * a sweep) have in common is computed once. All columns are folded from the first candle and have the candles' length.
 * Columns handed out are shared: read them, do not write to them.
 */
export class RecipeEvaluator {
  readonly #candles: Candles;
  readonly #others: ReadonlyMap<string, Candles>;
  readonly #series = new Map<string, Candles>();
  readonly #visible = new Map<string, Int32Array>();
  readonly #columns = new Map<string, Float64Array>();
  readonly #steps = new Map<StepFactory, number>();
  readonly #pool: ColumnPool | undefined;
  /** What came out of the pool. */
  readonly #taken: Float64Array[] = [];

  /** `others` are the markets whose columns recipes may name by symbol; columns are made in memory of `pool`. */
  constructor(candles: Candles, others: readonly Candles[] = [], pool?: ColumnPool) {
    this.#pool = pool;
    this.#candles = candles;
    this.#others = new Map(others.map((other) => [other.symbol, other]));
  }

  /** The column of a recipe, on the base candles. */
  column(recipe: Recipe): Float64Array {
    return this.#evaluate(onBaseRows(recipe));
  }

  /** Ends an evaluator with a pool, which gets the memory of all columns back: nobody may read them any more. */
  close(): void {
    for (const column of this.#taken) this.#pool?.giveBack(column);
    this.#taken.length = 0;
    this.#columns.clear();
  }

  #evaluate(recipe: Recipe): Float64Array {
    const key = this.#key(recipe);
    const known = this.#columns.get(key);
    if (known !== undefined) return known;
    switch (recipe.kind) {
      case "input":
        return this.#keep(key, this.#candlesOf(recipe)[recipe.column]);
      case "indicator":
        return this.#indicator(recipe);
      case "arithmetic": {
        const operands = recipe.operands.map((each) =>
          typeof each === "number" ? each : this.#evaluate(each),
        );
        const rows = this.#candlesOf(recipe).timestamp.length;
        const out = this.#take(rows);
        if (!writesAll(recipe.operation)) out?.fill(0);
        return this.#keep(key, calculate(recipe.operation, operands, rows, out));
      }
      case "step": {
        const inputs = recipe.inputs.map((input) => this.#evaluate(input));
        return this.#keep(key, runStep(inputs, stepFactory(recipe), recipe.constants));
      }
      case "aligned":
        return this.#keep(key, takeVisible(this.#evaluate(recipe.of), this.#visibleRows(rowsOf(recipe.of))));
      default:
        throw new EngineError(
          "recipe.unknown-kind",
          `recipe: ${JSON.stringify(recipe)} is of no known kind; build recipes with the library's functions.`,
          { given: recipe },
        );
    }
  }

  /** All outputs of an indicator are computed together and kept under their own keys. */
  #indicator(recipe: IndicatorRecipe): Float64Array {
    const entry = catalogueEntry(recipe.name);
    const names = entry.outputs.map((output) => output.name);
    const place = names.indexOf(recipe.output);
    if (place < 0) {
      const nearest = nearestName(recipe.output, names);
      throw new EngineError(
        "recipe.unknown-output",
        `${recipe.name}: there is no output ${JSON.stringify(recipe.output)}; expected one of ${names.join(", ")}.` +
          (nearest === undefined ? "" : ` Did you mean ${nearest}?`),
        { name: recipe.name, given: recipe.output, known: names },
      );
    }
    const inputs = recipe.inputs.map((input) => this.#evaluate(input));
    const out = this.#pool && names.map(() => this.#take(inputs[0].length) as Float64Array);
    const columns = entry.batch(inputs, completeParameters(entry, recipe.parameters), out);
    names.forEach((output, k) => {
      this.#keep(this.#key({ ...recipe, output }), columns[k]);
    });
    return columns[place];
  }

  #take(rows: number): Float64Array | undefined {
    const column = this.#pool?.take(rows);
    if (column !== undefined) this.#taken.push(column);
    return column;
  }

  #keep(key: string, column: Float64Array): Float64Array {
    this.#columns.set(key, column);
    return column;
  }

  #key(recipe: Recipe): string {
    const key = recipeKey(recipe);
    // Two steps of one text are one only when they are the same function: one may hold what the other does not.
    return key.includes('"kind":"step"') ? `${this.#stepNumbers(recipe)} ${key}` : key;
  }

  #stepNumbers(recipe: Recipe): string {
    return stepsIn(recipe)
      .map((each) => {
        const factory = stepFactory(each);
        const number = this.#steps.get(factory) ?? this.#steps.size;
        this.#steps.set(factory, number);
        return number;
      })
      .join(",");
  }

  #candlesOf(rows: RecipeRows): Candles {
    const { timeframe = this.#candles.timeframe, symbol = this.#candles.symbol } = rows;
    const market = symbol === this.#candles.symbol ? this.#candles : this.#others.get(symbol);
    if (market === undefined) throw this.#unknownSymbol(symbol);
    if (timeframe === market.timeframe) return market;
    const key = JSON.stringify([timeframe, symbol]);
    let series = this.#series.get(key);
    if (series === undefined) this.#series.set(key, (series = resample(market, timeframe)));
    return series;
  }

  #visibleRows(rows: RecipeRows): Int32Array {
    const key = JSON.stringify([rows.timeframe ?? "", rows.symbol ?? ""]);
    let visible = this.#visible.get(key);
    if (visible === undefined)
      this.#visible.set(key, (visible = visibleRows(this.#candles, this.#candlesOf(rows))));
    return visible;
  }

  #unknownSymbol(symbol: string): EngineError {
    const known = [this.#candles.symbol, ...this.#others.keys()];
    const nearest = nearestName(symbol, known);
    return new EngineError(
      "recipe.unknown-symbol",
      `recipe: ${JSON.stringify(symbol)} is not among the markets at hand (${known.join(", ")}).` +
        (nearest === undefined ? "" : ` Did you mean ${nearest}?`),
      { given: symbol, known },
    );
  }
}

/**
 * The columns of recipes on the candles of one market: causal, of the candles' length, NaN where nothing is known yet.
 * Each distinct recipe is computed once and folded from the first candle. No column shares memory with the candles;
 * two names with one recipe share theirs.
 */
export function evaluateRecipes<Name extends string>(
  recipes: Readonly<Record<Name, Recipe>>,
  candles: Candles,
  others: readonly Candles[] = [],
): Record<Name, Float64Array> {
  const evaluator = new RecipeEvaluator(candles, others);
  const columns = {} as Record<Name, Float64Array>;
  for (const name of Object.keys(recipes) as Name[]) {
    const column = evaluator.column(recipes[name]);
    columns[name] = recipes[name].kind === "input" ? column.slice() : column;
  }
  return columns;
}

function stepsIn(recipe: Recipe): StepRecipe[] {
  switch (recipe.kind) {
    case "input":
      return [];
    case "aligned":
      return stepsIn(recipe.of);
    case "arithmetic":
      return recipe.operands.flatMap((operand) => (typeof operand === "number" ? [] : stepsIn(operand)));
    case "indicator":
      return recipe.inputs.flatMap(stepsIn);
    case "step":
      return [recipe, ...recipe.inputs.flatMap(stepsIn)];
  }
}
