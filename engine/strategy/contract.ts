import type { CandleRecipes, Recipe } from "../catalogue/recipe.ts";
import { EngineError, type ErrorDetails, nearestName } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { isMultiple, parseTimeframe } from "../core/timeframe.ts";
import type { Decision } from "./decision.ts";
import type { Market, PortfolioView } from "./market.ts";
import type { ParameterSpecs, ParameterValues } from "./parameters.ts";
import { type PlainJson, plainJson } from "./plainJson.ts";

/** The inputs of one timeframe: the columns one by one, and all of them as the bundle that `atr` takes. */
export type TimeframeInputs = CandleRecipes & { readonly candles: CandleRecipes };

/** What `features` builds recipes from. */
export type FeatureInputs<V> = TimeframeInputs & {
  readonly parameters: V;
  /**
   * The same inputs of a higher timeframe, one of the strategy's `informative`: aggregated from the base candles,
   * each value visible from the close of its own candle.
   */
  readonly on: (timeframe: string) => TimeframeInputs;
};

/** What `decide` is given at each time. All of it is frozen or made afresh: writing to it changes nothing. */
export type DecideInput<V, F extends string, S> = {
  readonly market: Market<F>;
  readonly portfolio: PortfolioView;
  readonly parameters: V;
  /** What the last decision returned as `state`, else the definition's. */
  readonly state: S;
  /** The slice's own stream of seeded random numbers; there is no other chance in the engine. */
  readonly random: Random;
};

/** A strategy as its author writes it. */
export type StrategyDefinition<
  P extends ParameterSpecs = ParameterSpecs,
  F extends string = string,
  S extends PlainJson = PlainJson,
> = {
  /** Lower case with dashes, `"macd-rsi-confluence"`. */
  readonly name: string;
  /** One sentence for lists and forms. */
  readonly description?: string;
  /** ccxt's timeframe of the candles that it decides on, `"5m"`. */
  readonly timeframe: string;
  /** Higher timeframes that its features read through `on("1h")`. */
  readonly informative?: readonly string[];
  /** Candles that it needs before its first decision. */
  readonly history: number;
  readonly parameters?: P;
  /** The memory that the first decision is given; plain JSON, `null` unless told. */
  readonly state?: S;
  /** Recipes by name: what to compute, not numbers. */
  features(inputs: FeatureInputs<ParameterValues<P>>): Readonly<Record<F, Recipe>>;
  decide(input: DecideInput<ParameterValues<P>, F, S>): Decision<S>;
};

/** A checked, frozen strategy, every optional part filled in. */
export type Strategy = {
  readonly name: string;
  readonly description: string;
  readonly timeframe: string;
  readonly informative: readonly string[];
  readonly history: number;
  readonly parameters: ParameterSpecs;
  readonly state: PlainJson;
  features(inputs: FeatureInputs<ParameterValues>): Readonly<Record<string, Recipe>>;
  decide(input: DecideInput<ParameterValues, string, PlainJson>): Decision;
  /** SHA-256 of the module text it came from; a strategy that came from no module has none. */
  readonly hash?: string;
};

const PARTS = [
  "name",
  "description",
  "timeframe",
  "informative",
  "history",
  "parameters",
  "state",
  "features",
  "decide",
] as const;

/** What every definition must have, by the type of it. */
const REQUIRED = {
  name: "string",
  timeframe: "string",
  history: "number",
  features: "function",
  decide: "function",
};

/** Checks a definition and freezes it. A part that the contract does not know is an error, not an extra. */
export function defineStrategy<
  const P extends ParameterSpecs = Record<never, never>,
  F extends string = never,
  S extends PlainJson = null,
>(definition: StrategyDefinition<P, F, S>): Strategy {
  if (typeof definition !== "object" || definition === null) {
    throw invalid(
      `defineStrategy was given ${String(definition)}; expected a record with ${PARTS.join(", ")}.`,
    );
  }
  requireParts(definition);
  const {
    name,
    description = "",
    timeframe,
    informative = [],
    history,
    parameters = {},
    state = null,
  } = definition;
  const problem = !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)
    ? `name "${name}"; expected lower-case words joined by dashes, like "momentum-rank"`
    : !Number.isInteger(history) || history < 1
      ? `history ${history}; expected the whole number of candles that its features need, 1 or more`
      : undefined;
  if (problem) throw invalid(`Strategy ${problem}.`);
  for (const frame of [timeframe, ...informative]) parseTimeframe(frame);
  for (const frame of informative) {
    if (isMultiple(frame, timeframe) && frame !== timeframe) continue;
    throw invalid(
      `Strategy ${name}: informative "${frame}" is not a higher multiple of its timeframe "${timeframe}".`,
    );
  }
  return Object.freeze({
    name,
    description,
    timeframe,
    informative: Object.freeze([...informative]),
    history,
    parameters: Object.freeze({ ...parameters }),
    state: plainJson(state, "the strategy's first state"),
    features: definition.features as Strategy["features"],
    decide: definition.decide as unknown as Strategy["decide"],
  });
}

function requireParts(definition: object): void {
  for (const part of Object.keys(definition)) {
    if ((PARTS as readonly string[]).includes(part)) continue;
    const nearest = nearestName(part, PARTS);
    throw invalid(
      `A strategy has no part "${part}". ` +
        (nearest === undefined ? `It has: ${PARTS.join(", ")}.` : `Did you mean "${nearest}"?`),
      { part, nearest },
    );
  }
  for (const [part, type] of Object.entries(REQUIRED)) {
    const given = typeof Reflect.get(definition, part);
    if (given === type) continue;
    throw invalid(`A strategy's ${part} is ${given}; expected a ${type}.`, { part, given, expected: type });
  }
}

function invalid(message: string, details: ErrorDetails = {}): EngineError {
  return new EngineError("strategy.invalid", message, details);
}
