import type { CandleColumns } from "../candles/candles.ts";
import { EngineError } from "../core/errors.ts";
import type { LiveOrder } from "../orders/liveOrder.ts";
import type { Attached, OrderRequest } from "../orders/order.ts";
import type { Rejection } from "../orders/rejection.ts";
import { hasEnded } from "../orders/transitions.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import { bookFault, nameFault } from "./bookFaults.ts";
import type { Amendment, BookLevel, Broker } from "./broker.ts";
import { CandlePhases } from "./candlePhases.ts";
import { dueTime, nextDue, nextExpiry, requestReplace, settleGap } from "./instructions.ts";
import { liquidationOf } from "./liquidationLevel.ts";
import type { BrokerListener } from "./listener.ts";
import { floorToStep } from "./marketRules.ts";
import type { MarketState } from "./marketState.ts";
import { actAtMark } from "./markPrice.ts";
import { Matching } from "./matching.ts";
import { refresh, refreshCross, seekDue } from "./refresh.ts";
import { explain } from "./refusal.ts";
import { copyRequest, orderFault, requestFault, roundToMarket } from "./requestChecks.ts";
import type { BrokerSettings, MarketSpec } from "./settings.ts";
import { setUp } from "./setUp.ts";
import type { Depth } from "./slippage.ts";
import { type BrokerSnapshot, loadSnapshot, takeSnapshot } from "./snapshot.ts";

