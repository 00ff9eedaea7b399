import type { LiveOrder } from "../orders/liveOrder.ts";
import { aim, follow, isLimit, isMarketable } from "../orders/orderLevels.ts";
import { OrderPool } from "../orders/orderPool.ts";
import type { Rejection } from "../orders/rejection.ts";
import { hasEnded, type OrderEvent, transition } from "../orders/transitions.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import { accountFault, expectedRelease, setAside, TOLERANCE, triggerView } from "./accountChecks.ts";
import type { BrokerListener } from "./listener.ts";
import type { MarketState } from "./marketState.ts";
import { OcoFills } from "./ocoFills.ts";
import { explain } from "./refusal.ts";

/** Amounts below this part of an order are the rounding of sums. */
export const DUST = 1e-12;

/**
 * The orders of a broker from the moment they are handed in until they end: what is set aside for them, where they
 * stand in the book, and what is told of each. That they fill is the matching's.
 */
export class LiveOrders {
  readonly pool = new OrderPool();
  /** Live orders by the names their authors gave; undefined once one has ended, for a name is used once. */
  readonly named = new Map<string, LiveOrder | undefined>();
  readonly ocoFills = new OcoFills();
  /** Numbers given to orders, and places in the order of arrival. */
  lastId = 0;
  lastPriority = 0;

  constructor(
    readonly account: Portfolio,
    readonly states: readonly MarketState[],
    readonly listener: BrokerListener,
  ) {}

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
    this.leave(market, order, time);
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
    } else this.rest(market, order, time);
  }

  /** Puts an order into the book, if the balance can be set aside for it. */
  rest(market: MarketState, order: LiveOrder, time: number): void {
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

  /** What is left of an order stays for the next candle. */
  wait(market: MarketState, order: LiveOrder, time: number): void {
    if (!order.isAccepted) this.accept(order, time);
    if (hasEnded(order.status)) return;
    order.passedCandle = market.openTime;
    order.isTaking = !isLimit(order);
    aim(order);
    this.reserve(market, order);
  }

  /** Takes an order that has ended out of the book, and gives back what was set aside for it. */
  leave(market: MarketState, order: LiveOrder, time: number): void {
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

  /** An event that only changes the status of a live order. */
  note(order: LiveOrder, event: OrderEvent, time: number, reason: string): void {
    order.status = transition(order.status, event, order.filled);
    order.changeTime = time;
    this.listener.onOrder(order, event, time, reason);
  }
}
