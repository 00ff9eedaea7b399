import type { Candles } from "../candles/candles.ts";
import type { ColumnPool } from "../catalogue/columnPool.ts";
import type { RecipeEvaluator } from "../catalogue/evaluate.ts";
import { riskSettings } from "../risk/settings.ts";
import type { Feed } from "../session/feed.ts";
import type { Funding } from "../session/fundings.ts";
import type { SessionSettings, SessionStrategy } from "../session/settings.ts";
import type { Strategy } from "../strategy/contract.ts";
import { brokerSettings, marketSpec } from "./brokerSettings.ts";
import { divideCapital } from "./capital.ts";
import { Evaluators } from "./evaluators.ts";
import { candleFeeds, equityRows, fundingsOf, markFeeds } from "./feeds.ts";
import { mixOf, shareSymbols, weightsOf } from "./mix.ts";
import { type BacktestOptions, requireOptions, type StrategyMix } from "./options.ts";
import { prepareStrategy } from "./prepareStrategy.ts";
import { backtestSpan } from "./span.ts";
import { type Execution, executions, type UniverseMarket, universeMarkets } from "./universe.ts";

/** A backtest ready to run: what the session needs, and what the result says of it. */
export type Prepared = {
  readonly settings: SessionSettings;
  readonly feeds: readonly Feed[];
  readonly marks: readonly (Feed | undefined)[];
  readonly fundings: readonly Funding[];
  readonly markets: readonly UniverseMarket[];
  /** The candles that were used, cut: of the universe, then detail and mark prices. */
  readonly used: readonly Candles[];
  readonly executions: readonly Execution[];
  readonly timeframe: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly options: BacktestOptions;
};

/** Steps of the work, for progress. */
export type PrepareProgress = { readonly done: number; readonly total: number };

/** The rules of a backtest that asks for none. */
const OUR_RISK = riskSettings(undefined);

/**
 * Checks everything that was asked for, cuts the candles and computes the features, market by market. Evaluators that
 * are made are put into `kept`, their columns into memory of `pool`.
 */
export function* prepare(
  given: Strategy | StrategyMix,
  universe: readonly Candles[],
  options: BacktestOptions,
  kept = new Map<string, RecipeEvaluator>(),
  pool?: ColumnPool,
): Generator<PrepareProgress, Prepared, void> {
  requireOptions(options);
  const mix = mixOf(given, options);
  const markets = universeMarkets(universe);
  const frames = mix.strategies.map(({ strategy }) => options.timeframe ?? strategy.timeframe);
  const span = backtestSpan(mix, frames, markets, options);
  const { startMs, endMs, cuts } = span;
  const symbols = shareSymbols(mix, markets);
  const total = symbols.reduce((sum, list) => sum + list.length, 0);
  const executed = executions(markets, cuts, options);
  const evaluators = new Evaluators(span, kept, pool);

  let done = 0;
  const strategies: SessionStrategy[] = [];
  const weights = weightsOf(mix);
  for (const [s, share] of mix.strategies.entries()) {
    const part = { weight: weights[s], traded: symbols[s], timeframe: frames[s] };
    const preparing = prepareStrategy(share, part, markets, span, evaluators, options);
    let step = preparing.next();
    for (; !step.done; step = preparing.next()) yield { done: ++done, total: 2 * total };
    strategies.push(step.value);
  }

  const feeds = candleFeeds(markets, executed, startMs);
  const marks = markFeeds(markets, options, startMs, endMs);
  const base = markets[0].candles.timeframe;
  const capital =
    mix.capital === undefined
      ? undefined
      : divideCapital(mix.capital, mix.strategies.length, markets, cuts, (market) =>
          evaluators.of(base, market),
        );
  return {
    settings: {
      markets: markets.map((market) => marketSpec(market, options)),
      broker: brokerSettings(markets, options),
      strategies,
      capital,
      risk: options.risk === undefined ? OUR_RISK : riskSettings(options.risk),
      seed: options.seed ?? 1,
      startMs,
      equityRows: equityRows(feeds),
    },
    feeds,
    marks,
    fundings: fundingsOf(markets, options, startMs, endMs),
    markets,
    used: [
      ...cuts,
      ...executed.filter(({ detail }) => detail !== undefined).map(({ candles }) => candles),
      ...marks.flatMap((feed) => (feed === undefined ? [] : [feed.candles as Candles])),
    ],
    executions: executed,
    timeframe: frames[0],
    startMs,
    endMs,
    options,
  };
}