/** The exchange, simulated from candles. See `Broker` for what each method does. */
export class SimulatedBroker implements Broker {
  readonly account: Portfolio;
  readonly markets: readonly MarketSpec[];
  readonly #matching: Matching;
  readonly #states: readonly MarketState[];
  readonly #phases: CandlePhases;
  readonly #indexOf = new Map<string, number>();
  constructor(settings: BrokerSettings, markets: readonly MarketSpec[], listener: BrokerListener) {
    const exchanges = setUp(settings, markets);
    this.markets = markets;
    this.account = exchanges.account;
    this.#states = exchanges.states;
    this.#matching = new Matching(exchanges, listener);
    this.#phases = new CandlePhases(this.#matching);
    const ambiguous = new Set<string>();
    markets.forEach(({ symbol }, index) => {
      if (this.#indexOf.has(symbol)) ambiguous.add(symbol);
      this.#indexOf.set(symbol, index);
    });
    for (const symbol of ambiguous) this.#indexOf.delete(symbol);
    markets.forEach(({ id }, index) => {
      this.#indexOf.set(id, index);
    });
  }

  /** A broker that goes on from a snapshot taken with the same settings and markets. */
  static restore(
    settings: BrokerSettings,
    markets: readonly MarketSpec[],
    listener: BrokerListener,
    snapshot: unknown,
  ): SimulatedBroker {
    const broker = new SimulatedBroker(settings, markets, listener);
    loadSnapshot(broker.#matching, snapshot as BrokerSnapshot);
    return broker;
  }

  snapshot(): BrokerSnapshot {
    if (this.#phases.isInside) {
      throw new EngineError(
        "broker.snapshot-inside",
        "broker: a snapshot was asked for inside a candle; expected between close() and the next beginCandle().",
      );
    }
    return takeSnapshot(this.#matching);
  }

  marketIndex(idOrSymbol: string): number {
    return this.#indexOf.get(idOrSymbol) ?? -1;
  }

  submit(owner: number, request: OrderRequest, time: number): LiveOrder {
    const matching = this.#matching;
    const index = this.marketIndex(request.symbol);
    const market = index < 0 ? undefined : this.#states[index];
    const order = matching.orders.newOrder(owner, index, market?.symbol ?? request.symbol, time);
    copyRequest(order, request, matching.settings.triggerBy);
    if (market === undefined) return this.#refuse(order, undefined, "unknownSymbol", time);
    const name = nameFault(matching.orders, order.givenId);
    if (name !== undefined) return this.#refuse(order, market, name, time);
    roundToMarket(order, market.rules);
    const fault =
      requestFault(order, request, market.rules, market.isSpot, this.account.price[index]) ??
      bookFault(matching.orders, market, order);
    if (fault !== undefined) return this.#refuse(order, market, fault, time);
    return this.#send(market, order, time);
  }

  submitMarket(
    owner: number,
    market: number,
    signedAmount: number,
    time: number,
    reduceOnly: boolean,
    cutToBalance: boolean,
    tag?: string,
  ): LiveOrder {
    const matching = this.#matching;
    const state = this.#states[market];
    const order = matching.orders.newOrder(owner, market, state.symbol, time);
    order.direction = signedAmount < 0 ? -1 : 1;
    order.side = signedAmount < 0 ? "sell" : "buy";
    order.amount = floorToStep(Math.abs(signedAmount), state.rules.amountStep);
    order.reduceOnly = reduceOnly;
    order.cutToBalance = cutToBalance;
    order.rounding = "toMarket";
    order.triggerBy = matching.settings.triggerBy;
    order.tag = tag;
    const fault =
      orderFault(order, state.rules, this.account.price[market]) ?? bookFault(matching.orders, state, order);
    if (fault !== undefined) return this.#refuse(order, state, fault, time);
    return this.#send(state, order, time);
  }

  attach(order: LiveOrder, attached: Attached): void {
    order.attached = attached;
  }

  amend(clientOrderId: string, changes: Amendment, time: number): Rejection | undefined {
    const order = this.order(clientOrderId);
    if (order === undefined) return this.#isKnown(clientOrderId) ? "orderFinished" : "unknownOrder";
    const { amount = Number.NaN, price = Number.NaN, triggerPrice = Number.NaN } = changes;
    return this.amendOrder(order, amount, price, triggerPrice, time);
  }

  amendOrder(
    order: LiveOrder,
    amount: number,
    price: number,
    triggerPrice: number,
    time: number,
  ): Rejection | undefined {
    const market = this.#states[order.market];
    const fault = requestReplace(this.#matching, market, order, amount, price, triggerPrice, time);
    refresh(this.#matching, market);
    return fault;
  }

  cancel(clientOrderId: string, time: number, reason = "requested"): Rejection | undefined {
    const order = this.order(clientOrderId);
    if (order === undefined) return this.#isKnown(clientOrderId) ? "orderFinished" : "unknownOrder";
    return this.cancelOrder(order, time, reason);
  }

  cancelOrder(order: LiveOrder, time: number, reason = "requested"): Rejection | undefined {
    if (hasEnded(order.status)) return "orderFinished";
    if (order.status === "pendingCancel") return "orderChanging";
    const market = this.#states[order.market];
    const { cancelMs } = market.venue;
    if (cancelMs === 0) this.#matching.orders.end(market, order, "cancel", reason, time);
    else {
      order.replaceTime = Number.NaN;
      order.cancelTime = time + cancelMs;
      order.cancelReason = reason;
      this.#matching.orders.note(order, "requestCancel", time, reason);
    }
    refresh(this.#matching, market);
    return undefined;
  }

  cancelAll(time: number, market = -1, owner = -1, reason = "requested"): number {
    let count = 0;
    for (const order of this.openOrders(owner, market)) {
      if (this.cancelOrder(order, time, reason) === undefined) count++;
    }
    return count;
  }

  beginCandle(
    market: number,
    openTime: number,
    closeTime: number,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
  ): void {
    this.#phases.begin(this.#states[market], openTime, closeTime, open, high, low, close, volume);
  }

  openPhase(): void {
    this.#phases.open();
  }

  inside(): void {
    this.#phases.inside();
  }

  close(): void {
    this.#phases.close();
  }

  candle(
    market: number,
    openTime: number,
    closeTime: number,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
  ): void {
    this.#phases.whole(this.#states[market], openTime, closeTime, open, high, low, close, volume);
  }

  candleOf(market: number, candles: CandleColumns, row: number, closeTime: number): void {
    this.#phases.wholeOf(this.#states[market], candles, row, closeTime);
  }

  markCandle(market: number, open: number, high: number, low: number, close: number): void {
    const state = this.#states[market];
    state.markOpen = open;
    state.markHigh = high;
    state.markLow = low;
    state.markClose = close;
    state.hasMark = true;
    state.isMarkFresh = true;
  }

  markPrice(market: number, time: number, price: number): void {
    const matching = this.#matching;
    const state = this.#states[market];
    this.markCandle(market, price, price, price, price);
    state.isMarkFresh = false;
    actAtMark(matching, state, time);
    refresh(matching, state);
    refreshCross(matching, state.venueIndex);
  }

  book(market: number, bids: readonly BookLevel[], asks: readonly BookLevel[]): void {
    const state = this.#states[market];
    if (bids.length === 0 || asks.length === 0) {
      throw new EngineError(
        "broker.book",
        `${state.id}: a book with ${bids.length} bids and ${asks.length} asks; expected at least one of each, best first.`,
        { market: state.id },
      );
    }
    const middle = (bids[0][0] + asks[0][0]) / 2;
    state.bids = side(bids, middle);
    state.asks = side(asks, middle);
    state.takenTime = Number.NaN;
  }

  funding(market: number, time: number, rate: number, price: number): void {
    const amount = this.account.amount[market];
    if (amount === 0 || this.#states[market].isSpot) return;
    const payment = amount * price * rate;
    this.account.bookFunding(market, payment);
    this.#matching.listener.onFunding(market, time, payment, rate, price);
    refresh(this.#matching, this.#states[market]);
    refreshCross(this.#matching, this.#states[market].venueIndex);
  }

  isDueBy(time: number): boolean {
    const matching = this.#matching;
    return matching.nextDue <= time && seekDue(matching) <= time;
  }

  nextArrival(market: number): number {
    const next = nextDue(this.#states[market]);
    return next === undefined ? Number.POSITIVE_INFINITY : dueTime(next);
  }

  nextExpiry(market: number): number {
    return nextExpiry(this.#states[market]);
  }

  gap(market: number, closeTime: number): void {
    const state = this.#states[market];
    settleGap(this.#matching, state, closeTime);
    refresh(this.#matching, state);
  }

  order(clientOrderId: string): LiveOrder | undefined {
    if (!clientOrderId.startsWith("#")) return this.#matching.orders.named.get(clientOrderId);
    const id = Number(clientOrderId.slice(1));
    for (const market of this.#states) {
      for (let k = 0; k < market.count; k++) if (market.orders[k].id === id) return market.orders[k];
    }
    return undefined;
  }

  openOrders(owner = -1, market = -1): LiveOrder[] {
    const open: LiveOrder[] = [];
    for (const { orders, count, index } of this.#states) {
      if (market !== -1 && market !== index) continue;
      for (let k = 0; k < count; k++) if (owner === -1 || orders[k].owner === owner) open.push(orders[k]);
    }
    return open;
  }

  openOrderCount(market: number): number {
    return this.#states[market].count;
  }

  liquidationPrice(market: number): number {
    return liquidationOf(this.#matching, this.#states[market]);
  }

  /** Lets an order go its way: at once, after its latency, or after the candles it is held back. */
  #send(market: MarketState, order: LiveOrder, time: number): LiveOrder {
    const matching = this.#matching;
    const { fillModel, delayBars } = matching.settings;
    const isAtClose = fillModel === "thisClose";
    matching.orders.enter(market, order, time);
    if (order.ocoGroup !== undefined) {
      const filled = matching.orders.ocoFills.before(order);
      if (filled > 0) matching.orders.changeAmount(market, order, order.amount - filled, "oco", time);
    }
    if (hasEnded(order.status)) return order;
    if (matching.phase === "open" || matching.phase === "inside") order.passedCandle = market.openTime;
    // Held orders are let go at opens, the first of which is no delay; at closes the first one already is.
    if (delayBars > 0) order.waitBars = isAtClose ? delayBars : delayBars + 1;
    if (market.venue.submitMs > 0) order.arrivalTime = time + market.venue.submitMs;
    else if (order.waitBars === 0) {
      matching.orders.arrive(market, order, time);
      // Only a market whose own candle closes now has a close to fill at; in a gap the order waits for the next one.
      const isNow = isAtClose && market.closeTime === time;
      const isFree = matching.phase === "between" || matching.phase === "close";
      if (order.isTaking && isNow && isFree) {
        this.#phases.takeAtClose(market, time);
        refreshCross(matching, market.venueIndex);
      }
    }
    // One that takes, and for as long as it likes, only asks for a look at the next candle.
    if (order.isTaking && Number.isNaN(order.expireTime)) market.below = Number.POSITIVE_INFINITY;
    else refresh(matching, market);
    return order;
  }

  #refuse(order: LiveOrder, market: MarketState | undefined, reason: Rejection, time: number): LiveOrder {
    const { listener, orders } = this.#matching;
    const { named, pool } = orders;
    const isOwnName = order.givenId !== undefined && reason !== "duplicateClientOrderId";
    if (isOwnName && reason !== "unknownSymbol") named.set(order.givenId!, undefined);
    listener.onOrder(order, "submit", time, "");
    order.status = "rejected";
    order.reason = reason;
    order.message = explain(reason, order, market, this.account);
    listener.onOrder(order, "reject", time, reason);
    pool.give(order);
    return order;
  }

  #isKnown(clientOrderId: string): boolean {
    if (!clientOrderId.startsWith("#")) return this.#matching.orders.named.has(clientOrderId);
    const id = Number(clientOrderId.slice(1));
    return Number.isInteger(id) && id > 0 && id <= this.#matching.orders.lastId;
  }
}

function side(levels: readonly BookLevel[], middle: number): Depth {
  return {
    distance: Float64Array.from(levels, ([price]) => Math.abs(price / middle - 1)),
    amount: Float64Array.from(levels, ([, amount]) => amount),
    isQuote: false,
  };
}
