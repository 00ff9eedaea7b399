import type { LiveOrder } from "../orders/liveOrder.ts";
import type { Liquidity } from "../orders/order.ts";
import { aim, awaitsTrigger, follow, isLimit, isMarketable } from "../orders/orderLevels.ts";
import { OrderPool } from "../orders/orderPool.ts";
import type { Rejection } from "../orders/rejection.ts";
import { hasEnded, type OrderEvent, transition } from "../orders/transitions.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import {
  accountFault,
  expectedRelease,
  openingLeverage,
  payableAmount,
  setAside,
  TOLERANCE,
  triggerView,
} from "./accountChecks.ts";
import { maintenanceMargin } from "./leverageTiers.ts";
import { liquidationPrice } from "./liquidationPrice.ts";
import type { BrokerListener, FillReason } from "./listener.ts";
import { floorToStep } from "./marketRules.ts";
import type { MarketState } from "./marketState.ts";
import { OcoFills } from "./ocoFills.ts";
import { dropReducers, protectFill, shrinkGroup } from "./protection.ts";
import { explain } from "./refusal.ts";
import type { CompleteSettings, Exchanges } from "./setUp.ts";
import { available, noteTaken, takerPrice } from "./takerPrice.ts";
import type { Venue } from "./venue.ts";

/** Amounts below this part of an order are the rounding of sums. */
export const DUST = 1e-12;

/**
 * What happens to single orders and positions: arrival, triggers, fills and ends, each booked, passed on to the orders
 * that hang together with it, and told. When and at which price, the phases of the broker decide.
 */
