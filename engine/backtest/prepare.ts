import type { BrokerSettings, MarketSpec, VenueSettings } from "../broker/settings.ts";
import { lowerBound } from "../candles/build.ts";
import type { Candles } from "../candles/candles.ts";
import { atTimeframe, closeOf } from "../candles/cut.ts";
import { RecipeEvaluator } from "../catalogue/evaluate.ts";
import { nearestName } from "../core/errors.ts";
import { isoTime } from "../core/isoTime.ts";
import { isMultiple, timeframeMs } from "../core/timeframe.ts";
import { exitPlan } from "../exits/plan.ts";
import { riskSettings } from "../risk/settings.ts";
import { Feed } from "../session/feed.ts";
import type { Funding } from "../session/session.ts";
import type { SessionSettings, SessionStrategy } from "../session/settings.ts";
import { Tape } from "../session/tape.ts";
import { requireSizing } from "../sizing/sizeOf.ts";
import type { Sizing } from "../sizing/sizing.ts";
import type { Strategy } from "../strategy/contract.ts";
import { featureRecipes } from "../strategy/featureRecipes.ts";
import { type ParameterValues, resolveParameters } from "../strategy/parameters.ts";
import { divideCapital } from "./capital.ts";
import { construct, membership } from "./construct.ts";
import {
  type BacktestOptions,
  requireOptions,
  type StrategyMix,
  type StrategyShare,
  wrong,
} from "./options.ts";
import { LazyPlanColumns } from "./planColumns.ts";
import { signalColumns } from "./signalColumns.ts";
import {
  cutMarket,
  type Execution,
  executions,
  type UniverseMarket,
  universeMarkets,
  universeSpan,
} from "./universe.ts";

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

const OUR_DEFAULTS = { startingBalance: 10_000, feeBps: 10, slippageBps: 0 };

/** The rules of a backtest that asks for none. */
const OUR_RISK = riskSettings(undefined);

