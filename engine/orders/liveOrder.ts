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
  filled = Number.NaN;
  /** Sum of price × amount of the fills, in quote currency. */
  cost = Number.NaN;
  /** Sum of the fills' fees, in quote currency. */
  fees = Number.NaN;
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

  // What follows only the broker reads and writes.
  /** @internal When its submission, cancellation or change reaches the exchange; NaN for nothing under way. */
  arrivalTime = Number.NaN;
  /** @internal */
  cancelTime = Number.NaN;
  /** @internal */
  cancelReason = "";
  /** @internal */
  replaceTime = Number.NaN;
  /** @internal What a change under way changes; NaN for what it leaves. */
  replaceAmount = Number.NaN;
  /** @internal */
  replacePrice = Number.NaN;
  /** @internal */
  replaceTrigger = Number.NaN;
  /** @internal The exchange has it in its book. */
  isAccepted = false;
  /** @internal Candles for which it is still held back. */
  waitBars = 0;
  /** @internal It takes from the market at its next chance: a market order, or a limit that may fill at once. */
  isTaking = false;
  /** @internal It takes no part in the rest of the candle that opened at this time. */
  passedCandle = Number.NaN;
  /** @internal Balance that is set aside for it, in quote currency. */
  reserved = Number.NaN;
  /** @internal Which rung of its entry's ladder it is; −1 for none. */
  rung = -1;
  /** @internal The price at which something happens to it, and from where: falling −1, rising +1, not at all 0. */
  level = Number.NaN;
  /** @internal */
  approach = 0;

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

  /** @internal Makes the object the next order's. */
  reset(id: number, owner: number, market: number, symbol: string, time: number): void {
    this.id = id;
    this.priority = id;
    this.owner = owner;
    this.market = market;
    this.symbol = symbol;
    this.side = "buy";
    this.direction = 1;
    this.type = "market";
    this.status = "pendingNew";
    this.timeInForce = "GTC";
    this.amount = Number.NaN;
    this.filled = 0;
    this.cost = 0;
    this.fees = 0;
    this.price = Number.NaN;
    this.triggerPrice = Number.NaN;
    this.triggerBy = "last";
    this.isTriggered = false;
    this.trail = undefined;
    this.bestPrice = Number.NaN;
    this.expireTime = Number.NaN;
    this.postOnly = false;
    this.reduceOnly = false;
    this.cutToBalance = false;
    this.rounding = "reject";
    this.ocoGroup = undefined;
    this.attached = undefined;
    this.leverage = Number.NaN;
    this.tag = undefined;
    this.role = "none";
    this.parentId = 0;
    this.submitTime = time;
    this.changeTime = time;
    this.reason = "";
    this.message = "";
    this.givenId = undefined;
    this.arrivalTime = Number.NaN;
    this.cancelTime = Number.NaN;
    this.cancelReason = "";
    this.replaceTime = Number.NaN;
    this.replaceAmount = Number.NaN;
    this.replacePrice = Number.NaN;
    this.replaceTrigger = Number.NaN;
    this.isAccepted = false;
    this.waitBars = 0;
    this.isTaking = false;
    this.passedCandle = Number.NaN;
    this.reserved = 0;
    this.rung = -1;
    this.level = Number.NaN;
    this.approach = 0;
  }
}
