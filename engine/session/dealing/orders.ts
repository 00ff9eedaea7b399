import { EngineError } from "../../core/errors.ts";
import { isoTime } from "../../core/isoTime.ts";
import type { LiveOrder } from "../../orders/liveOrder.ts";
import type { OrderInstruction, OrderRequest, OrderType } from "../../orders/order.ts";
import { type Rejection, refusalMessage } from "../../orders/rejection.ts";
import type { StrategyRun } from "../strategyRun.ts";
import type { Checks } from "./checks.ts";
import type { DealerHouse } from "./house.ts";
import { targetOf } from "./protection.ts";

/** More orders than this in one answer are a loop that does not end, not a strategy. */
export const MAX_ORDERS_PER_DECISION = 10_000;

type Amend = Extract<OrderInstruction, { action: "amend" }>;

/** Carries out a strategy's own instructions, where the risk rules and its capital allow. */
export class OrderDealer {
  readonly #house: DealerHouse;
  readonly #checks: Checks;

  constructor(house: DealerHouse, checks: Checks) {
    this.#house = house;
    this.#checks = checks;
  }

  instruct(run: StrategyRun, orders: readonly OrderInstruction[], time: number): void {
    if (orders.length > MAX_ORDERS_PER_DECISION) {
      throw new EngineError(
        "session.too-many-orders",
        `${run.name} at ${isoTime(time)}: ${orders.length} orders in one answer; expected at most ` +
          `${MAX_ORDERS_PER_DECISION}. Look for a loop that does not end.`,
        { strategy: run.name, time, count: orders.length },
      );
    }
    const { broker } = this.#house;
    for (const instruction of orders) {
      switch (instruction.action) {
        case "submit":
          this.#submit(run, instruction.order, time);
          break;
        case "amend":
          this.#amend(run, instruction, time);
          break;
        case "cancel": {
          const { clientOrderId } = instruction;
          const reason = this.#owns(run, clientOrderId) ? broker.cancel(clientOrderId, time) : "unknownOrder";
          if (reason !== undefined) this.#tellRefusal("cancel", clientOrderId, reason, time);
          break;
        }
        case "cancelAll": {
          const market = instruction.symbol === undefined ? -1 : marketOf(run, instruction.symbol, time);
          broker.cancelAll(time, market, run.index);
          break;
        }
      }
    }
  }

  #submit(run: StrategyRun, order: OrderRequest, time: number): void {
    const { broker } = this.#house;
    const market = marketOf(run, order.symbol, time);
    const held = broker.account.amount[market];
    const direction = order.side === "buy" ? 1 : -1;
    if (order.reduceOnly !== true && order.amount > 0) {
      // What cannot be an order is the broker's to refuse, with its own reason; whether this one opens anything
      // beside those that wait already, the rules find out.
      const check = this.#checks.order;
      check.market = market;
      check.side = order.side;
      check.amount = order.amount;
      check.price = order.price ?? order.triggerPrice ?? Number.NaN;
      check.waiting = 0;
      check.isStop = isStop(order.type);
      check.reduceOnly = false;
      check.stopPrice = order.attached?.stopLoss?.triggerPrice ?? Number.NaN;
      check.targetPrice = targetOf(order.attached);
      check.leverage = order.leverage ?? broker.account.leverage[market];
      if (!this.#checks.mayEnlarge(time)) return;
      const reduces = held * direction < 0 && order.amount <= Math.abs(held);
      if (!reduces && !this.#checks.hasCapital(run, time)) return;
    }
    const { id } = broker.markets[market];
    broker.submit(run.index, order.symbol === id ? order : { ...order, symbol: id }, time);
  }

  #amend(run: StrategyRun, change: Amend, time: number): void {
    const { broker } = this.#house;
    const { clientOrderId } = change;
    const order = this.#owns(run, clientOrderId) ? broker.order(clientOrderId) : undefined;
    if (order !== undefined && !order.reduceOnly && !this.#mayAmend(run, order, change, time)) return;
    const isOthers = broker.order(clientOrderId) !== undefined && order === undefined;
    const reason = isOthers ? "unknownOrder" : broker.amend(clientOrderId, change, time);
    if (reason !== undefined) this.#tellRefusal("amend", clientOrderId, reason, time);
  }

  /** A larger amount asks the risk rules as an order of the difference would; another price alone, the price collar. */
  #mayAmend(run: StrategyRun, order: LiveOrder, change: Amend, time: number): boolean {
    const { amount = Number.NaN, price, triggerPrice } = change;
    const isLarger = amount > order.amount;
    const check = this.#checks.order;
    check.market = order.market;
    check.side = order.side;
    check.amount = isLarger ? amount - order.amount : order.remaining;
    check.price = price ?? (Number.isNaN(order.price) ? (triggerPrice ?? order.triggerPrice) : order.price);
    check.waiting = isLarger ? 0 : order.remaining;
    check.isStop = isStop(order.type);
    check.reduceOnly = false;
    check.stopPrice = order.attached?.stopLoss?.triggerPrice ?? Number.NaN;
    check.targetPrice = targetOf(order.attached);
    const { leverage } = this.#house.broker.account;
    check.leverage = Number.isNaN(order.leverage) ? leverage[order.market] : order.leverage;
    if (isLarger) return this.#checks.mayEnlarge(time) && this.#checks.hasCapital(run, time);
    const isMoved = (price !== undefined || triggerPrice !== undefined) && check.price > 0;
    return !isMoved || this.#checks.mayMove(time);
  }

  /** A change or a cancellation that could not be: written down with its reason, like what a risk rule refuses. */
  #tellRefusal(rule: "amend" | "cancel", clientOrderId: string, reason: Rejection, time: number): void {
    const { broker } = this.#house;
    const order = broker.order(clientOrderId);
    this.#house.refused({
      time,
      rule,
      market: order === undefined ? "" : broker.markets[order.market].id,
      value: Number.NaN,
      limit: Number.NaN,
      action: "refuse",
      untilMs: Number.NaN,
      message: refusalMessage(reason, `got ${rule} of ${JSON.stringify(clientOrderId)}`),
    });
  }

  #owns(run: StrategyRun, clientOrderId: string): boolean {
    const order = this.#house.broker.order(clientOrderId);
    return order === undefined || order.owner === run.index;
  }
}

function isStop(type: OrderType): boolean {
  return type === "stop" || type === "stopLimit" || type === "trailingStop";
}

function marketOf(run: StrategyRun, symbol: string, time: number): number {
  const place = run.placeOf.get(symbol);
  if (place !== undefined) return run.spec.markets[place];
  throw new EngineError(
    "strategy.unknown-symbol",
    `${run.name} at ${isoTime(time)}: it trades no "${symbol}". It has: ${run.symbols.join(", ")}.`,
    { strategy: run.name, time, symbol: String(symbol) },
  );
}
