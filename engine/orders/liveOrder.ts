import type { Attached, OrderStatus, OrderType, Side, TimeInForce, Trail, TriggerBy } from "./order.ts";

/** What an order protects with: a stop or a target that was attached to an entry; `none` for all others. */
export type OrderRole = "none" | "stopLoss" | "trailingStop" | "takeProfit" | "liquidation";

/**
 * An order in the broker's hands. One object serves many orders, one after the other, so that orders cost no memory:
 * read it in a listener's call or while the order is live; once it has ended, what is needed must have been copied.
 * Amounts in base currency, prices in quote currency, NaN where there is none. For reading only.
 */
export class LiveOrder {
  /** Running number of the order in its session, from 1. */
  id = 0;
  /** Order of arrival, which decides between orders at one price; a new price or a larger amount takes a new place. */
  priority = 0;
  /** Index of the strategy whose order it is. */
  owner = 0;
  /** Index of the market in the session. */
  market = 0;
  symbol = "";
  side: Side = "buy";
  /** +1 buys, −1 sells. */
  direction = 1;
  type: OrderType = "market";
  status: OrderStatus = "pendingNew";
  timeInForce: TimeInForce = "GTC";
  amount = Number.NaN;
  filled = 0;
  /** Sum of price × amount of the fills, in quote currency. */
  cost = 0;
  /** Sum of the fills' fees, in quote currency. */
  fees = 0;
  price = Number.NaN;
  triggerPrice = Number.NaN;
  triggerBy: TriggerBy = "last";
  /** Whether a trigger has been hit: from then on it is a market or a limit order. */
  isTriggered = false;
  trail: Trail | undefined = undefined;
  /** The best price a trailing stop has seen since it began to follow; NaN before. `triggerPrice` moves with it. */
  bestPrice = Number.NaN;
  /** UTC milliseconds; NaN unless GTD. */
  expireTime = Number.NaN;
  postOnly = false;
  reduceOnly = false;
  cutToBalance = false;
  rounding: "reject" | "toMarket" = "reject";
  ocoGroup: string | undefined = undefined;
  attached: Attached | undefined = undefined;
  /** NaN: the market's own. */
  leverage = Number.NaN;
  tag: string | undefined = undefined;
  role: OrderRole = "none";
  /** The `id` of the entry that it protects, 0 for none. */
  parentId = 0;
  /** When it was handed in, and when it last changed, UTC milliseconds. */
  submitTime = Number.NaN;
  changeTime = Number.NaN;
  /** Why it was refused or ended, `""` while there is nothing to say; `message` spells a refusal out. */
  reason = "";
  message = "";

  /** The name its author gave it, where he did. */
  givenId: string | undefined = undefined;

  // What only the broker reads and writes.
  /** @internal Reaches the exchange, is canceled there or is changed there at these times; NaN for nothing under way. */
  arrivalTime = Number.NaN;
  cancelTime = Number.NaN;
  replaceTime = Number.NaN;
  replaceAmount = Number.NaN;
  replacePrice = Number.NaN;
  replaceTrigger = Number.NaN;
  cancelReason = "";
  /** @internal Candles that it is still held back. */
  waitBars = 0;
  /** @internal It is tried at the next open: a market order, or a limit that may fill at once. */
  isAtOpen = false;
  /** @internal It takes no part in the candle that opens at this time any more. */
  passedCandle = Number.NaN;
  /** @internal Balance that is set aside for it, in quote currency. */
  reserved = 0;
  /** @internal Which share of its entry's fills a rung takes; NaN for all others. */
  rungFraction = Number.NaN;

  /** The author's name for the order, else `"#"` and its number. */
  get clientOrderId(): string {
    return this.givenId ?? `#${this.id}`;
  }

  /** What has not been filled; while the order is live, `filled + remaining = amount`. */
  get remaining(): number {
    return this.amount - this.filled;
  }

  /** Mean price of the fills; NaN before the first. */
  get average(): number {
    return this.filled > 0 ? this.cost / this.filled : Number.NaN;
  }
}
