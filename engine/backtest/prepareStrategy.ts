import { timeframeMs } from "../core/timeframe.ts";
import { exitPlan } from "../exits/plan.ts";
import type { SessionStrategy } from "../session/settings.ts";
import { Tape } from "../session/tape.ts";
import { requireSizing } from "../sizing/sizeOf.ts";
import type { Sizing } from "../sizing/sizing.ts";
import type { Strategy } from "../strategy/contract.ts";
import { featureRecipes } from "../strategy/featureRecipes.ts";
import { type ParameterValues, resolveParameters } from "../strategy/parameters.ts";
import { construct, membership } from "./construct.ts";
import type { Evaluators } from "./evaluators.ts";
import type { BacktestOptions, StrategyShare } from "./options.ts";
import { LazyPlanColumns } from "./planColumns.ts";
import { LazySignals, signalRecipes } from "./signalColumns.ts";
import type { Span } from "./span.ts";
import type { UniverseMarket } from "./universe.ts";

/** A strategy's place in the mix: its part of the balance, the markets that it trades, rising, and on which timeframe. */
type Part = {
  readonly weight: number;
  readonly traded: readonly number[];
  readonly timeframe: string;
};

/** Computes what a strategy sees and fills in everything that a session asks of it; yields after each market. */
export function* prepareStrategy(
  { strategy, parameters: own }: StrategyShare,
  { weight, traded, timeframe }: Part,
  markets: readonly UniverseMarket[],
  { cuts }: Span,
  evaluators: Evaluators,
  options: BacktestOptions,
): Generator<void, SessionStrategy, void> {
  const parameters = resolveParameters(strategy.parameters, own);
  const recipes = featureRecipes(strategy, parameters);
  const names = Object.keys(recipes);
  const exits = exitsOf(strategy, parameters, options);
  const plan = exitPlan(exits);
  const tapes: Tape[] = [];
  const signals = [];
  const plans = [];
  for (const market of traded) {
    const candles = evaluators.candlesAt(timeframe)[market];
    const evaluator = evaluators.of(timeframe, market);
    const features = Object.fromEntries(names.map((name) => [name, evaluator.column(recipes[name])]));
    tapes.push(new Tape(markets[market].id, timeframe, candles, features));
    if (strategy.signals !== undefined) {
      signals.push(new LazySignals(signalRecipes(strategy, recipes, parameters), evaluator));
    }
    plans.push(new LazyPlanColumns(evaluator, plan, timeframe));
    yield;
  }
  const { maxOpenPositions = traded.length, rebalance } = options;
  if (rebalance?.every !== undefined) timeframeMs(rebalance.every);
  return {
    strategy,
    parameters,
    weight,
    markets: traded,
    tapes,
    signals: strategy.signals === undefined ? undefined : signals,
    plans,
    sizing: sizingOf(strategy, parameters, options, maxOpenPositions),
    exits: plan,
    hasExits: Object.keys(exits).some((name) => name !== "fractionsOf"),
    isDealt: true,
    rebalancing: {
      every: rebalance?.every,
      threshold: rebalance?.threshold ?? 0.01,
      minTradeQuote: rebalance?.minTradeQuote ?? 0,
    },
    construct: options.construction && construct(options.construction, evaluators.candlesAt(timeframe)),
    membership: options.universe && membership(options.universe, cuts),
    maxOpenPositions,
    entryTimeoutMs: options.entryTimeoutMs ?? Infinity,
    exitTimeoutMs: options.exitTimeoutMs ?? Infinity,
  };
}

function exitsOf(strategy: Strategy, parameters: ParameterValues, options: BacktestOptions) {
  const own = typeof strategy.exits === "function" ? strategy.exits(parameters) : strategy.exits;
  return own ?? options.exits ?? {};
}

function sizingOf(
  strategy: Strategy,
  parameters: ParameterValues,
  options: BacktestOptions,
  maxOpenPositions: number,
): Sizing {
  const own = typeof strategy.sizing === "function" ? strategy.sizing(parameters) : strategy.sizing;
  const sizing = own ?? options.sizing ?? { kind: "fixedFraction", fraction: 1 / maxOpenPositions };
  requireSizing(sizing);
  return sizing;
}
