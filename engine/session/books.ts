import type { BrokerListener, FillReason } from "../broker/listener.ts";
import type { LiveOrder } from "../orders/liveOrder.ts";
import type { Liquidity } from "../orders/order.ts";
import type { OrderEvent } from "../orders/transitions.ts";
import type { FillView } from "../strategy/market.ts";
import type { PositionKeeper } from "./dealing/keeper.ts";
import type { Desk } from "./desk.ts";
import type { House } from "./house.ts";
import { orderView } from "./portfolioView.ts";

/** Hears the broker: what happens to orders and positions goes into the records, to the risk rules and to the strategies. */
export class Books implements BrokerListener {
  /** Sums over all fills, in quote currency. */
  slippageCost = 0;
  liquidationCost = 0;
  turnover = 0;
  /** The same by strategy. */
  #turnovers = new Float64Array(0);
  #house!: House;
  #keeper!: PositionKeeper;

  /** A house is built on a broker, and a broker tells its books: they begin when both are there. */
  open(house: House, keeper: PositionKeeper): void {
    this.#house = house;
    this.#turnovers = new Float64Array(house.runs.length);
    this.#keeper = keeper;
  }

  onOrder(order: LiveOrder, event: OrderEvent | "submit", time: number, reason: string): void {
    const { desks, runs, guard, recorder, listener, countsOrders, isGuarded } = this.#house;
    const desk = desks[order.market];
    if (event === "submit") {
      if (order.role === "stopLoss" || order.role === "trailingStop") desk?.stops.push(order);
      else if (order.role === "takeProfit") desk?.targets.push(order);
      if (countsOrders && order.market >= 0) guard.onOrder(time, order.market);
      return;
    }
    const { status, owner } = order;
    const run = runs[owner];
    const isTold = listener !== undefined || run?.spec.strategy.onOrder !== undefined;
    // An order that has only been accepted says nothing new: its row is brought up to date with what comes of it.
    if (event === "accept" && !isTold) return;
    const hasEnded =
      status === "filled" || status === "canceled" || status === "rejected" || status === "expired";
    recorder.order(order, time, reason, hasEnded);
    if (hasEnded) desk?.forget(order);
    if (event === "reject" && isGuarded) guard.onRejection(time);
    if (!isTold || event === "fill" || event === "partialFill") return;
    const view = orderView(order);
    listener?.({ kind: "order", strategy: recorder.strategies[owner] ?? "", order: view });
    if (run?.spec.strategy.onOrder !== undefined) run.notices.push({ kind: "order", order: view });
  }

  onFill(
    order: LiveOrder,
    price: number,
    amount: number,
    fee: number,
    liquidity: Liquidity,
    time: number,
    reason: FillReason,
    slippage: number,
    realised: number,
  ): void {
    const { account, desks, listener, openTime, recorder, runs, trades, isGuarded } = this.#house;
    const { market, owner } = order;
    const run = runs[owner];
    const desk = desks[market];
    const signed = order.direction * amount;
    const after = account.amount[market];
    this.slippageCost += slippage;
    this.turnover += amount * price;
    this.#turnovers[owner] += amount * price;
    recorder.fill(
      order,
      price,
      amount,
      fee,
      liquidity,
      time,
      reason,
      slippage,
      after,
      account.entryPrice(market),
      account.realised[market],
    );
    const closed = trades.fill(
      market,
      owner,
      signed,
      after,
      price,
      fee,
      realised,
      time,
      time === openTime[market],
      order.tag,
      exitReasonOf(order, desk),
    );
    if (after === 0 || (closed && after * signed > 0)) desk.flat();
    if (after * signed > 0 && order.role === "none" && run.spec.isDealt) {
      this.#keeper.protectFill(run, order, price, time);
    }
    if (isGuarded) this.#tellGuard(market, after, time, closed);
    if (listener === undefined && run.spec.strategy.onFill === undefined) return;
    const view: FillView = Object.freeze({
      clientOrderId: order.clientOrderId,
      symbol: order.symbol,
      side: order.side,
      price,
      amount,
      fee,
      liquidity,
      timestamp: time,
      reason,
      tag: order.tag ?? "",
    });
    listener?.({ kind: "fill", strategy: recorder.strategies[owner], fill: view });
    if (run.spec.strategy.onFill !== undefined) run.notices.push({ kind: "fill", fill: view });
  }

  #tellGuard(market: number, after: number, time: number, closed: boolean): void {
    const { guard, trades } = this.#house;
    guard.onPosition(time, market, after);
    if (!closed) return;
    const { profit, returnFraction, exitReason } = trades.closed;
    const isStopped =
      exitReason === "stopLoss" || exitReason === "trailingStop" || exitReason === "liquidation";
    guard.onTrade(time, { market, profit, returnFraction, isStopped });
  }

  onFunding(market: number, time: number, payment: number, rate: number): void {
    const { trades, settings, listener } = this.#house;
    trades.funding(market, payment);
    const { id } = settings.markets[market];
    listener?.({ kind: "funding", market: id, time, amount: -payment, rate });
  }

  onLiquidation(market: number, time: number, price: number, _amount: number, fee: number): void {
    const { settings, listener } = this.#house;
    this.liquidationCost += fee;
    const { id } = settings.markets[market];
    listener?.({ kind: "liquidation", market: id, time, price });
  }

  /** What one strategy has bought and sold, in quote currency. */
  turnoverOf(strategy: number): number {
    return this.#turnovers[strategy];
  }

  snapshot(): BooksSnapshot {
    const { slippageCost, liquidationCost, turnover } = this;
    return { slippageCost, liquidationCost, turnover, turnovers: [...this.#turnovers] };
  }

  load({ slippageCost, liquidationCost, turnover, turnovers }: BooksSnapshot): void {
    this.slippageCost = slippageCost;
    this.liquidationCost = liquidationCost;
    this.turnover = turnover;
    this.#turnovers.set(turnovers);
  }
}

export type BooksSnapshot = {
  readonly slippageCost: number;
  readonly liquidationCost: number;
  readonly turnover: number;
  readonly turnovers: readonly number[];
};

/** Why a trade that this order closes has ended. */
function exitReasonOf(order: LiveOrder, desk: Desk): string {
  switch (order.role) {
    case "stopLoss":
      return desk.state?.stopReason ?? "stopLoss";
    case "trailingStop":
      return "trailingStop";
    case "takeProfit":
      return desk.isRoi ? "roi" : "takeProfit";
    case "liquidation":
      return "liquidation";
    case "none":
      if (desk.exit === order) return desk.exitReason;
      if (order.type === "stop" && order.reduceOnly && desk.state !== undefined) return desk.state.stopReason;
      return order.tag ?? (order.reduceOnly ? "exit" : "turned");
  }
}
