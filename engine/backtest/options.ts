import type { FeeModel } from "../broker/feeModel.ts";
import type { LatencyModel } from "../broker/latency.ts";
import type { FillModel, MarketSpec, PathModel } from "../broker/settings.ts";
import type { SlippageModel } from "../broker/slippage.ts";
import type { Candles } from "../candles/candles.ts";
import type { CandleRecipes, Recipe } from "../catalogue/recipe.ts";
import { EngineError, nearestName } from "../core/errors.ts";
import type { Exits } from "../exits/exits.ts";
import type { TriggerBy } from "../orders/order.ts";
import type { RiskPreset } from "../risk/presets.ts";
import type { RiskSettings } from "../risk/settings.ts";
import type { Sizing } from "../sizing/sizing.ts";
import type { Strategy } from "../strategy/contract.ts";
import type { ConstructionOptions, UniverseOptions } from "./construct.ts";

/** One of several strategies on one account. */
export type StrategyShare = {
  readonly strategy: Strategy;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Fraction of the capital. Default: what the others leave, in equal parts. */
  readonly weight?: number;
  /** The symbols that it trades; no two strategies may have one in common. Default: all of the universe. */
  readonly symbols?: readonly string[];
};

/** What a rule that divides capital is given. */
export type CapitalInput = {
  /** UTC milliseconds. */
  readonly time: number;
  /** The rule's own features on the latest closed candle of its symbol, NaN where they are not yet known. */
  readonly features: Readonly<Record<string, number>>;
  /** In the order of the strategies: what each has now, in quote currency. */
  readonly strategyEquity: readonly number[];
};

/**
 * Divides the account among strategies by a rule, a regime say: at the first close of each period the rule says which
 * fraction of the whole equity each strategy may use from then on. Fractions from 0, together at most 1.
 */
export type CapitalRule = {
  /** `"1d"`, `"1w"`, `"1M"` … */
  readonly every: string;
  /** Whose candles the rule's features are of. Default: the first symbol. */
  readonly symbol?: string;
  readonly features?: (
    candles: CandleRecipes & { readonly candles: CandleRecipes },
  ) => Readonly<Record<string, Recipe>>;
  readonly weights: (input: CapitalInput) => readonly number[];
  /** Of the module's text, where it came from one. */
  readonly hash?: string;
};

/** Several strategies on one account. */
export type StrategyMix = {
  readonly strategies: readonly StrategyShare[];
  /** Default: fixed weights, each strategy compounding its own part. */
  readonly capital?: CapitalRule;
};

/** Funding of one market: `rate` falls due at each `timestamp`, UTC milliseconds; a mark price where it is known. */
export type FundingColumns = {
  readonly symbol: string;
  readonly timestamp: Float64Array;
  readonly rate: Float64Array;
  readonly markPrice?: Float64Array;
};

/** What differs from the backtest's own settings on one exchange. */
export type VenueOptions = {
  readonly startingBalance?: number;
  readonly fees?: FeeModel;
  readonly slippage?: SlippageModel;
  readonly latency?: LatencyModel;
  readonly participation?: number;
};

/** When target weights are brought back to what they should be. */
export type RebalanceOptions = {
  /** Only at the first decision of each of these periods: `"1d"`, `"1w"`, `"1M"`. Default: at every decision. */
  readonly every?: string;
  /**
   * A position is left alone while its weight is no further than this from its target, a fraction of the equity.
   * Default: 0.01. Positions that begin, end or turn always trade.
   */
  readonly threshold?: number;
  /** No trade below this, in quote currency; a position that is to end is always closed. Default: 0. */
  readonly minTradeQuote?: number;
};

