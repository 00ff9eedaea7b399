import type { LiveOrder } from "../orders/liveOrder.ts";
import type { Liquidity } from "../orders/order.ts";
import type { OrderEvent } from "../orders/transitions.ts";

/** Why an order filled where it did. `…Gapped`: the candle opened beyond its price, and it filled at the open. */
export type FillReason =
  /** A market order (or what is left of one) at an open, at the worst of a candle, or at the close. */
  | "open"
  | "worst"
  | "close"
  /** A market order that latency let arrive inside the candle. */
  | "arrival"
  /** A limit that could fill at once when it arrived: at the market's price, as taker. */
  | "marketable"
  | "limit"
  | "limitGapped"
  | "stop"
  | "stopGapped"
  | "stopLimit"
  | "takeProfit"
  | "takeProfitGapped"
  | "trailingStop"
  | "trailingStopGapped"
  | "liquidation"
  | "liquidationGapped";

/**
 * Who is told what the broker does. The account is already up to date when a call comes; the order may be read, not kept
 * past its end. New orders may be handed in from inside a call: they take part from the next candle on.
 */
export interface BrokerListener {
  /** `event` happened to the order; `order.status` is what it made of it. `reason` is `""` where there is none. */
  onOrder(order: LiveOrder, event: OrderEvent | "submit", time: number, reason: string): void;
  /** `price` includes slippage, `slippage` is its part of this fill's cost in quote currency (≥ 0). */
  onFill(
    order: LiveOrder,
    price: number,
    amount: number,
    fee: number,
    liquidity: Liquidity,
    time: number,
    reason: FillReason,
    slippage: number,
    /** Profit that the fill realised, in quote currency, before its fee; 0 where it only opened. */
    realised: number,
  ): void;
  /** `payment` in quote currency: above zero the account paid. */
  onFunding(market: number, time: number, payment: number, rate: number, price: number): void;
  /**
   * A position was taken over by the exchange; the fill was told before. `fee` is the liquidation fee and `cover` what
   * the insurance fund paid of a loss beyond the margin: the fill's own fee is taker's fee + `fee` − `cover`.
   */
  onLiquidation(
    market: number,
    time: number,
    price: number,
    amount: number,
    fee: number,
    cover: number,
  ): void;
}

/** Listens to nothing: for tests and for runs that only need the account. */
export const SILENT: BrokerListener = {
  onOrder() {},
  onFill() {},
  onFunding() {},
  onLiquidation() {},
};
