import type { Side } from "../orders/order.ts";

/** One market as the rules know it. Everywhere else a market is its index in the session's list. */
export type RiskMarket = {
  /** Unique in the session: the symbol, or `"exchange:symbol"` where two venues have it. */
  readonly id: string;
  readonly symbol: string;
  readonly exchange: string;
  readonly type: "spot" | "linear";
};

/**
 * An order before it is sent. The session may fill one and the same object again for each order: nothing here is kept.
 * What is not known is NaN.
 */
export interface RiskOrder {
  readonly market: number;
  readonly side: Side;
  /** Base currency, above zero. */
  readonly amount: number;
  /** The limit price, else the trigger price, in quote currency; NaN for a market order. */
  readonly price: number;
  /** What of `amount` waits already, where it is a live order whose price is to change; 0 for a new one. */
  readonly waiting: number;
  /** Whether `price` is the trigger of a stop, which waits on the far side of the market, and not a limit. */
  readonly isStop: boolean;
  /** Never opens, enlarges or turns a position. Every rule lets such an order through. */
  readonly reduceOnly: boolean;
  /** Where the position that it opens would be given up; NaN without a stop. */
  readonly stopPrice: number;
  /** Where its profit would be taken, the mean of a ladder weighted by its fractions; NaN without a target. */
  readonly targetPrice: number;
  /** Leverage of the position that it opens; 1 on spot. */
  readonly leverage: number;
}

/** The account as the rules look at it, at the moment of the check. Amounts in quote currency unless called base. */
export interface AccountView {
  readonly equity: number;
  /** Margin held by the market's position and orders; 0 on spot. */
  marginUsed(market: number): number;
  /** Last price of a market; NaN before its first. */
  price(market: number): number;
  /** Signed base amount: long > 0. */
  positionAmount(market: number): number;
  /**
   * Base amount left of the live orders of one side that are not reduce-only: what may yet open or enlarge a position.
   * What `leavingAmount` counts is not in it.
   */
  openOrderAmount(market: number, side: Side): number;
  /**
   * Base amount, not above the position's, that market orders already on their way take off the position. They fill
   * before or together with what is checked now, so a change from one market to another is not counted twice.
   */
  leavingAmount(market: number): number;
  /**
   * What the position and its live entry orders lose against their entry prices when their stops are hit at the
   * trigger: 0 from break-even on, NaN where any of it has no stop. 0 without position and orders.
   */
  openRisk(market: number): number;
}

/** A trade as it closed. */
export type RiskTrade = {
  readonly market: number;
  /** Quote currency, after fees and funding. */
  readonly profit: number;
  /** `profit` as a fraction of what the entry cost. */
  readonly returnFraction: number;
  /** Left by a stop, a trailing stop or liquidation. */
  readonly isStopped: boolean;
};