/** How to run a backtest. */
export type BacktestOptions = {
  /** Values of the strategy's parameters by name; each one left out has its default. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Decides on another timeframe than the strategy's own. Finer candles are resampled to it. */
  readonly timeframe?: string;
  /**
   * The first decision is at the first close from here on, UTC milliseconds. Default: the first candle of the universe
   * plus the strategy's history.
   */
  readonly startMs?: number;
  /** Nothing at or after it is read. Default: the close of the universe's last candle. */
  readonly endMs?: number;
  /** Where a strategy's random numbers start. Default: 1. */
  readonly seed?: number;
  /** In quote currency; several exchanges have equal parts of it unless `venues` says. Default: 10 000. */
  readonly startingBalance?: number;
  /** The quote currency, for labels. Default: what the symbols say. */
  readonly quote?: string;
  /**
   * `"linear"` is a perpetual or future with its margin in quote currency, which can be sold short. Default: by the
   * symbol: `"BTC/USDT:USDT"` is linear, `"BTC/USDT"` is spot.
   */
  readonly marketType?: "spot" | "linear";
  /** What a market's exchange says of it (steps, limits, leverage tiers), by symbol; `"*"` for all of them. */
  readonly markets?: Readonly<Record<string, Partial<Omit<MarketSpec, "id" | "symbol" | "exchange">>>>;
  /** Of positions whose signal or order names none, on linear markets. Default: 1. */
  readonly leverage?: number;
  /** Default: `"isolated"`. */
  readonly marginMode?: "isolated" | "cross";
  /** Fee of one side in hundredths of a percent, for makers and takers alike. Default: 10. `fees` says more. */
  readonly feeBps?: number;
  readonly fees?: FeeModel;
  /** What a taker's price is worse than the market's, in hundredths of a percent. Default: 0. `slippage` says more. */
  readonly slippageBps?: number;
  readonly slippage?: SlippageModel;
  /** How long orders travel. Default: no time. */
  readonly latency?: LatencyModel;
  /** Largest share (0–1) of a candle's volume that our orders may take together. Default: all that is asked for. */
  readonly participation?: number;
  /** What differs on one exchange, by its name. */
  readonly venues?: Readonly<Record<string, VenueOptions>>;
  /** Where market orders fill. Default: `"nextOpen"`. */
  readonly fillModel?: FillModel;
  /** The way of the price inside a candle. Default: `"pessimistic"`. */
  readonly pathModel?: PathModel;
  /** Holds every order back by so many candles. Default: 0. */
  readonly delayBars?: number;
  /** What triggers and liquidation look at. Default: `"last"`; `"mark"` wants `markPrice`. */
  readonly triggerBy?: TriggerBy;
  /** Candles of a lower timeframe that say what happened inside those of the universe, by symbol. */
  readonly detail?: readonly Candles[];
  /** What to do where a candle has no detail: an error, or the path model. Default: `"error"`. */
  readonly detailFallback?: "error" | "path";
  readonly funding?: readonly FundingColumns[];
  /** Candles of the mark price, of the timeframe of the candles that are folded. */
  readonly markPrice?: readonly Candles[];
  /** How large positions are that signals open. Default: the equity by `maxOpenPositions`. */
  readonly sizing?: Sizing;
  /** How positions are left when the strategy says nothing; a strategy's own exits come before. */
  readonly exits?: Exits;
  /** Of each strategy. Default: one for each of its symbols. */
  readonly maxOpenPositions?: number;
  /** Divides what a strategy's targets ask for by a method instead of by their own weights. */
  readonly construction?: ConstructionOptions;
  /** Which symbols may be entered at each date. Default: all of them. */
  readonly universe?: UniverseOptions;
  readonly rebalance?: RebalanceOptions;
  /** Cancels an entry order that has not filled after so long, in milliseconds. Default: never. */
  readonly entryTimeoutMs?: number;
  /** The same for an exit order; what is left of the position then leaves at the market. Default: never. */
  readonly exitTimeoutMs?: number;
  /** Default: nothing on but sanity (`"research"`). */
  readonly risk?: RiskPreset | RiskSettings;
  /**
   * What becomes of positions that are open at the end: closed at the last close (default), at the open of the last
   * candle (backtesting.py), or kept, and not among the trades.
   */
  readonly finalise?: "lastClose" | "lastOpen" | "keepOpen";
  /** Which way to go; both give the same. Default: `"auto"`, the fast path where it can be had. */
  readonly path?: "auto" | "event";
  /** Labels the result; it changes no number. Default: true for candles of the exchange `"simulated"`. */
  readonly simulated?: boolean;
};

