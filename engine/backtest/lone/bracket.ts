import { isLowFirst } from "../../broker/pricePath.ts";
import type { PathModel } from "../../broker/settings.ts";
import type { ExitPlan } from "../../exits/plan.ts";
import { type ExitRefusal, type Protection, protect } from "../../exits/protect.ts";
import { LiveOrder } from "../../orders/liveOrder.ts";
import type { SessionStrategy } from "../../session/settings.ts";
import { columnAt } from "../../session/sizeEntry.ts";
import { type Moment, type OrderLog, ROLES } from "./orderLog.ts";
import { levelOnTick } from "./orderTables.ts";

/** Whether a plan is a stop and a target that stay where they are, or one of them. */
export function isBracket(plan: ExitPlan): boolean {
  const { targets, isManaged, trailFollowsPrice } = plan;
  return !isManaged && !trailFollowsPrice && targets.length <= 1 && targets.every(({ share }) => share === 1);
}

/** What of a market a bracket looks at. */
export type BracketMarket = {
  readonly symbol: string;
  readonly priceTick: number;
  readonly pathModel: PathModel;
  readonly leverage: number;
  readonly feeRate: number;
};

/** The stop and the target of the one position that there is, on the market's tick; NaN where there is none. */
export class Bracket {
  stop = Number.NaN;
  target = Number.NaN;
  #direction: 1 | -1 = 1;
  #stopPlace = -1;
  #targetPlace = -1;
  #openTime = Number.NaN;
  #amount = 0;
  #tag: string | undefined = undefined;
  readonly #spec: SessionStrategy;
  readonly #market: BracketMarket;
  readonly #log: OrderLog;

  constructor(spec: SessionStrategy, market: BracketMarket, log: OrderLog) {
    this.#spec = spec;
    this.#market = market;
    this.#log = log;
  }

  get isLive(): boolean {
    return this.#stopPlace >= 0 || this.#targetPlace >= 0;
  }

  /** What an entry at this price would be protected with, as of a closed row. */
  plan(direction: 1 | -1, price: number, row: number): Protection | ExitRefusal {
    const [plans] = this.#spec.plans;
    const { leverage, feeRate } = this.#market;
    return protect(this.#spec.exits, {
      direction,
      price,
      atr: columnAt(plans.exitAtr, row),
      stopStructure: columnAt(direction > 0 ? plans.stopLow : plans.stopHigh, row),
      trailStructure: columnAt(direction > 0 ? plans.trailLow : plans.trailHigh, row),
      stopPrice: Number.NaN,
      leverage,
      feeRate,
    });
  }

  /** The orders come into being, at the open of a row, for the signed amount that filled there. */
  begin(
    direction: 1 | -1,
    { stopPrice, targets }: Protection,
    filled: number,
    row: number,
    openTime: number,
    tag: string | undefined,
  ): void {
    const { priceTick } = this.#market;
    const log = this.#log;
    this.#direction = direction;
    this.#openTime = openTime;
    this.#amount = Math.abs(filled);
    this.#tag = tag;
    const target = targets.length > 0 ? targets[0].price : Number.NaN;
    log.aim(target);
    if (!Number.isNaN(stopPrice)) {
      this.stop = levelOnTick(true, -direction, stopPrice, priceTick);
      this.#stopPlace = log.protect(ROLES.stop, row, -filled, stopPrice, tag);
    }
    if (!Number.isNaN(target)) {
      this.target = levelOnTick(false, -direction, target, priceTick);
      this.#targetPlace = log.protect(ROLES.target, row, -filled, target, tag);
    }
  }

  /** The role of what a price has reached or passed, if anything. */
  reachedBy(price: number): "stop" | "target" | undefined {
    const direction = this.#direction;
    if (direction * (price - this.stop) <= 0) return "stop";
    return direction * (price - this.target) >= 0 ? "target" : undefined;
  }

  /** The first that the way through a candle meets, behind its open. */
  metInside(open: number, high: number, low: number): "stop" | "target" | undefined {
    const direction = this.#direction;
    const isStop = direction > 0 ? low <= this.stop : high >= this.stop;
    const isTarget = direction > 0 ? high >= this.target : low <= this.target;
    if (!isStop || !isTarget) return isStop ? "stop" : isTarget ? "target" : undefined;
    const isLow = isLowFirst(this.#market.pathModel, direction, open, high, low);
    return isLow === direction > 0 ? "stop" : "target";
  }

  /** One of the two has filled, and the other one ends with it. */
  fill(
    role: "stop" | "target",
    row: number,
    moment: Moment,
    price: number,
    fee: number,
    balance: number,
    reason: string,
  ): void {
    const [place, other] =
      role === "stop" ? [this.#stopPlace, this.#targetPlace] : [this.#targetPlace, this.#stopPlace];
    this.#log.fillAt(place, row, moment, price, fee, balance, reason);
    if (other >= 0) this.#log.cancel(other, row, moment, "bracket");
    this.#clear();
  }

  /** Both end without a fill. */
  cancel(row: number, moment: Moment, reason: string): void {
    if (this.#stopPlace >= 0) this.#log.cancel(this.#stopPlace, row, moment, reason);
    if (this.#targetPlace >= 0) this.#log.cancel(this.#targetPlace, row, moment, reason);
    this.#clear();
  }

  #clear(): void {
    this.#stopPlace = -1;
    this.#targetPlace = -1;
    this.stop = Number.NaN;
    this.target = Number.NaN;
  }

  /** The orders that live, as a strategy is shown them. */
  orders(): LiveOrder[] {
    const orders: LiveOrder[] = [];
    if (this.#stopPlace >= 0) {
      const order = this.#order(this.#stopPlace);
      order.type = "stop";
      order.triggerPrice = this.stop;
      orders.push(order);
    }
    if (this.#targetPlace >= 0) {
      const order = this.#order(this.#targetPlace);
      order.type = "limit";
      order.price = this.target;
      orders.push(order);
    }
    return orders;
  }

  #order(place: number): LiveOrder {
    const order = new LiveOrder();
    order.reset(place + 1, 0, 0, this.#market.symbol, this.#openTime);
    order.direction = -this.#direction;
    order.side = this.#direction > 0 ? "sell" : "buy";
    order.status = "new";
    order.amount = this.#amount;
    order.reduceOnly = true;
    order.tag = this.#tag;
    return order;
  }
}
