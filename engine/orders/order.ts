/** ccxt's word for the direction of an order. */
export type Side = "buy" | "sell";

/**
 * What makes an order executable, and at which price.
 *
 * - `market`: at once, at what the market gives.
 * - `limit`: at `price` or better.
 * - `stop`, `stopLimit`: when the price reaches `triggerPrice` against the side (a buy's from below, a sell's from
 *   above), then as a market or a limit order.
 * - `takeProfit`, `takeProfitLimit`: the same with the price coming from the other side.
 * - `trailingStop`: a stop whose trigger follows the best price since it became active, at the distance of `trail`.
 */
export type OrderType =
  | "market"
  | "limit"
  | "stop"
  | "stopLimit"
  | "takeProfit"
  | "takeProfitLimit"
  | "trailingStop";

/**
 * How long an order works. `GTC` until canceled, `IOC` what fills at once and no more, `FOK` all at once or nothing,
 * `GTD` until `expireTime`.
 */
export type TimeInForce = "GTC" | "IOC" | "FOK" | "GTD";

/** The price that triggers look at: the last traded one, or the exchange's mark price. */
export type TriggerBy = "last" | "mark";

/**
 * The distance of a trailing stop from the best price: in quote currency, or as a fraction of the price.
 * `activationPrice`: it begins to follow once the price has reached this in the order's favour.
 */
export type Trail = {
  readonly distance: number;
  readonly unit: "quote" | "fraction";
  readonly activationPrice?: number;
  /** From this best price on, the distance is this one, in the same unit: freqtrade's `trailing_stop_positive`. */
  readonly tighter?: { readonly fromPrice: number; readonly distance: number };
};

/** One rung of a take-profit ladder: which fraction of the entry's filled amount leaves at which price. */
export type LadderRung = { readonly price: number; readonly fraction: number };

/**
 * Protective orders that come into being with the fills of the order that carries them (a bracket). They reduce only,
 * together cover what has been filled, and cancel one another as they fill.
 */
export type Attached = {
  readonly stopLoss?: {
    readonly triggerPrice: number;
    /** With a price it is a stop-limit. */
    readonly price?: number;
    readonly triggerBy?: TriggerBy;
  };
  readonly trailingStop?: Trail & { readonly triggerBy?: TriggerBy };
  /** One limit order, or one for each rung; fractions of a ladder add up to at most 1. */
  readonly takeProfit?: { readonly price: number } | { readonly ladder: readonly LadderRung[] };
};

/** An order as it is asked for. Amounts are in base currency and above zero: `side` gives the direction. */
export type OrderRequest = {
  /** Names the order from here on; unique in the session. The session gives one where it is left out. */
  readonly clientOrderId?: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly amount: number;
  /** Limit price, in quote currency. */
  readonly price?: number;
  readonly triggerPrice?: number;
  readonly triggerBy?: TriggerBy;
  readonly trail?: Trail;
  /** `GTC` unless told. */
  readonly timeInForce?: TimeInForce;
  /** UTC milliseconds; for `GTD`. */
  readonly expireTime?: number;
  /** Only as maker: an order that would fill at once is rejected. */
  readonly postOnly?: boolean;
  /** Never opens or turns a position: what exceeds it is cut off, without one the order is rejected. */
  readonly reduceOnly?: boolean;
  /** Orders of one group cancel one another: a fill of one takes as much off the others. */
  readonly ocoGroup?: string;
  readonly attached?: Attached;
  /** Leverage for the position that this order opens, on linear futures. An open position keeps the one it has. */
  readonly leverage?: number;
  /**
   * What to do with an amount or a price off the market's steps. `"reject"` (default) refuses the order; `"toMarket"`
   * rounds the amount down, limit prices away from the market and trigger prices to the nearest tick.
   */
  readonly rounding?: "reject" | "toMarket";
  /** Fills as much as the free balance pays for when the order fills, instead of being refused for the lack of it. */
  readonly cutToBalance?: boolean;
  /** The author's own word for why; kept with the order, its fills and the trade. */
  readonly tag?: string;
};

/** What a strategy or a user may ask of the broker. */
export type OrderInstruction =
  | { readonly action: "submit"; readonly order: OrderRequest }
  | {
      readonly action: "amend";
      readonly clientOrderId: string;
      readonly amount?: number;
      readonly price?: number;
      readonly triggerPrice?: number;
    }
  | { readonly action: "cancel"; readonly clientOrderId: string }
  | { readonly action: "cancelAll"; readonly symbol?: string };

/** FIX OrdStatus (tag 39), in ccxt's spelling of words. */
export const ORDER_STATUSES = [
  "pendingNew",
  "new",
  "partiallyFilled",
  "filled",
  "pendingReplace",
  "pendingCancel",
  "canceled",
  "rejected",
  "expired",
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** Whether a fill rested in the book (and paid the maker's fee) or took from it. */
export type Liquidity = "maker" | "taker";

/** One execution: FIX LastPx, LastQty, TransactTime. */
export type Fill = {
  /** Running number of the fill in its session, from 1. */
  readonly tradeId: number;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  /** In quote currency, slippage included. */
  readonly price: number;
  /** In base currency, above zero. */
  readonly amount: number;
  /** In quote currency; below zero where the venue pays a rebate. */
  readonly fee: number;
  readonly liquidity: Liquidity;
  /** UTC milliseconds. */
  readonly timestamp: number;
  /** Why it filled, and at that price: `"open"`, `"limit"`, `"stopGapped"`, `"liquidation"` …; see the broker. */
  readonly reason: string;
};
