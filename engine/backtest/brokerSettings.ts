import type { BrokerSettings, MarketSpec, VenueSettings } from "../broker/settings.ts";
import { nearestName } from "../core/errors.ts";
import { type BacktestOptions, wrong } from "./options.ts";
import type { UniverseMarket } from "./universe.ts";

const OUR_DEFAULTS = { startingBalance: 10_000, feeBps: 10, slippageBps: 0 };

/** A market as the broker runs it, with what the options say of all, of its symbol, and of it. */
export function marketSpec({ id, candles }: UniverseMarket, options: BacktestOptions): MarketSpec {
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

/** The exchanges that the universe is of, with an even part of the balance each. */
export function brokerSettings(markets: readonly UniverseMarket[], options: BacktestOptions): BrokerSettings {
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
