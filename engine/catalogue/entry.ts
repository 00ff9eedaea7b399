import { EngineError, nearestName } from "../core/errors.ts";
import { requireParameter } from "../core/requireParameter.ts";

export type Family = "average" | "momentum" | "volatility" | "channel" | "statistics" | "transform";

/** One number that shapes an indicator. */
export type CatalogueParameter = {
  readonly name: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly isInteger: boolean;
  readonly description: string;
};

/**
 * What an output is measured in: `input` that of its input, `price` of the quote currency, `fraction` with 1 for the
 * whole, `percent` 0 … 100, `deviations` in standard deviations, `inputPerBar` the input's per candle.
 */
export type Unit = "input" | "price" | "fraction" | "percent" | "deviations" | "inputPerBar";

export type CatalogueOutput = { readonly name: string; readonly unit: Unit; readonly description: string };

/** Values of an entry's parameters by their names. */
export type IndicatorParameters = Readonly<Record<string, number>>;

/** Takes one row of inputs and writes one row of outputs. */
export type Step = (inputs: ArrayLike<number>, outputs: Float64Array) => void;

/** Everything there is to know of one indicator; autocomplete, forms, recipes, documents and tests read it from here. */
export type CatalogueEntry = {
  /** The function's name in the library, and the recipe's. */
  readonly name: string;
  readonly title: string;
  readonly family: Family;
  /** `values` is any column; the others are columns of the candles. */
  readonly inputs: readonly ("values" | "high" | "low" | "close")[];
  readonly parameters: readonly CatalogueParameter[];
  readonly outputs: readonly CatalogueOutput[];
  /** How many of the first outputs are NaN on finite input. */
  warmUp(parameters: IndicatorParameters): number;
  /** What a trader reads from it. */
  readonly reading: string;
  /** The convention followed, and where it comes from. */
  readonly source: string;
  /** All outputs as columns, in the order of `outputs`; in the memory of `out`, all of which is written, where given. */
  batch(
    inputs: readonly Float64Array[],
    parameters: IndicatorParameters,
    out?: readonly Float64Array[],
  ): readonly Float64Array[];
  /** A stepper with constant memory. */
  stepper(parameters: IndicatorParameters): Step;
};

/** All parameters of an entry in its order: the given ones checked, the others by default. */
export function completeParameters(entry: CatalogueEntry, given: IndicatorParameters): IndicatorParameters {
  const known = entry.parameters.map((parameter) => parameter.name);
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const nearest = nearestName(name, known);
    throw new EngineError(
      "catalogue.unknown-parameter",
      `${entry.name}: there is no parameter ${JSON.stringify(name)}; expected ` +
        `${known.length === 0 ? "none" : `one of ${known.join(", ")}`}.` +
        (nearest === undefined ? "" : ` Did you mean ${nearest}?`),
      { entry: entry.name, given: name, known },
    );
  }
  const complete: Record<string, number> = {};
  for (const parameter of entry.parameters) {
    const value = given[parameter.name] ?? parameter.default;
    requireParameter(entry.name, parameter.name, value, parameter);
    complete[parameter.name] = value;
  }
  return complete;
}
