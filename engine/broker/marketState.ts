import { EngineError } from "../core/errors.ts";
import type { LiveOrder } from "../orders/liveOrder.ts";
import { awaitsTrigger, isReached } from "../orders/orderLevels.ts";
import { completeTiers, DEFAULT_TIERS, type LeverageTier } from "./leverageTiers.ts";
import type { MarketRules } from "./marketRules.ts";
import type { MarketSpec } from "./settings.ts";
import type { Depth } from "./slippage.ts";
import type { Venue } from "./venue.ts";

/** Binance's MAX_NUM_ORDERS. */
const DEFAULT_MAX_OPEN_ORDERS = 200;
const DEFAULT_LIQUIDATION_FEE_BPS = 50;

/**
 * One market as the broker runs it: its rules, its candle and its live orders. `below` and `above` enclose the prices
 * at which nothing happens: a candle strictly between them, and before `nextTime`, needs no further look.
 */
export class MarketState {
  readonly id: string;
  readonly symbol: string;
  readonly isSpot: boolean;
  readonly isCross: boolean;
  readonly rules: MarketRules;
  readonly maxOpenOrders: number;
  readonly tiers: readonly Required<LeverageTier>[];
  readonly leverage: number;
  readonly liquidationFeeRate: number;

  /** Live orders by priority; the first `count` entries hold. */
  readonly orders: LiveOrder[] = [];
  count = 0;

  below = Number.NEGATIVE_INFINITY;
  above = Number.POSITIVE_INFINITY;
  /** The first time at which something under way arrives, or an order expires. */
  nextTime = Number.POSITIVE_INFINITY;
  /** Where the position is liquidated; NaN where there is none, or nowhere. */
  liquidation = Number.NaN;

  // The candle that is, or was last, folded.
  openTime = Number.NaN;
  closeTime = Number.NaN;
  open = Number.NaN;
  high = Number.NaN;
  low = Number.NaN;
  close = Number.NaN;
  volume = Number.NaN;
  /** Whether the candle of the batch reaches something. */
  isBusy = false;
  /** Whether its path has been walked. */
  isWalked = false;

  /** What has been taken of this candle, in base currency: of its volume, and of the depth by each side. */
  takenTime = Number.NaN;
  takenVolume = Number.NaN;
  takenByBuys = Number.NaN;
  takenBySells = Number.NaN;

  /** Whether a mark price is known beside the last one; told for one candle, it holds until the next begins. */
  hasMark = false;
  isMarkFresh = false;
  markOpen = Number.NaN;
  markHigh = Number.NaN;
  markLow = Number.NaN;
  markClose = Number.NaN;

  /** The last book given, as distances from its middle. */
  bids: Depth | undefined = undefined;
  asks: Depth | undefined = undefined;

  constructor(
    readonly index: number,
    spec: MarketSpec,
    readonly venueIndex: number,
    readonly venue: Venue,
  ) {
    this.id = spec.id;
    this.symbol = spec.symbol;
    this.isSpot = spec.type === "spot";
    this.isCross = !this.isSpot && spec.marginMode === "cross";
    this.rules = {
      priceTick: limit(spec, "priceTick", 0),
      amountStep: limit(spec, "amountStep", 0),
      minAmount: limit(spec, "minAmount", 0),
      maxAmount: limit(spec, "maxAmount", Infinity),
      minNotional: limit(spec, "minNotional", 0),
      maxNotional: limit(spec, "maxNotional", Infinity),
    };
    this.maxOpenOrders = limit(spec, "maxOpenOrders", DEFAULT_MAX_OPEN_ORDERS);
    this.tiers = completeTiers(spec.id, spec.leverageTiers ?? DEFAULT_TIERS);
    this.leverage = limit(spec, "leverage", 1);
    this.liquidationFeeRate = limit(spec, "liquidationFeeBps", DEFAULT_LIQUIDATION_FEE_BPS) / 10_000;
    if (this.leverage < 1 || (this.isSpot && this.leverage !== 1)) {
      throw new EngineError(
        "broker.market",
        `${spec.id}: leverage is ${this.leverage}; expected at least 1, and 1 on spot. Use type "linear" for leverage.`,
        { market: spec.id, leverage: this.leverage },
      );
    }
  }

  add(order: LiveOrder): void {
    let at = this.count++;
    for (; at > 0 && this.orders[at - 1].priority > order.priority; at--)
      this.orders[at] = this.orders[at - 1];
    this.orders[at] = order;
  }

  remove(order: LiveOrder): void {
    let at = 0;
    while (at < this.count && this.orders[at] !== order) at++;
    if (at === this.count) return;
    this.count--;
    for (; at < this.count; at++) this.orders[at] = this.orders[at + 1];
  }

  /** Whether a resting order is reached where the market has opened, by the price that its trigger looks at. */
  isOpenedThrough(order: LiveOrder): boolean {
    const isByMark = this.hasMark && order.triggerBy === "mark" && awaitsTrigger(order);
    return isReached(order, isByMark ? this.markOpen : this.open);
  }

  /** Begins a new count of what has been taken when the candle is another. */
  touchVolume(): void {
    if (this.takenTime === this.openTime) return;
    this.takenTime = this.openTime;
    this.takenVolume = 0;
    this.takenByBuys = 0;
    this.takenBySells = 0;
  }

  /** Finds `below`, `above` and `nextTime` anew from the live orders and the liquidation price. */
  refresh(amount: number, isAlwaysBusy: boolean): void {
    let below = Number.NEGATIVE_INFINITY;
    let above = Number.POSITIVE_INFINITY;
    let nextTime = Number.POSITIVE_INFINITY;
    for (let k = 0; k < this.count; k++) {
      const order = this.orders[k];
      if (order.isTaking || order.waitBars > 0) below = Number.POSITIVE_INFINITY;
      if (order.approach < 0) {
        if (order.level > below) below = order.level;
      } else if (order.approach > 0 && order.level < above) above = order.level;
      // A trailing stop must see every better price; its trigger is on the other side.
      if (order.bestPrice < above && order.direction < 0) above = order.bestPrice;
      else if (order.bestPrice > below && order.direction > 0) below = order.bestPrice;
      if (order.arrivalTime < nextTime) nextTime = order.arrivalTime;
      if (order.cancelTime < nextTime) nextTime = order.cancelTime;
      if (order.replaceTime < nextTime) nextTime = order.replaceTime;
      if (order.expireTime < nextTime) nextTime = order.expireTime;
    }
    if (amount > 0 && this.liquidation > below) below = this.liquidation;
    else if (amount < 0 && this.liquidation < above) above = this.liquidation;
    this.below = isAlwaysBusy ? Number.POSITIVE_INFINITY : below;
    this.above = above;
    this.nextTime = nextTime;
  }
}

function limit(
  spec: MarketSpec,
  name: keyof MarketRules | "maxOpenOrders" | "leverage" | "liquidationFeeBps",
  otherwise: number,
): number {
  const value = spec[name] ?? otherwise;
  if (value >= 0) return value;
  throw new EngineError(
    "broker.market",
    `${spec.id}: ${name} is ${value}; expected a number of 0 or more, or nothing where the exchange has no such limit.`,
    { market: spec.id, name, value },
  );
}
