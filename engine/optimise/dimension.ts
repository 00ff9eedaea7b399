import { EngineError } from "../core/errors.ts";
import { exp, ln } from "../core/maths.ts";
import type { ParameterGroup, ParameterValue } from "../strategy/parameters.ts";

/** One parameter of a search: what it may be, and when it matters. */
export type Dimension = NumberDimension | CategoryDimension;

export type NumberDimension = DimensionNotes & {
  readonly kind: "int" | "decimal";
  readonly min: number;
  readonly max: number;
  /** The distance between neighbouring values, counted from `min`; 0 where every number of the range may be chosen. */
  readonly step: number;
  readonly scale: "linear" | "log";
};

export type CategoryDimension = DimensionNotes & {
  readonly kind: "choice" | "boolean";
  readonly values: readonly (string | boolean)[];
};

type DimensionNotes = {
  readonly name: string;
  readonly group?: ParameterGroup;
  /** Present only while the parent parameter has one of these values; always, where there is no condition. */
  readonly activeWhen?: { readonly parameter: string; readonly values: readonly ParameterValue[] };
};

export function isNumber(dimension: Dimension): dimension is NumberDimension {
  return dimension.kind === "int" || dimension.kind === "decimal";
}

/** How many different values there are; Infinity for a continuous dimension. */
export function levelCount(dimension: Dimension): number {
  if (!isNumber(dimension)) return dimension.values.length;
  const { min, max, step } = dimension;
  if (min === max) return 1;
  if (step === 0) return Infinity;
  // What rounding takes from a whole number of steps is given back: 0.3 / 0.1 is 2.9999999999999996.
  return Math.floor((max - min) / step + 1e-9) + 1;
}

/** The value of a place among the levels, from 0. */
export function levelAt(dimension: Dimension, level: number): ParameterValue {
  if (!isNumber(dimension)) return dimension.values[level];
  return Math.min(dimension.max, tidy(dimension.min + level * dimension.step));
}

/** The place of a value among the levels; the nearest one's, for a number between two of them. */
export function levelOf(dimension: Dimension, value: ParameterValue): number {
  if (!isNumber(dimension)) return dimension.values.indexOf(value as string | boolean);
  if (dimension.min === dimension.max) return 0;
  return Math.round((Number(value) - dimension.min) / dimension.step);
}

/**
 * The value that a number of 0 … 1 stands for. Levels share the interval: on a linear scale equally, on a logarithmic
 * one by the logarithm of the numbers that are rounded to each. A category has a part for each of its values.
 */
export function decode(dimension: Dimension, unit: number): ParameterValue {
  const count = levelCount(dimension);
  if (count === 1) return levelAt(dimension, 0);
  if (!isNumber(dimension)) return dimension.values[clampLevel(Math.floor(unit * count), count)];
  const { min, max, step, scale } = dimension;
  if (count === Infinity) {
    const value = scale === "log" ? exp(ln(min) + unit * (ln(max) - ln(min))) : min + unit * (max - min);
    return Math.max(min, Math.min(max, tidy(value)));
  }
  if (scale === "linear") return levelAt(dimension, clampLevel(Math.floor(unit * count), count));
  const low = ln(lowestEdge(dimension));
  const value = exp(low + unit * (ln(edge(dimension, count)) - low));
  return levelAt(dimension, clampLevel(Math.round((value - min) / step), count));
}

/** The number of 0 … 1 that stands for a value: the middle of its part of the interval. `decode` takes it back. */
export function encode(dimension: Dimension, value: ParameterValue): number {
  const count = levelCount(dimension);
  if (count === 1) return 0.5;
  if (count !== Infinity) {
    const [low, high] = cell(dimension, levelOf(dimension, value));
    return (low + high) / 2;
  }
  const { min, max, scale } = dimension as NumberDimension;
  const place = (Number(value) - min) / (max - min);
  return scale === "log" ? (ln(Number(value)) - ln(min)) / (ln(max) - ln(min)) : place;
}

/** The part of the interval 0 … 1 that stands for a level. */
export function cell(dimension: Dimension, level: number): readonly [number, number] {
  const count = levelCount(dimension);
  const isEven = count === 1 || !isNumber(dimension) || dimension.scale === "linear";
  if (isEven) return [level / count, (level + 1) / count];
  const low = ln(lowestEdge(dimension));
  const range = ln(edge(dimension, count)) - low;
  return [(ln(edge(dimension, level)) - low) / range, (ln(edge(dimension, level + 1)) - low) / range];
}

/** Whether a value is one that the dimension has. */
export function hasValue(dimension: Dimension, value: unknown): value is ParameterValue {
  if (!isNumber(dimension)) return dimension.values.includes(value as string | boolean);
  if (typeof value !== "number" || !(value >= dimension.min && value <= dimension.max)) return false;
  if (dimension.step === 0 || dimension.min === dimension.max) return true;
  const level = levelOf(dimension, value);
  return level < levelCount(dimension) && levelAt(dimension, level) === value;
}

/** What the dimension may be, for an error's text. */
export function expectedOf(dimension: Dimension): string {
  if (!isNumber(dimension)) return `one of ${dimension.values.join(", ")}`;
  const { kind, min, max, step } = dimension;
  const steps = step === 0 || (kind === "int" && step === 1) ? "" : ` in steps of ${step}`;
  return `${kind === "int" ? "a whole number" : "a number"} from ${min} to ${max}${steps}`;
}

/** Throws unless the numbers make a range with at least one value in it. */
export function requireRange({ name, kind, min, max, step, scale }: NumberDimension): void {
  const fits = kind === "int" ? Number.isInteger : Number.isFinite;
  if (![min, max, step].every(fits) || min > max || step < 0 || (kind === "int" && step === 0)) {
    throw new EngineError(
      "optimise.bad-range",
      `Parameter ${name}: a range from ${min} to ${max} in steps of ${step}; expected ${kind === "int" ? "whole" : "finite"} ` +
        "numbers, the smallest first, and steps above zero" +
        (kind === "int" ? "." : " (or 0 for every number in between)."),
      { parameter: name, min, max, step },
    );
  }
  if (scale === "log" && !(min > 0)) {
    throw new EngineError(
      "optimise.bad-range",
      `Parameter ${name}: a range from ${min} on a log scale; expected a smallest value above zero.`,
      { parameter: name, min, max, scale },
    );
  }
}

/** The number at which the level before gives way to this one. */
function edge(dimension: NumberDimension, level: number): number {
  return level === 0 ? lowestEdge(dimension) : dimension.min + (level - 0.5) * dimension.step;
}

/** Half a step below the smallest value, but never at or below zero, where a logarithm ends. */
function lowestEdge({ min, step }: NumberDimension): number {
  return Math.max(min - step / 2, min / 2);
}

function clampLevel(level: number, count: number): number {
  return Math.max(0, Math.min(count - 1, level));
}

/** Twelve digits: a sum of steps is 0.3 and not 0.30000000000000004, and a point can be read, typed and found again. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