/** Checks everything that was asked for, cuts the candles and computes the features, market by market. */
export function* prepare(
  given: Strategy | StrategyMix,
  universe: readonly Candles[],
  options: BacktestOptions,
  evaluators = new Map<string, RecipeEvaluator>(),
): Generator<PrepareProgress, Prepared, void> {
  requireOptions(options);
  const mix = mixOf(given, options);
  const markets = universeMarkets(universe);
  const { timeframe: base } = markets[0].candles;
  const frames = mix.strategies.map(({ strategy }) => options.timeframe ?? strategy.timeframe);
  mix.strategies.forEach(({ strategy }, s) => {
    requireTimeframe(strategy, frames[s], base);
  });
  const span = universeSpan(markets);
  const historyMs = Math.max(
    ...mix.strategies.map(({ strategy }, s) => strategy.history * timeframeMs(frames[s])),
  );
  const historyRows = Math.ceil(historyMs / timeframeMs(base));
  const startMs = options.startMs ?? firstStart(markets, historyRows);
  const endMs = options.endMs ?? span.lastCloseMs;
  requireSpan(mix, span, startMs, endMs);
  const froms = markets.map(({ candles }) => historyFrom(candles, startMs, historyMs, historyRows));
  const fromMs = Math.min(...froms);
  const cuts = markets.map(({ candles }, m) => cutMarket(candles, froms[m], endMs));
  if (cuts.every(({ timestamp }) => timestamp.length === 0)) {
    throw wrong(
      "no-candles",
      `No symbol has a candle from ${isoTime(fromMs)} (start less history) to ${isoTime(endMs)}. ` +
        `The candles reach from ${isoTime(span.firstMs)} to ${isoTime(span.lastCloseMs)}: choose dates among them.`,
      { fromMs, endMs, ...span },
    );
  }
  const symbols = shareSymbols(mix, markets);
  const total = symbols.reduce((sum, list) => sum + list.length, 0);
  const executed = executions(markets, cuts, options);

  const atFrame = new Map<string, Candles[]>();
  const candlesAt = (timeframe: string): Candles[] => {
    let list = atFrame.get(timeframe);
    if (list === undefined) {
      list = cuts.map((cut, m) => atTimeframe(cut, timeframe, froms[m]));
      atFrame.set(timeframe, list);
    }
    return list;
  };
  const evaluatorOf = (timeframe: string, market: number): RecipeEvaluator => {
    // Who keeps evaluators from run to run may ask for another span.
    const key = `${timeframe} ${market} ${froms[market]} ${endMs}`;
    let evaluator = evaluators.get(key);
    if (evaluator === undefined) {
      const list = candlesAt(timeframe);
      evaluator = new RecipeEvaluator(list[market], list);
      evaluators.set(key, evaluator);
    }
    return evaluator;
  };

  let done = 0;
  const strategies: SessionStrategy[] = [];
  const weights = weightsOf(mix);
  for (const [s, { strategy, parameters: own }] of mix.strategies.entries()) {
    const parameters = resolveParameters(strategy.parameters, own);
    const recipes = featureRecipes(strategy, parameters);
    const names = Object.keys(recipes);
    const exits = exitsOf(strategy, parameters, options);
    const plan = exitPlan(exits);
    const tapes: Tape[] = [];
    const signals = [];
    const plans = [];
    const traded = symbols[s];
    for (const market of traded) {
      const candles = candlesAt(frames[s])[market];
      const evaluator = evaluatorOf(frames[s], market);
      const features = Object.fromEntries(names.map((name) => [name, evaluator.column(recipes[name])]));
      tapes.push(new Tape(markets[market].id, frames[s], candles, features));
      if (strategy.signals !== undefined)
        signals.push(signalColumns(strategy, recipes, parameters, evaluator));
      plans.push(new LazyPlanColumns(evaluator, plan, frames[s]));
      yield { done: ++done, total: 2 * total };
    }
    const { maxOpenPositions = traded.length, rebalance } = options;
    if (rebalance?.every !== undefined) timeframeMs(rebalance.every);
    const sizing = sizingOf(strategy, parameters, options, maxOpenPositions);
    strategies.push({
      strategy,
      parameters,
      weight: weights[s],
      markets: traded,
      tapes,
      signals: strategy.signals === undefined ? undefined : signals,
      plans,
      sizing,
      exits: plan,
      hasExits: Object.keys(exits).some((name) => name !== "fractionsOf"),
      isDealt: true,
      rebalancing: {
        every: rebalance?.every,
        threshold: rebalance?.threshold ?? 0.01,
        minTradeQuote: rebalance?.minTradeQuote ?? 0,
      },
      construct: options.construction && construct(options.construction, candlesAt(frames[s])),
      membership: options.universe && membership(options.universe, cuts),
      maxOpenPositions,
      entryTimeoutMs: options.entryTimeoutMs ?? Infinity,
      exitTimeoutMs: options.exitTimeoutMs ?? Infinity,
    });
  }

  const feeds = executed.map(({ candles, closes }, m) => {
    const feed = new Feed(markets[m].id, candles, closes);
    skipTo(feed, startMs);
    return feed;
  });
  const marks = markFeeds(markets, options, startMs, endMs);
  return {
    settings: {
      markets: markets.map((market) => marketSpec(market, options)),
      broker: brokerSettings(markets, options),
      strategies,
      capital:
        mix.capital === undefined
          ? undefined
          : divideCapital(mix.capital, mix.strategies.length, markets, cuts, (market) =>
              evaluatorOf(base, market),
            ),
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

/** When the first market has its history: the close of so many candles. */
function firstStart(markets: readonly UniverseMarket[], rows: number): number {
  let first = Infinity;
  for (const { candles } of markets) {
    const { timestamp, timeframe } = candles;
    if (timestamp.length >= rows) first = Math.min(first, closeOf(timeframe)(timestamp[rows - 1]));
  }
  if (first < Infinity) return first;
  const { firstMs } = universeSpan(markets);
  return firstMs + rows * timeframeMs(markets[0].candles.timeframe);
}

/**
 * Where a market's history begins: as many candles before the start as are needed, counted, since markets close at
 * weekends; never later than their length alone says.
 */
function historyFrom({ timestamp }: Candles, startMs: number, historyMs: number, rows: number): number {
  const from = startMs - historyMs;
  const first = lowerBound(timestamp, startMs) - rows;
  return timestamp.length === 0 ? from : Math.min(from, timestamp[Math.max(0, first)]);
}

function mixOf(given: Strategy | StrategyMix, options: BacktestOptions): StrategyMix {
  if (!("strategies" in given)) return { strategies: [{ strategy: given, parameters: options.parameters }] };
  if (given.strategies.length === 0) {
    throw wrong("no-strategies", "The list of strategies is empty; expected at least one { strategy }.", {});
  }
  if (options.parameters !== undefined && Object.keys(options.parameters).length > 0) {
    throw wrong(
      "parameters-of-whom",
      "parameters are given beside several strategies; expected each strategy's own in its { strategy, parameters }.",
      {},
    );
  }
  return given;
}

/** Which markets each strategy trades, rising. That no two share one is the session's to see. */
function shareSymbols(mix: StrategyMix, markets: readonly UniverseMarket[]): number[][] {
  const known = markets.map(({ id }) => id);
  return mix.strategies.map(({ symbols = known }) =>
    symbols
      .map((symbol) => {
        const at = known.indexOf(symbol);
        if (at >= 0) return at;
        const nearest = nearestName(symbol, known);
        throw wrong(
          "unknown-symbol",
          `The universe has no symbol "${symbol}". ` +
            (nearest === undefined ? `It has: ${known.join(", ")}.` : `Did you mean "${nearest}"?`),
          { symbol, known, nearest },
        );
      })
      .sort((a, b) => a - b),
  );
}

function weightsOf(mix: StrategyMix): number[] {
  const given = mix.strategies.map(({ weight }: StrategyShare) => weight);
  let sum = 0;
  let without = 0;
  for (const weight of given) {
    if (weight === undefined) without++;
    else if (weight > 0 && weight <= 1) sum += weight;
    else
      throw wrong("bad-weight", `A strategy's weight is ${weight}; expected a fraction above 0.`, { weight });
  }
  if (sum > 1 + 1e-9 || (without > 0 && sum >= 1)) {
    throw wrong(
      "bad-weight",
      `The strategies' weights add up to ${sum}${without > 0 ? ` and leave nothing to ${without} others` : ""}; ` +
        "expected at most 1 of the capital.",
      { sum, without },
    );
  }
  return given.map((weight) => weight ?? (1 - sum) / without);
}

function requireTimeframe(strategy: Strategy, timeframe: string, base: string): void {
  if (timeframe !== base && !isMultiple(timeframe, base)) {
    throw wrong(
      "timeframe-finer-than-data",
      `The candles are ${base} and cannot make ${timeframe}; expected candles of ${timeframe}, or finer ones that ` +
        `divide it. Load finer candles, or backtest with timeframe: "${base}".`,
      { strategy: strategy.name, timeframe, given: base },
    );
  }
  for (const higher of strategy.informative) {
    if (higher !== timeframe && isMultiple(higher, timeframe)) continue;
    throw wrong(
      "informative-not-higher",
      `${strategy.name} also reads ${higher}, which is not a higher multiple of ${timeframe}. Backtest on ` +
        `${strategy.timeframe}, its own timeframe, or on one that divides ${higher}.`,
      { strategy: strategy.name, timeframe, informative: higher },
    );
  }
}

function requireSpan(
  mix: StrategyMix,
  span: { firstMs: number; lastCloseMs: number },
  startMs: number,
  endMs: number,
): void {
  if (endMs > startMs) return;
  const { strategy } = mix.strategies[0];
  throw wrong(
    "empty-span",
    `The first decision would be at ${isoTime(startMs)}, and the end is ${isoTime(endMs)}. The candles reach from ` +
      `${isoTime(span.firstMs)} to ${isoTime(span.lastCloseMs)} and ${strategy.name} needs ${strategy.history} of them ` +
      "before it decides: load more, or choose other dates.",
    { startMs, endMs, ...span, history: strategy.history },
  );
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

function marketSpec({ id, candles }: UniverseMarket, options: BacktestOptions): MarketSpec {
  const symbol = id.startsWith(`${candles.exchange}:`) ? id.slice(candles.exchange.length + 1) : id;
  const type = options.marketType ?? (symbol.includes(":") ? "linear" : "spot");
  const isLinear = type === "linear";
  return {
    type,
    ...(isLinear && { marginMode: options.marginMode ?? "isolated", leverage: options.leverage ?? 1 }),
    ...options.markets?.["*"],
    ...options.markets?.[symbol],
    ...options.markets?.[id],
    id,
    symbol,
    exchange: candles.exchange,
  };
}

function brokerSettings(markets: readonly UniverseMarket[], options: BacktestOptions): BrokerSettings {
  const exchanges = [...new Set(markets.map(({ candles }) => candles.exchange))].sort();
  const { startingBalance = OUR_DEFAULTS.startingBalance, venues = {} } = options;
  for (const name of Object.keys(venues)) {
    if (exchanges.includes(name)) continue;
    const nearest = nearestName(name, exchanges);
    throw wrong(
      "unknown-venue",
      `venues has settings for "${name}", which no symbol is of. ` +
        (nearest === undefined ? `There are: ${exchanges.join(", ")}.` : `Did you mean "${nearest}"?`),
      { venue: name, nearest },
    );
  }
  const bps = options.feeBps ?? OUR_DEFAULTS.feeBps;
  const slippageBps = options.slippageBps ?? OUR_DEFAULTS.slippageBps;
  const fees = options.fees ?? { kind: "flat", makerBps: bps, takerBps: bps };
  const slippage = options.slippage ?? { kind: "fixedBps", bps: slippageBps };
  const all: Record<string, VenueSettings> = {};
  for (const exchange of exchanges) {
    all[exchange] = {
      startingBalance: startingBalance / exchanges.length,
      fees,
      slippage: slippage.kind === "fixedBps" && slippage.bps === 0 ? { kind: "none" } : slippage,
      ...(options.latency !== undefined && { latency: options.latency }),
      ...(options.participation !== undefined && { participation: options.participation }),
      ...venues[exchange],
    };
  }
  return {
    venues: all,
    fillModel: options.fillModel ?? "nextOpen",
    pathModel: options.pathModel ?? "pessimistic",
    delayBars: options.delayBars ?? 0,
    triggerBy: options.triggerBy ?? "last",
  };
}

/** The last candle that closes by the start gives the first prices; nothing is folded before it. */
function skipTo(feed: Feed, startMs: number): void {
  let first = 0;
  let high = feed.rows;
  const { timestamp } = feed.candles;
  while (first < high) {
    const middle = (first + high) >>> 1;
    if (feed.closeOf(timestamp[middle]) < startMs) first = middle + 1;
    else high = middle;
  }
  const isAtStart = first < feed.rows && feed.closeOf(timestamp[first]) === startMs;
  feed.goTo(isAtStart || first === 0 ? first : first - 1);
}

function equityRows(feeds: readonly Feed[]): number {
  return Math.max(64, ...feeds.map(({ rows, next }) => rows - next));
}

function markFeeds(
  markets: readonly UniverseMarket[],
  { markPrice = [] }: BacktestOptions,
  startMs: number,
  endMs: number,
): (Feed | undefined)[] {
  return markets.map(({ id, candles }) => {
    const own = markPrice.find(({ symbol, exchange }) => symbol === id || `${exchange}:${symbol}` === id);
    if (own === undefined) return undefined;
    const from = startMs - timeframeMs(candles.timeframe);
    return new Feed(id, { ...cutMarket(own, from, endMs), symbol: id } as Candles);
  });
}

function fundingsOf(
  markets: readonly UniverseMarket[],
  { funding = [] }: BacktestOptions,
  startMs: number,
  endMs: number,
): Funding[] {
  const all: Funding[] = [];
  for (const { symbol, timestamp, rate, markPrice } of funding) {
    const market = markets.findIndex(({ id }) => id === symbol);
    if (market < 0) {
      const known = markets.map(({ id }) => id);
      const nearest = nearestName(symbol, known);
      throw wrong(
        "funding-of-unknown-symbol",
        `funding has rates of ${symbol}, which is not in the universe. ` +
          (nearest === undefined ? `It has: ${known.join(", ")}.` : `Did you mean "${nearest}"?`),
        { symbol, nearest },
      );
    }
    for (let i = 0; i < timestamp.length; i++) {
      if (timestamp[i] < startMs || timestamp[i] > endMs) continue;
      all.push({ market, time: timestamp[i], rate: rate[i], price: markPrice?.[i] ?? Number.NaN });
    }
  }
  return all.sort((a, b) => a.time - b.time || a.market - b.market);
}
