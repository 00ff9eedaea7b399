import type { CandleRecipes, Recipe } from "../catalogue/recipe.ts";
import { EngineError, type ErrorDetails, nearestName } from "../core/errors.ts";
import { freezeDeep } from "../core/freeze.ts";
import type { Random } from "../core/random.ts";
import { isMultiple, parseTimeframe } from "../core/timeframe.ts";
import type { Exits } from "../exits/exits.ts";
import type { Sizing } from "../sizing/sizing.ts";
import type { Decision } from "./decision.ts";
import type { FillView, Market, OrderView, PortfolioView } from "./market.ts";
import type { ParameterSpecs, ParameterValues } from "./parameters.ts";
import { type PlainJson, plainJson } from "./plainJson.ts";
import type { SignalRecipes } from "./signal.ts";

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
  /** This decision's own stream of seeded random numbers; there is no other chance in the engine. */
  readonly random: Random;
};

/** What `onFill` is given: a fill of one of the strategy's own orders, as it happens. */
export type FillInput<V, F extends string, S> = DecideInput<V, F, S> & { readonly fill: FillView };

/** What `onOrder` is given: one of the strategy's own orders whose status has changed other than by a fill. */
export type OrderInput<V, F extends string, S> = DecideInput<V, F, S> & { readonly order: OrderView };

/** A value, or how it follows from the parameters. */
export type OfParameters<T, V> = T | ((parameters: V) => T);

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
  /**
   * At each close of the timeframe, all symbols in view. A strategy has this or `signals`. The answer follows from the
   * input alone, and what is to be remembered is returned as `state`: a backtest, its debugger and the leak probe may
   * ask again for a time that they have asked for before.
   */
  decide?(input: DecideInput<ParameterValues<P>, F, S>): Decision<S>;
  /** Instead of `decide`: when to enter and to leave, as recipes made of the features. */
  signals?(features: Readonly<Record<F, Recipe>>, parameters: ParameterValues<P>): SignalRecipes;
  /** How large the positions are that its signals open; the backtest's own where it is left out. */
  readonly sizing?: OfParameters<Sizing, ParameterValues<P>>;
  /** How its positions are left when it says nothing; the backtest's own where it is left out. */
  readonly exits?: OfParameters<Exits, ParameterValues<P>>;
  /** After each fill of its orders; what it answers is acted upon like a decision. */
  onFill?(input: FillInput<ParameterValues<P>, F, S>): Decision<S> | undefined;
  /** When one of its orders is accepted, rejected, canceled or expires. */
  onOrder?(input: OrderInput<ParameterValues<P>, F, S>): Decision<S> | undefined;
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
  readonly decide?: (input: DecideInput<ParameterValues, string, PlainJson>) => Decision;
  readonly signals?: (
    features: Readonly<Record<string, Recipe>>,
    parameters: ParameterValues,
  ) => SignalRecipes;
  readonly sizing?: OfParameters<Sizing, ParameterValues>;
  readonly exits?: OfParameters<Exits, ParameterValues>;
  readonly onFill?: (input: FillInput<ParameterValues, string, PlainJson>) => Decision | undefined;
  readonly onOrder?: (input: OrderInput<ParameterValues, string, PlainJson>) => Decision | undefined;
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
  "signals",
  "sizing",
  "exits",
  "onFill",
  "onOrder",
] as const;

/** What every definition must have, by the type of it. */
const REQUIRED = {
  name: "string",
  timeframe: "string",
  history: "number",
  features: "function",
};

/** What a definition may have besides, by the type of it. */
const OPTIONAL = { decide: "function", signals: "function", onFill: "function", onOrder: "function" };

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
    ...optionalParts(definition as unknown as Strategy),
  });
}

/** The parts that were given; one that was not is absent, so that a strategy's hash does not depend on new parts. */
function optionalParts(definition: Strategy): Partial<Strategy> {
  const { decide, signals, sizing, exits, onFill, onOrder } = definition;
  return {
    ...(decide && { decide }),
    ...(signals && { signals }),
    ...(sizing && { sizing: typeof sizing === "function" ? sizing : freezeDeep(sizing) }),
    ...(exits && { exits: typeof exits === "function" ? exits : freezeDeep(exits) }),
    ...(onFill && { onFill }),
    ...(onOrder && { onOrder }),
  };
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
  for (const [part, type] of Object.entries(OPTIONAL)) {
    const given = typeof Reflect.get(definition, part);
    if (given === type || given === "undefined") continue;
    throw invalid(`A strategy's ${part} is ${given}; expected a ${type}.`, { part, given, expected: type });
  }
  const ways = ["decide", "signals"].filter((part) => Reflect.get(definition, part) !== undefined);
  if (ways.length === 1) return;
  throw invalid(
    ways.length === 0
      ? "A strategy's decide is undefined; expected a function, or signals instead of it."
      : "A strategy has both decide and signals; expected one of them.",
    { part: "decide", given: ways },
  );
}

function invalid(message: string, details: ErrorDetails = {}): EngineError {
  return new EngineError("strategy.invalid", message, details);
}
