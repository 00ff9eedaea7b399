import type { Broker } from "../broker/broker.ts";
import type { LiveOrder } from "../orders/liveOrder.ts";
import type { Side } from "../orders/order.ts";
import type { AccountView } from "../risk/account.ts";
import type { Desk } from "./desk.ts";

/** The account as the risk rules look at it: read from the broker and the desks when a rule asks. */
export class GuardAccount implements AccountView {
  readonly #broker: Broker;
  readonly #desks: readonly Desk[];

  constructor(broker: Broker, desks: readonly Desk[]) {
    this.#broker = broker;
    this.#desks = desks;
  }

  get equity(): number {
    return this.#broker.account.equity();
  }

  marginUsed(market: number): number {
    const { account, markets } = this.#broker;
    let margin = account.marginUsed(market);
    if (markets[market].type === "spot" || this.#broker.openOrderCount(market) === 0) return margin;
    for (const order of this.#broker.openOrders(-1, market)) {
      if (order.reduceOnly) continue;
      const price = Number.isNaN(order.price) ? account.price[market] : order.price;
      const leverage = Number.isNaN(order.leverage) ? account.leverage[market] : order.leverage;
      margin += (order.remaining * price) / leverage;
    }
    return margin;
  }

  leavingAmount(market: number): number {
    const held = this.#broker.account.amount[market];
    if (held === 0 || this.#broker.openOrderCount(market) === 0) return 0;
    let leaving = 0;
    for (const order of this.#broker.openOrders(-1, market)) {
      if (isLeaving(order, held)) leaving += order.remaining;
    }
    return Math.min(leaving, Math.abs(held));
  }

  price(market: number): number {
    return this.#broker.account.price[market];
  }

  positionAmount(market: number): number {
    return this.#broker.account.amount[market];
  }

  openOrderAmount(market: number, side: Side): number {
    if (this.#broker.openOrderCount(market) === 0) return 0;
    const held = this.#broker.account.amount[market];
    let waiting = 0;
    let turning = 0;
    let reducible = Math.abs(held);
    for (const order of this.#broker.openOrders(-1, market)) {
      if (order.side !== side) continue;
      if (!isLeaving(order, held)) waiting += order.reduceOnly ? 0 : order.remaining;
      else if (order.reduceOnly) reducible -= order.remaining;
      else turning += order.remaining;
    }
    // Of what leaves at the market, only what goes beyond the position can open one on the other side.
    return waiting + Math.max(0, turning - Math.max(0, reducible));
  }

  openRisk(market: number): number {
    const { account } = this.#broker;
    const desk = this.#desks[market];
    const held = account.amount[market];
    let risk = 0;
    if (held !== 0) {
      const stop = this.stopPrice(market);
      risk += Math.max(0, held * (account.entryPrice(market) - stop));
    }
    if (this.#broker.openOrderCount(market) === 0) return risk;
    for (const order of this.#broker.openOrders(-1, market)) {
      if (order.reduceOnly) continue;
      const price = Number.isNaN(order.price) ? order.triggerPrice : order.price;
      const entry = Number.isNaN(price) ? account.price[market] : price;
      const stop =
        order === desk.entry ? desk.entryStop : (order.attached?.stopLoss?.triggerPrice ?? Number.NaN);
      risk += Math.max(0, order.direction * order.remaining * (entry - stop));
    }
    return risk;
  }

  /** The nearest live stop of a market's position; NaN without one. */
  stopPrice(market: number): number {
    const isLong = this.#broker.account.amount[market] > 0;
    let nearest = Number.NaN;
    for (const { triggerPrice } of this.#desks[market].stops) {
      if (Number.isNaN(triggerPrice)) continue;
      const isNearer = isLong ? triggerPrice > nearest : triggerPrice < nearest;
      if (Number.isNaN(nearest) || isNearer) nearest = triggerPrice;
    }
    return nearest;
  }
}

/** Whether an order takes something off a position at the market's next moment. */
function isLeaving(order: LiveOrder, held: number): boolean {
  return order.type === "market" && order.direction * held < 0;
}