const OPTIONS = {
  parameters: true,
  timeframe: true,
  startMs: true,
  endMs: true,
  seed: true,
  startingBalance: true,
  quote: true,
  marketType: true,
  markets: true,
  leverage: true,
  marginMode: true,
  feeBps: true,
  fees: true,
  slippageBps: true,
  slippage: true,
  latency: true,
  participation: true,
  venues: true,
  fillModel: true,
  pathModel: true,
  delayBars: true,
  triggerBy: true,
  detail: true,
  detailFallback: true,
  funding: true,
  markPrice: true,
  sizing: true,
  exits: true,
  maxOpenPositions: true,
  construction: true,
  universe: true,
  rebalance: true,
  entryTimeoutMs: true,
  exitTimeoutMs: true,
  risk: true,
  finalise: true,
  path: true,
  simulated: true,
} satisfies Record<keyof BacktestOptions, true>;

/** Refuses what no backtest can mean, before any work is done; what the broker and the rules check is theirs. */
export function requireOptions(options: BacktestOptions): void {
  const known = Object.keys(OPTIONS);
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const nearest = nearestName(name, known);
    throw wrong(
      "unknown-option",
      `backtest has no option "${name}". ` +
        (nearest === undefined ? `It has: ${known.join(", ")}.` : `Did you mean "${nearest}"?`),
      { option: name, nearest },
    );
  }
  requireNumber(
    "startingBalance",
    options.startingBalance,
    (x) => x > 0,
    "an amount above 0 in quote currency",
  );
  requireNumber(
    "feeBps",
    options.feeBps,
    (x) => x > -10_000 && x < 10_000,
    "hundredths of a percent below 10000",
  );
  requireNumber(
    "slippageBps",
    options.slippageBps,
    (x) => x >= 0 && x < 10_000,
    "hundredths of a percent from 0",
  );
  requireNumber("seed", options.seed, () => true, "a finite number");
  requireNumber("startMs", options.startMs, Number.isSafeInteger, "whole UTC milliseconds");
  requireNumber("endMs", options.endMs, Number.isSafeInteger, "whole UTC milliseconds");
  requireNumber("leverage", options.leverage, (x) => x >= 1, "a number from 1");
  requireNumber(
    "maxOpenPositions",
    options.maxOpenPositions,
    (x) => Number.isInteger(x) && x >= 1,
    "a whole number from 1",
  );
  requireNumber("entryTimeoutMs", options.entryTimeoutMs, (x) => x > 0, "milliseconds above 0");
  requireNumber("exitTimeoutMs", options.exitTimeoutMs, (x) => x > 0, "milliseconds above 0");
  requireNumber(
    "rebalance.threshold",
    options.rebalance?.threshold,
    (x) => x >= 0 && x < 1,
    "a fraction from 0",
  );
  requireNumber(
    "rebalance.minTradeQuote",
    options.rebalance?.minTradeQuote,
    (x) => x >= 0,
    "an amount from 0",
  );
  requireOne("marketType", options.marketType, ["spot", "linear"]);
  requireOne("marginMode", options.marginMode, ["isolated", "cross"]);
  requireOne("fillModel", options.fillModel, ["nextOpen", "nextWorst", "thisClose"]);
  requireOne("pathModel", options.pathModel, ["pessimistic", "favourableFirst", "nearestFirst"]);
  requireOne("detailFallback", options.detailFallback, ["error", "path"]);
  requireOne("finalise", options.finalise, ["lastClose", "lastOpen", "keepOpen"]);
  requireOne("path", options.path, ["auto", "event"]);
  for (const [short, long] of [
    ["feeBps", "fees"],
    ["slippageBps", "slippage"],
  ] as const) {
    if (options[short] === undefined || options[long] === undefined) continue;
    throw wrong("two-ways", `${short} and ${long} are both given; expected one of them.`, { option: short });
  }
}

function requireNumber(
  option: string,
  value: unknown,
  holds: (value: number) => boolean,
  expected: string,
): void {
  if (value === undefined || (typeof value === "number" && Number.isFinite(value) && holds(value))) return;
  throw wrong("bad-option", `${option} is ${String(value)}; expected ${expected}.`, {
    option,
    given: String(value),
    expected,
  });
}

function requireOne(option: string, value: string | undefined, known: readonly string[]): void {
  if (value === undefined || known.includes(value)) return;
  const nearest = nearestName(value, known);
  throw wrong(
    "bad-option",
    `${option} is "${value}"; expected one of ${known.join(", ")}.` +
      (nearest === undefined ? "" : ` Did you mean "${nearest}"?`),
    { option, given: value, known, nearest },
  );
}

export function wrong(code: string, message: string, details: Record<string, unknown>): EngineError {
  return new EngineError(`backtest.${code}`, message, details);
}
