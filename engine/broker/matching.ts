import type { LiveOrder } from "../orders/liveOrder.ts";
import type { Liquidity } from "../orders/order.ts";
import { aim, awaitsTrigger, follow, isLimit, isMarketable } from "../orders/orderLevels.ts";
import { hasEnded, transition } from "../orders/transitions.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import { openingLeverage, payableAmount } from "./accountChecks.ts";
import type { BrokerListener, FillReason } from "./listener.ts";
import { DUST, LiveOrders } from "./liveOrders.ts";
import { floorToStep } from "./marketRules.ts";
import type { MarketState } from "./marketState.ts";
import { dropReducers, protectFill, shrinkGroup } from "./protection.ts";
import type { CompleteSettings, Exchanges } from "./setUp.ts";
import { available, noteTaken, takerPrice } from "./takerPrice.ts";
import type { Venue } from "./venue.ts";

/**
 * How orders trigger and fill: each fill is booked, told, and passed on to the orders that hang together with it. When
 * and at which price, the phases of the broker decide.
 */
export class Matching {
  readonly settings: CompleteSettings;
  readonly venues: readonly Venue[];
  readonly states: readonly MarketState[];
  readonly account: Portfolio;
  readonly orders: LiveOrders;
  /** No market's `nextTime` is before this; it may be too early, until `seekDue` looks at all of them. */
  nextDue = Number.POSITIVE_INFINITY;
  /** What the broker is doing: orders handed in while it walks through candles wait for the next ones. */
  phase: "between" | "open" | "inside" | "close" = "between";

  constructor(
    exchanges: Exchanges,
    readonly listener: BrokerListener,
  ) {
    this.settings = exchanges.settings;
    this.venues = exchanges.venues;
    this.states = exchanges.states;
    this.account = exchanges.account;
    this.orders = new LiveOrders(this.account, this.states, listener);
  }

  /** An order that takes at once has its chance, at `price`; a limit whose price the market has left rests instead. */
  take(market: MarketState, order: LiveOrder, price: number, reason: FillReason, time: number): void {
    order.isTaking = false;
    if (!isLimit(order)) {
      this.fill(market, order, price, "taker", reason, time);
    } else if (isMarketable(order, price)) {
      this.fill(market, order, price, "taker", "marketable", time);
    } else if (!this.#killUnfilled(market, order, time)) this.orders.rest(market, order, time);
  }

  /** The price has come to a resting order: its trigger, the activation of its trail, or its limit. */
  reach(market: MarketState, order: LiveOrder, price: number, isGapped: boolean, time: number): void {
    if (awaitsTrigger(order)) {
      this.#trigger(market, order, price, isGapped, time);
      return;
    }
    // A target whose entry filled beyond it takes from the market at once; every other limit rested here.
    const isNewborn = order.parentId > 0 && order.submitTime === time && isGapped;
    const reason = order.role === "takeProfit" ? "takeProfit" : "limit";
    const gapped = order.role === "takeProfit" ? "takeProfitGapped" : "limitGapped";
    this.fill(market, order, price, isNewborn ? "taker" : "maker", isGapped ? gapped : reason, time);
  }

  #trigger(market: MarketState, order: LiveOrder, price: number, isGapped: boolean, time: number): void {
    const { type } = order;
    if (type === "trailingStop" && Number.isNaN(order.bestPrice)) {
      const view = order.triggerBy === "mark" && market.hasMark ? order.level : price;
      follow(order, view);
      return;
    }
    order.isTriggered = true;
    if (type === "stopLimit" || type === "takeProfitLimit") {
      aim(order);
      if (isMarketable(order, price)) this.fill(market, order, price, "taker", "stopLimit", time);
      else this.#killUnfilled(market, order, time);
      return;
    }
    if (type === "stop") this.fill(market, order, price, "taker", isGapped ? "stopGapped" : "stop", time);
    else if (type === "trailingStop")
      this.fill(market, order, price, "taker", isGapped ? "trailingStopGapped" : "trailingStop", time);
    else this.fill(market, order, price, "taker", isGapped ? "takeProfitGapped" : "takeProfit", time);
  }

