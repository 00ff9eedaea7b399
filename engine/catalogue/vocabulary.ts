/**
 * The library's functions as people write them, in a cell and in a strategy alike: given columns they return columns,
 * given recipes they return recipes.
 */
import { atr as atrColumn, type HighLowClose } from "../indicators/atr.ts";
import { type BollingerColumns, bollinger as bollingerColumns } from "../indicators/bollinger.ts";
import { change as changeColumn } from "../indicators/change.ts";
import { ema as emaColumn } from "../indicators/ema.ts";
import { type MacdColumns, macd as macdColumns } from "../indicators/macd.ts";
import { percentileRank as percentileRankColumn } from "../indicators/percentileRank.ts";
import { returns as returnsColumn } from "../indicators/returns.ts";
import { rollingMax as rollingMaxColumn } from "../indicators/rollingMax.ts";
import { rollingMin as rollingMinColumn } from "../indicators/rollingMin.ts";
import { rollingStd as rollingStdColumn } from "../indicators/rollingStd.ts";
import { rsi as rsiColumn } from "../indicators/rsi.ts";
import { shift as shiftColumn } from "../indicators/shift.ts";
import { slope as slopeColumn } from "../indicators/slope.ts";
import { sma as smaColumn } from "../indicators/sma.ts";
import { wma as wmaColumn } from "../indicators/wma.ts";
import { zscore as zscoreColumn } from "../indicators/zscore.ts";
import { type ArithmeticOperation, calculateColumns } from "./arithmetic.ts";
import {
  arithmeticRecipe,
  type CandleRecipes,
  indicatorRecipe,
  type Recipe,
  requireRecipe,
} from "./recipe.ts";
import { runStep, type StepFactory, stepRecipe } from "./userStep.ts";

export type MacdRecipes = { readonly macd: Recipe; readonly signal: Recipe; readonly histogram: Recipe };
export type BollingerRecipes = { readonly upper: Recipe; readonly middle: Recipe; readonly lower: Recipe };
/** What `atr` reads of a bundle of recipes. */
export type HighLowCloseRecipes = Pick<CandleRecipes, "high" | "low" | "close">;

/** Simple moving average; see `Sma`. */
export function sma(values: Float64Array, length?: number, out?: Float64Array): Float64Array;
export function sma(values: Recipe, length?: number): Recipe;
export function sma(values: Float64Array | Recipe, length = 20, out?: Float64Array): Float64Array | Recipe {
  return values instanceof Float64Array
    ? smaColumn(values, length, out)
    : indicatorRecipe("sma", [requireRecipe(values, "sma")], { length });
}

/** Exponential moving average; see `Ema`. */
export function ema(values: Float64Array, length?: number, out?: Float64Array): Float64Array;
export function ema(values: Recipe, length?: number): Recipe;
export function ema(values: Float64Array | Recipe, length = 20, out?: Float64Array): Float64Array | Recipe {
  return values instanceof Float64Array
    ? emaColumn(values, length, out)
    : indicatorRecipe("ema", [requireRecipe(values, "ema")], { length });
}

/** Weighted moving average; see `Wma`. */
export function wma(values: Float64Array, length?: number, out?: Float64Array): Float64Array;
export function wma(values: Recipe, length?: number): Recipe;
export function wma(values: Float64Array | Recipe, length = 20, out?: Float64Array): Float64Array | Recipe {
  return values instanceof Float64Array
    ? wmaColumn(values, length, out)
    : indicatorRecipe("wma", [requireRecipe(values, "wma")], { length });
}

/** Relative strength index, 0 … 100; see `Rsi`. */
export function rsi(values: Float64Array, length?: number, out?: Float64Array): Float64Array;
export function rsi(values: Recipe, length?: number): Recipe;
export function rsi(values: Float64Array | Recipe, length = 14, out?: Float64Array): Float64Array | Recipe {
  return values instanceof Float64Array
    ? rsiColumn(values, length, out)
    : indicatorRecipe("rsi", [requireRecipe(values, "rsi")], { length });
}

/** Rolling z-score; see `Zscore`. */
export function zscore(values: Float64Array, length?: number, out?: Float64Array): Float64Array;
export function zscore(values: Recipe, length?: number): Recipe;
export function zscore(
  values: Float64Array | Recipe,
  length = 20,
  out?: Float64Array,
): Float64Array | Recipe {
  return values instanceof Float64Array
    ? zscoreColumn(values, length, out)
    : indicatorRecipe("zscore", [requireRecipe(values, "zscore")], { length });
}

/** Least-squares slope per bar; see `Slope`. */
export function slope(values: Float64Array, length?: number, out?: Float64Array): Float64Array;
export function slope(values: Recipe, length?: number): Recipe;
export function slope(values: Float64Array | Recipe, length = 14, out?: Float64Array): Float64Array | Recipe {
  return values instanceof Float64Array
    ? slopeColumn(values, length, out)
    : indicatorRecipe("slope", [requireRecipe(values, "slope")], { length });
}