export class Matching {
  readonly settings: CompleteSettings;
  readonly venues: readonly Venue[];
  readonly states: readonly MarketState[];
  readonly account: Portfolio;
  readonly pool = new OrderPool();
  /** Live orders by the names their authors gave; undefined once one has ended, for a name is used once. */
  readonly named = new Map<string, LiveOrder | undefined>();
  readonly ocoFills = new OcoFills();
  /** Numbers given to orders, and places in the order of arrival. */
  lastId = 0;
  lastPriority = 0;
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
  }

  /** An object for a new order of a market. */
  newOrder(owner: number, market: number, symbol: string, time: number): LiveOrder {
    const order = this.pool.take();
    order.reset(++this.lastId, owner, market, symbol, time);
    order.priority = ++this.lastPriority;
    return order;
  }

  /** Tells that an order was handed in, and keeps it. */
  enter(market: MarketState, order: LiveOrder, time: number): void {
    if (order.givenId !== undefined) this.named.set(order.givenId, order);
    market.add(order);
    this.listener.onOrder(order, "submit", time, "");
  }

  accept(order: LiveOrder, time: number): void {
    order.status = transition(order.status, "accept");
    order.isAccepted = true;
    order.changeTime = time;
    this.listener.onOrder(order, "accept", time, "");
  }

  /** Ends an order that has not filled to its amount. */
  end(
    market: MarketState,
    order: LiveOrder,
    event: "cancel" | "reject" | "expire",
    reason: string,
    time: number,
    message = "",
  ): void {
    if (hasEnded(order.status)) return;
    order.status = transition(order.status, event, order.filled);
    order.reason = reason;
    order.message = message;
    this.#leave(market, order, time);
    this.listener.onOrder(order, event, time, reason);
    this.pool.give(order);
  }

  /** Ends an order for a reason that is its author's to mend: rejected if it was not in the book yet. */
  refuse(market: MarketState, order: LiveOrder, reason: Rejection, time: number): void {
    const message = explain(reason, order, market, this.account);
    this.end(market, order, order.isAccepted ? "cancel" : "reject", reason, time, message);
  }

  /** Changes the amount of a live order for what hangs together with it; ends it when nothing is left. */
  changeAmount(market: MarketState, order: LiveOrder, amount: number, reason: string, time: number): void {
    if (amount - order.filled <= order.amount * DUST) {
      this.end(market, order, "cancel", reason, time);
      return;
    }
    order.amount = amount;
    this.reserve(market, order);
    if (order.status !== "new" && order.status !== "partiallyFilled") return;
    order.status = transition(transition(order.status, "requestReplace"), "replace", order.filled);
    order.changeTime = time;
    this.listener.onOrder(order, "replace", time, reason);
  }

  /** An order reaches the market. What takes at once does so at the next chance: `isTaking`. */
  arrive(market: MarketState, order: LiveOrder, time: number): void {
    aim(order);
    const fault = accountFault(market, order, this.account);
    if (fault !== undefined) {
      this.refuse(market, order, fault, time);
      return;
    }
    this.place(market, order, time);
  }

  /** Makes an order that can fill at once one that takes; any other goes into the book. */
  place(market: MarketState, order: LiveOrder, time: number): void {
    const isAtOnce = order.timeInForce === "IOC" || order.timeInForce === "FOK";
    const price = this.account.price[market.index];
    if (order.type === "market" || (order.type === "limit" && (isAtOnce || isMarketable(order, price)))) {
      order.isTaking = true;
      order.approach = 0;
      this.reserve(market, order);
    } else this.#rest(market, order, time);
  }

  /** Puts an order into the book, if the balance can be set aside for it. */
  #rest(market: MarketState, order: LiveOrder, time: number): void {
    order.isTaking = false;
    aim(order);
    this.reserve(market, order);
    const { account } = this;
    const { venueIndex } = market;
    if (order.reserved > 0 && !order.isAccepted) {
      const free = account.free(venueIndex);
      if (free < -TOLERANCE * order.reserved) {
        const expected = free + expectedRelease(this.states, venueIndex, account);
        if (expected < -TOLERANCE * order.reserved) {
          const spared = order.cutToBalance ? Math.min(order.reserved, -expected) : order.reserved;
          account.reserved[venueIndex] -= spared;
          order.reserved -= spared;
          if (!order.cutToBalance) {
            this.refuse(market, order, "insufficientBalance", time);
            return;
          }
        }
      }
    }
    if (!order.isAccepted) this.accept(order, time);
    if (order.type !== "trailingStop" || hasEnded(order.status)) return;
    if (order.trail?.activationPrice === undefined) {
      follow(order, triggerView(market, order, account.price[market.index]));
    }
  }

  /** Sets aside what a resting order needs now, in place of what it needed before. */
  reserve(market: MarketState, order: LiveOrder): void {
    if (order.type !== "limit") return;
    const needed = order.isTaking || hasEnded(order.status) ? 0 : setAside(market, order, this.account);
    this.account.reserved[market.venueIndex] += needed - order.reserved;
    order.reserved = needed;
  }

  /** An order that takes at once has its chance, at `price`; a limit whose price the market has left rests instead. */
  take(market: MarketState, order: LiveOrder, price: number, reason: FillReason, time: number): void {
    order.isTaking = false;
    if (!isLimit(order)) {
      this.fill(market, order, price, "taker", reason, time);
    } else if (isMarketable(order, price)) {
      this.fill(market, order, price, "taker", "marketable", time);
    } else if (!this.#killUnfilled(market, order, time)) this.#rest(market, order, time);
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
    if (!order.isAccepted) this.accept(order, time);
    this.end(market, order, "cancel", timeInForce === "IOC" ? "iocRemainder" : "fokShortOfVolume", time);
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
        this.refuse(market, order, order.reduceOnly ? "reduceOnlyWithoutPosition" : "shortOnSpot", time);
        return;
      }
      amount = Math.min(amount, Math.abs(held));
    } else if (account.owner[index] !== -1 && account.owner[index] !== order.owner) {
      this.refuse(market, order, "marketInUse", time);
      return;
    }
    if (venue.isBounded) {
      amount = this.#given(market, order, price, amount, isTaker);
      if (!(amount > 0)) {
        if (!this.#killUnfilled(market, order, time)) this.#wait(market, order, time);
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
          this.refuse(market, order, "insufficientBalance", time);
          return;
        }
        amount = payable;
        order.amount = order.filled + amount;
        if (isTaker && venue.hasSlippage) fillPrice = takerPrice(market, order, price, amount);
      }
    }
    if (!order.isAccepted) this.accept(order, time);
    const fee = amount * fillPrice * rate + fees.perFill;
    this.execute(market, order, price, fillPrice, amount, fee, leverage, liquidity, reason, time);
    if (hasEnded(order.status)) return;
    if (order.timeInForce === "IOC" || order.timeInForce === "FOK") {
      this.end(market, order, "cancel", "iocRemainder", time);
    } else this.#wait(market, order, time);
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
    if (isDone) this.#leave(market, order, time);
    else {
      order.changeTime = time;
      this.reserve(market, order);
    }
    const slippage = amount * Math.abs(price - reference);
    this.listener.onFill(order, price, amount, fee, liquidity, time, reason, slippage, realised);
    this.listener.onOrder(order, isDone ? "fill" : "partialFill", time, reason);
    if (order.attached !== undefined) protectFill(this, market, order, amount, time);
    if (order.ocoGroup !== undefined) this.ocoFills.note(order, amount, time);
    if (order.ocoGroup !== undefined || order.parentId > 0) shrinkGroup(this, market, order, amount, time);
    if (isReducing) {
      dropReducers(this, market, order.role === "liquidation" ? "liquidated" : "positionClosed", time);
    }
    if (isDone) this.pool.give(order);
  }

  /** What is left of an order stays for the next candle. */
  #wait(market: MarketState, order: LiveOrder, time: number): void {
    if (!order.isAccepted) this.accept(order, time);
    if (hasEnded(order.status)) return;
    order.passedCandle = market.openTime;
    order.isTaking = !isLimit(order);
    aim(order);
    this.reserve(market, order);
  }

  #leave(market: MarketState, order: LiveOrder, time: number): void {
    order.changeTime = time;
    order.isTaking = false;
    order.approach = 0;
    if (order.reserved !== 0) {
      this.account.reserved[market.venueIndex] -= order.reserved;
      order.reserved = 0;
    }
    market.remove(order);
    if (order.givenId !== undefined && this.named.get(order.givenId) === order) {
      this.named.set(order.givenId, undefined);
    }
  }

  /** Finds anew what a market's next candle must be looked at for. */
  refresh(market: MarketState): void {
    const amount = this.account.amount[market.index];
    market.liquidation = amount === 0 || market.isSpot ? Number.NaN : this.liquidationOf(market);
    // A cross position's liquidation moves with the other positions of its venue, one by mark with the mark.
    const isMoving =
      !Number.isNaN(market.liquidation) &&
      ((market.isCross && this.account.openCount > 1) ||
        (this.settings.triggerBy === "mark" && market.hasMark));
    market.refresh(amount, isMoving);
    if (market.nextTime < this.nextDue) this.nextDue = market.nextTime;
  }

  /** The first time at which anything under way arrives, or an order expires, on any market. */
  seekDue(): number {
    this.nextDue = Number.POSITIVE_INFINITY;
    for (const { nextTime } of this.states) if (nextTime < this.nextDue) this.nextDue = nextTime;
    return this.nextDue;
  }

  /** Finds anew what the venue's wallet has changed for its other cross positions. */
  refreshCross(venue: number): void {
    if (!this.venues[venue].hasCross) return;
    for (let k = 0; k < this.account.openCount; k++) {
      const market = this.states[this.account.openMarkets[k]];
      if (market.isCross && market.venueIndex === venue) this.refresh(market);
    }
  }

  /** Where a linear position is liquidated, at the prices of now; NaN where it never is. */
  liquidationOf(market: MarketState): number {
    const { account } = this;
    const { index, venueIndex } = market;
    const amount = account.amount[index];
    if (amount === 0 || market.isSpot) return Number.NaN;
    const entry = account.cost[index] / amount;
    if (!market.isCross) return liquidationPrice(amount, entry, account.isolatedMargin[index], market.tiers);
    let collateral = account.balance[venueIndex];
    for (let k = 0; k < account.openCount; k++) {
      const other = this.states[account.openMarkets[k]];
      const at = other.index;
      if (other.venueIndex !== venueIndex || at === index) continue;
      if (other.isSpot) collateral -= account.cost[at];
      else if (!other.isCross) collateral -= account.isolatedMargin[at];
      else {
        const notional = Math.abs(account.amount[at] * account.price[at]);
        collateral += account.unrealised(at) - maintenanceMargin(other.tiers, notional);
      }
    }
    return liquidationPrice(amount, entry, collateral, market.tiers);
  }

  /** An event that only changes the status of a live order. */
  note(order: LiveOrder, event: OrderEvent, time: number, reason: string): void {
    order.status = transition(order.status, event, order.filled);
    order.changeTime = time;
    this.listener.onOrder(order, event, time, reason);
  }
}
