import type { TriggerBy } from "../orders/order.ts";
import type { FeeModel } from "./feeModel.ts";
import type { LatencyModel } from "./latency.ts";
import type { LeverageTier } from "./leverageTiers.ts";
import type { SlippageModel } from "./slippage.ts";

/** One tradable market of a session. Prices and notionals in quote currency, amounts in base currency. */
export type MarketSpec = {
  /** Unique in the session: the symbol, or `"exchange:symbol"` where two venues have it. */
  readonly id: string;
  /** ccxt's unified symbol, `"BTC/USDT"`. */
  readonly symbol: string;
  readonly exchange: string;
  /** `linear`: a perpetual or future with its margin and profit in quote currency. */
  readonly type: "spot" | "linear";
  /** Steps and limits of the exchange; what is left out does not bind. */
  readonly priceTick?: number;
  readonly amountStep?: number;
  readonly minAmount?: number;
  readonly maxAmount?: number;
  /** Does not bind orders that only reduce. */
  readonly minNotional?: number;
  readonly maxNotional?: number;
  /** Default: 200 (Binance's MAX_NUM_ORDERS). Protective orders count; those of an entry come into being regardless. */
  readonly maxOpenOrders?: number;
  /** By rising `maxNotional`. Default: one tier, up to 125×, with a maintenance margin of 0.5 %. */
  readonly leverageTiers?: readonly LeverageTier[];
  /** Default: `"isolated"`. */
  readonly marginMode?: "isolated" | "cross";
  /** Of positions whose order names none. Default: 1. */
  readonly leverage?: number;
  /** Of the liquidated notional, besides the taker's fee. Default: 50 (0.5 %). */
  readonly liquidationFeeBps?: number;
};

/** An exchange: one wallet in quote currency, its fees and how it fills. */
export type VenueSettings = {
  /** In quote currency, zero or more. */
  readonly startingBalance: number;
  /** Default: no fees. */
  readonly fees?: FeeModel;
  /** Default: none. */
  readonly slippage?: SlippageModel;
  /** Default: none. */
  readonly latency?: LatencyModel;
  /**
   * Largest share (0–1) of a candle's volume that our orders on its market may take together; the rest stays open.
   * Default: as much as is asked for.
   */
  readonly participation?: number;
};

/**
 * Where market orders fill that were decided at a close: `nextOpen` at the next candle's open; `nextWorst` at its high
 * (buys) or low (sells); `thisClose` at the close they were decided at.
 */
export type FillModel = "nextOpen" | "nextWorst" | "thisClose";

/**
 * The way of the price through a candle; see `pricePath`. `pessimistic` visits the extreme against the position first,
 * `favourableFirst` the other one, `nearestFirst` the one nearer to the open.
 */
export type PathModel = "pessimistic" | "favourableFirst" | "nearestFirst";

export type BrokerSettings = {
  /** By exchange. Every market's exchange must be among them. */
  readonly venues: Readonly<Record<string, VenueSettings>>;
  /** Default: `"nextOpen"`. */
  readonly fillModel?: FillModel;
  /** Default: `"pessimistic"`. */
  readonly pathModel?: PathModel;
  /** Holds every submitted order back by so many candles of its market. Default: 0. */
  readonly delayBars?: number;
  /** What triggers of orders that do not say look at, and what liquidation looks at. Default: `"last"`. */
  readonly triggerBy?: TriggerBy;
};