/** Highest of the last values; see `RollingMax`. */
export function rollingMax(values: Float64Array, length?: number, out?: Float64Array): Float64Array;
export function rollingMax(values: Recipe, length?: number): Recipe;
export function rollingMax(
  values: Float64Array | Recipe,
  length = 20,
  out?: Float64Array,
): Float64Array | Recipe {
  return values instanceof Float64Array
    ? rollingMaxColumn(values, length, out)
    : indicatorRecipe("rollingMax", [requireRecipe(values, "rollingMax")], { length });
}

/** Lowest of the last values; see `RollingMin`. */
export function rollingMin(values: Float64Array, length?: number, out?: Float64Array): Float64Array;
export function rollingMin(values: Recipe, length?: number): Recipe;
export function rollingMin(
  values: Float64Array | Recipe,
  length = 20,
  out?: Float64Array,
): Float64Array | Recipe {
  return values instanceof Float64Array
    ? rollingMinColumn(values, length, out)
    : indicatorRecipe("rollingMin", [requireRecipe(values, "rollingMin")], { length });
}

/** Place of the latest value among the last ones, 0 … 1; see `PercentileRank`. */
export function percentileRank(values: Float64Array, length?: number, out?: Float64Array): Float64Array;
export function percentileRank(values: Recipe, length?: number): Recipe;
export function percentileRank(
  values: Float64Array | Recipe,
  length = 100,
  out?: Float64Array,
): Float64Array | Recipe {
  return values instanceof Float64Array
    ? percentileRankColumn(values, length, out)
    : indicatorRecipe("percentileRank", [requireRecipe(values, "percentileRank")], { length });
}

/** The value of so many bars ago; see `Shift`. */
export function shift(values: Float64Array, bars?: number, out?: Float64Array): Float64Array;
export function shift(values: Recipe, bars?: number): Recipe;
export function shift(values: Float64Array | Recipe, bars = 1, out?: Float64Array): Float64Array | Recipe {
  return values instanceof Float64Array
    ? shiftColumn(values, bars, out)
    : indicatorRecipe("shift", [requireRecipe(values, "shift")], { bars });
}

/** Difference from so many bars ago; see `Change`. */
export function change(values: Float64Array, bars?: number, out?: Float64Array): Float64Array;
export function change(values: Recipe, bars?: number): Recipe;
export function change(values: Float64Array | Recipe, bars = 1, out?: Float64Array): Float64Array | Recipe {
  return values instanceof Float64Array
    ? changeColumn(values, bars, out)
    : indicatorRecipe("change", [requireRecipe(values, "change")], { bars });
}

/** Simple return since so many bars ago, a fraction; see `Returns`. */
export function returns(values: Float64Array, bars?: number, out?: Float64Array): Float64Array;
export function returns(values: Recipe, bars?: number): Recipe;
export function returns(values: Float64Array | Recipe, bars = 1, out?: Float64Array): Float64Array | Recipe {
  return values instanceof Float64Array
    ? returnsColumn(values, bars, out)
    : indicatorRecipe("returns", [requireRecipe(values, "returns")], { bars });
}

/** Standard deviation of the last values; see `RollingStd`. */
export function rollingStd(
  values: Float64Array,
  length?: number,
  ddof?: number,
  out?: Float64Array,
): Float64Array;
export function rollingStd(values: Recipe, length?: number, ddof?: number): Recipe;
export function rollingStd(
  values: Float64Array | Recipe,
  length = 20,
  ddof = 0,
  out?: Float64Array,
): Float64Array | Recipe {
  return values instanceof Float64Array
    ? rollingStdColumn(values, length, ddof, out)
    : indicatorRecipe("rollingStd", [requireRecipe(values, "rollingStd")], { length, ddof });
}

/** Average true range of candles; see `Atr`. */
export function atr(candles: HighLowClose, length?: number, out?: Float64Array): Float64Array;
export function atr(candles: HighLowCloseRecipes, length?: number): Recipe;
export function atr(
  candles: HighLowClose | HighLowCloseRecipes,
  length = 14,
  out?: Float64Array,
): Float64Array | Recipe {
  if (isColumns(candles)) return atrColumn(candles, length, out);
  const { high, low, close } = candles;
  return indicatorRecipe(
    "atr",
    [high, low, close].map((each) => requireRecipe(each, "atr")),
    { length },
  );
}

/** Moving average convergence/divergence with its signal line and histogram; see `Macd`. */
export function macd(
  values: Float64Array,
  fast?: number,
  slow?: number,
  signal?: number,
  out?: MacdColumns,
): MacdColumns;
export function macd(values: Recipe, fast?: number, slow?: number, signal?: number): MacdRecipes;
export function macd(
  values: Float64Array | Recipe,
  fast = 12,
  slow = 26,
  signal = 9,
  out?: MacdColumns,
): MacdColumns | MacdRecipes {
  if (values instanceof Float64Array) return macdColumns(values, fast, slow, signal, out);
  const input = [requireRecipe(values, "macd")];
  const recipe = (output: string): Recipe => indicatorRecipe("macd", input, { fast, slow, signal }, output);
  return { macd: recipe("macd"), signal: recipe("signal"), histogram: recipe("histogram") };
}