  /** Ends an IOC or FOK order that cannot fill now; says whether it was one. */
  #killUnfilled(market: MarketState, order: LiveOrder, time: number): boolean {
    const { timeInForce } = order;
    if (timeInForce !== "IOC" && timeInForce !== "FOK") return false;
    if (!order.isAccepted) this.orders.accept(order, time);
    this.orders.end(
      market,
      order,
      "cancel",
      timeInForce === "IOC" ? "iocRemainder" : "fokShortOfVolume",
      time,
    );
    return true;
  }

  /**
   * Executes an order against the market, as much of it as position, volume and balance allow.
   *
   * @param price The market's price; a taker's slippage comes on top.
   */
  fill(
    market: MarketState,
    order: LiveOrder,
    price: number,
    liquidity: Liquidity,
    reason: FillReason,
    time: number,
  ): void {
    const { index, venue } = market;
    const { account } = this;
    const { direction } = order;
    const isTaker = liquidity === "taker";
    const held = account.amount[index];
    const isOpposing = held * direction < 0;
    let amount = order.amount - order.filled;
    if (order.reduceOnly || (market.isSpot && direction < 0)) {
      if (!isOpposing) {
        this.orders.refuse(
          market,
          order,
          order.reduceOnly ? "reduceOnlyWithoutPosition" : "shortOnSpot",
          time,
        );
        return;
      }
      amount = Math.min(amount, Math.abs(held));
    } else if (account.owner[index] !== -1 && account.owner[index] !== order.owner) {
      this.orders.refuse(market, order, "marketInUse", time);
      return;
    }
    if (venue.isBounded) {
      amount = this.#given(market, order, price, amount, isTaker);
      if (!(amount > 0)) {
        if (!this.#killUnfilled(market, order, time)) this.orders.wait(market, order, time);
        return;
      }
    }
    let fillPrice = isTaker && venue.hasSlippage ? takerPrice(market, order, price, amount) : price;
    const { fees } = venue;
    fees.at(time);
    const rate = isTaker ? fees.takerRate : fees.makerRate;
    const leverage = openingLeverage(market, order, account);
    if (!isOpposing || amount > Math.abs(held) * (1 + DUST)) {
      const payable = payableAmount(market, order, account, fillPrice, rate, leverage, amount);
      if (payable < amount) {
        if (!(payable > 0)) {
          this.orders.refuse(market, order, "insufficientBalance", time);
          return;
        }
        amount = payable;
        order.amount = order.filled + amount;
        if (isTaker && venue.hasSlippage) fillPrice = takerPrice(market, order, price, amount);
      }
    }
    if (!order.isAccepted) this.orders.accept(order, time);
    const fee = amount * fillPrice * rate + fees.perFill;
    this.execute(market, order, price, fillPrice, amount, fee, leverage, liquidity, reason, time);
    if (hasEnded(order.status)) return;
    if (order.timeInForce === "IOC" || order.timeInForce === "FOK") {
      this.orders.end(market, order, "cancel", "iocRemainder", time);
    } else this.orders.wait(market, order, time);
  }

  /** How much of an amount the market gives an order now, on its step; a FOK order gets all of it or nothing. */
  #given(market: MarketState, order: LiveOrder, price: number, amount: number, isTaker: boolean): number {
    const left = available(market, order, price, isTaker);
    if (amount <= left) return amount;
    return order.timeInForce === "FOK" ? 0 : floorToStep(left, market.rules.amountStep);
  }

  /** Books an execution and tells it, then lets the orders follow that hang together with it. */
  execute(
    market: MarketState,
    order: LiveOrder,
    reference: number,
    price: number,
    amount: number,
    fee: number,
    leverage: number,
    liquidity: Liquidity,
    reason: FillReason,
    time: number,
  ): void {
    const { index, venue } = market;
    const { direction } = order;
    const isReducing = this.account.amount[index] * direction < 0;
    const realised = this.account.bookFill(index, order.owner, direction * amount, price, fee, leverage);
    venue.fees.add(amount * price);
    noteTaken(market, direction, amount, liquidity === "taker");
    order.filled += amount;
    if (order.amount - order.filled <= order.amount * DUST) order.filled = order.amount;
    order.cost += amount * price;
    order.fees += fee;
    const isDone = order.filled === order.amount;
    order.status = transition(order.status, isDone ? "fill" : "partialFill");
    if (isDone) this.orders.leave(market, order, time);
    else {
      order.changeTime = time;
      this.orders.reserve(market, order);
    }
    const slippage = amount * Math.abs(price - reference);
    this.listener.onFill(order, price, amount, fee, liquidity, time, reason, slippage, realised);
    this.listener.onOrder(order, isDone ? "fill" : "partialFill", time, reason);
    if (order.attached !== undefined) protectFill(this, market, order, amount, time);
    if (order.ocoGroup !== undefined) this.orders.ocoFills.note(order, amount, time);
    if (order.ocoGroup !== undefined || order.parentId > 0) shrinkGroup(this, market, order, amount, time);
    if (isReducing) {
      dropReducers(this, market, order.role === "liquidation" ? "liquidated" : "positionClosed", time);
    }
    if (isDone) this.orders.pool.give(order);
  }
}