/** Bollinger bands; see `Bollinger`. */
export function bollinger(
  values: Float64Array,
  length?: number,
  deviations?: number,
  out?: BollingerColumns,
): BollingerColumns;
export function bollinger(values: Recipe, length?: number, deviations?: number): BollingerRecipes;
export function bollinger(
  values: Float64Array | Recipe,
  length = 20,
  deviations = 2,
  out?: BollingerColumns,
): BollingerColumns | BollingerRecipes {
  if (values instanceof Float64Array) return bollingerColumns(values, length, deviations, out);
  const input = [requireRecipe(values, "bollinger")];
  const recipe = (output: string): Recipe =>
    indicatorRecipe("bollinger", input, { length, deviations }, output);
  return { upper: recipe("upper"), middle: recipe("middle"), lower: recipe("lower") };
}

/** Your own step over columns or recipes; see `stepRecipe`. */
export function step(
  inputs: readonly Float64Array[],
  create: StepFactory,
  constants?: readonly number[],
): Float64Array;
export function step(inputs: readonly Recipe[], create: StepFactory, constants?: readonly number[]): Recipe;
export function step(
  inputs: readonly Float64Array[] | readonly Recipe[],
  create: StepFactory,
  constants: readonly number[] = [],
): Float64Array | Recipe {
  if (inputs.length > 0 && areColumns(inputs)) return runStep(inputs, create, constants);
  return stepRecipe(inputs as readonly Recipe[], create, constants);
}

/** An operation on two of columns, recipes and numbers, row by row. Two numbers give a number. */
export type BinaryFunction = {
  (a: number, b: number): number;
  (a: Float64Array, b: Float64Array | number): Float64Array;
  (a: number, b: Float64Array): Float64Array;
  (a: Recipe, b: Recipe | number): Recipe;
  (a: number, b: Recipe): Recipe;
};

/** An operation on a column, a recipe or a number, row by row. */
export type UnaryFunction = {
  (a: number): number;
  (a: Float64Array): Float64Array;
  (a: Recipe): Recipe;
};

/** a + b. */
export const plus = arithmetic("plus") as BinaryFunction;
/** a − b. */
export const minus = arithmetic("minus") as BinaryFunction;
/** a × b. */
export const times = arithmetic("times") as BinaryFunction;
/** a ÷ b; NaN where b is 0. */
export const dividedBy = arithmetic("dividedBy") as BinaryFunction;
/** −a. */
export const negative = arithmetic("negative") as UnaryFunction;
/** The size of a, without its sign. */
export const absolute = arithmetic("absolute") as UnaryFunction;
/** Natural logarithm; NaN where a is 0 or less. */
export const log = arithmetic("log") as UnaryFunction;

/** 1 where a is above b, else 0; NaN where one of them is not known. */
export const above = arithmetic("above") as BinaryFunction;
/** 1 where a is below b, else 0; NaN where one of them is not known. */
export const below = arithmetic("below") as BinaryFunction;
/** 1 on the candle where a has come above b: it was not on the candle before. */
export const crossAbove = arithmetic("crossAbove") as BinaryFunction;
/** 1 on the candle where a has come below b: it was not on the candle before. */
export const crossBelow = arithmetic("crossBelow") as BinaryFunction;
/** 1 where both are true, that is, known and not 0. */
export const both = arithmetic("both") as BinaryFunction;
/** 1 where at least one is true. */
export const either = arithmetic("either") as BinaryFunction;
/** 1 where a is 0, 0 where it is any other number. */
export const not = arithmetic("not") as UnaryFunction;

type Operand = Float64Array | Recipe | number;

function arithmetic(operation: ArithmeticOperation): (...operands: Operand[]) => Operand {
  return (...operands) => {
    if (operands.every((operand) => typeof operand === "number"))
      return calculateColumns(operation, operands)[0];
    if (areColumnsOrNumbers(operands)) return calculateColumns(operation, operands);
    return arithmeticRecipe(
      operation,
      operands.map((operand) => (typeof operand === "number" ? operand : requireRecipe(operand, operation))),
    );
  };
}

function areColumnsOrNumbers(operands: readonly Operand[]): operands is readonly (Float64Array | number)[] {
  return operands.every((operand) => typeof operand === "number" || operand instanceof Float64Array);
}

function areColumns(inputs: readonly Float64Array[] | readonly Recipe[]): inputs is readonly Float64Array[] {
  return inputs.every((input) => input instanceof Float64Array);
}

function isColumns(candles: HighLowClose | HighLowCloseRecipes): candles is HighLowClose {
  return candles.close instanceof Float64Array;
}
