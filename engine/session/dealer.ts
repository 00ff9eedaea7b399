import type { Broker } from "../broker/broker.ts";
import { EngineError } from "../core/errors.ts";
import { isoTime } from "../core/isoTime.ts";
import { calendarOf } from "../core/timeframe.ts";
import { exitState, manageExit, repriceExit } from "../exits/manage.ts";
import { type ExitEntry, type Protection, protect } from "../exits/protect.ts";
import type { LiveOrder } from "../orders/liveOrder.ts";
import type { Attached, OrderInstruction, OrderRequest } from "../orders/order.ts";
import { type Rejection, refusalMessage } from "../orders/rejection.ts";
import type { RiskGuard } from "../risk/guard.ts";
import type { Target } from "../strategy/decision.ts";
import type { Signal } from "../strategy/signal.ts";
import type { Desk } from "./desk.ts";
import type { GuardAccount } from "./guardAccount.ts";
import { type RecordedRisk, refusal } from "./recorder.ts";
import { isSignal } from "./signals.ts";
import { columnAt, sizeEntry } from "./sizeEntry.ts";
import type { StrategyRun } from "./strategyRun.ts";
import type { TradeBook } from "./tradeBook.ts";

/** More orders than this in one answer are a loop that does not end, not a strategy. */
export const MAX_ORDERS_PER_DECISION = 10_000;

/** What the dealer needs of its session. */
export interface DealerHouse {
  readonly broker: Broker;
  readonly guard: RiskGuard;
  readonly guardAccount: GuardAccount;
  readonly desks: readonly Desk[];
  readonly trades: TradeBook;
  /** Equity and free quote currency that a strategy may use. */
  usableEquity(run: StrategyRun): number;
  freeQuote(run: StrategyRun): number;
  /** Fee of one side at this market as a fraction, for plans that count it. */
  feeRate(market: number): number;
  refused(refusal: RecordedRisk): void;
}

/**
 * Turns what strategies want into orders: signals, target weights and orders go the same way, through size, exits, risk
 * rules and broker. It also tends what it has opened: stops that move, orders that are given up after a time.
 */
export class Dealer {
  readonly #house: DealerHouse;
  readonly #order = {
    market: 0,
    side: "buy" as "buy" | "sell",
    amount: 0,
    price: Number.NaN,
    waiting: 0,
    isStop: false,
    reduceOnly: false,
    stopPrice: Number.NaN,
    targetPrice: Number.NaN,
    leverage: 1,
  };
  /** Scratch for a strategy's target weights, by place of the market. */
  #weights = new Float64Array(0);

  constructor(house: DealerHouse) {
    this.#house = house;
  }

  // --- signals ---------------------------------------------------------------------------------------------------

  /** Acts on the columns of a strategy without `decide`, at the latest closed row of one market. */
  columns(run: StrategyRun, place: number, time: number): void {
    const columns = run.spec.signals![place];
    const row = run.spec.tapes[place].closed;
    const { enterLong, exitLong, enterShort, exitShort } = columns;
    const long = enterLong !== undefined && isSignal(enterLong[row]);
    const short = enterShort !== undefined && isSignal(enterShort[row]);
    const leavesLong = exitLong !== undefined && isSignal(exitLong[row]);
    const leavesShort = exitShort !== undefined && isSignal(exitShort[row]);
    if (!long && !short && !leavesLong && !leavesShort) return;
    const market = run.spec.markets[place];
    const held = this.#house.broker.account.amount[market];
    if ((held > 0 && leavesLong) || (held < 0 && leavesShort)) this.leave(run, market, "signal", time);
    const desk = this.#house.desks[market];
    if (desk.entry !== undefined && (desk.entryDirection > 0 ? leavesLong : leavesShort)) {
      this.#house.broker.cancelOrder(desk.entry, time, "signal");
    }
    // Both entries at once say nothing.
    if (long !== short) this.enter(run, place, long ? 1 : -1, undefined, time);
  }

  signal(run: StrategyRun, signal: Signal, time: number): void {
    const place = run.placeOf.get(signal.symbol)!;
    if (signal.direction === "flat") this.#flatten(run, run.spec.markets[place], signal, time);
    else this.enter(run, place, signal.direction === "long" ? 1 : -1, signal, time);
  }

  #flatten(run: StrategyRun, market: number, signal: Signal, time: number): void {
    const { broker, desks } = this.#house;
    const desk = desks[market];
    if (desk.entry !== undefined) broker.cancelOrder(desk.entry, time, "signal");
    if (signal.price === undefined) this.leave(run, market, signal.tag ?? "signal", time);
    else this.#leaveAt(run, market, signal.price, signal.tag ?? "signal", time);
  }

  /** Opens a position in this direction, turns one that lies the other way, adjusts one that lies this way. */
  enter(run: StrategyRun, place: number, direction: 1 | -1, signal: Signal | undefined, time: number): void {
    const { broker, desks } = this.#house;
    const { account } = broker;
    const market = run.spec.markets[place];
    const desk = desks[market];
    const held = account.amount[market];
    const adjust = signal?.adjust;
    if (held * direction > 0) {
      // Wanting to stay takes back an exit that still waits for its price.
      if (desk.exit !== undefined && adjust !== "reduce") broker.cancelOrder(desk.exit, time, "signal");
      if (adjust === undefined) return;
    }
    if (desk.entry !== undefined) {
      if (desk.entryDirection === direction && adjust === undefined) return;
      broker.cancelOrder(desk.entry, time, "signal");
    }
    if (held * direction < 0) this.leave(run, market, signal?.tag ?? "signal", time);
    if (adjust === "reduce" && held * direction <= 0) return;

    const isOpen = held * direction > 0;
    if (!isOpen && !this.#mayOpen(run, place, time)) return;
    const price = signal?.price ?? account.price[market];
    const protection = isProtected(run, signal)
      ? protect(run.spec.exits, this.#expectedEntry(run, place, direction, price, signal))
      : undefined;
    if (protection !== undefined && "refusal" in protection) {
      this.#refuse("exits", market, time, protection.message);
      return;
    }
    const sizing = signal?.size ?? run.spec.sizing;
    const size = sizeEntry(run.spec, place, run.spec.tapes[place].closed, sizing, {
      equity: this.#house.usableEquity(run),
      price,
      stopPrice: protection === undefined ? Number.NaN : protection.firstStopPrice,
      confidence: signal?.confidence ?? Number.NaN,
      tradeReturns: this.#house.trades.returns[run.index],
    });
    if ("refusal" in size) {
      this.#refuse("sizing", market, time, size.message);
      return;
    }
    let amount = size.amount * this.#house.guard.sizeFactor;
    if (isOpen && adjust === "reduce") {
      this.#reduce(run, market, Math.min(amount, Math.abs(held)), signal?.tag ?? "reduce", time);
      return;
    }
    if (isOpen && adjust === "resize") {
      const difference = amount - Math.abs(held);
      if (difference < 0) {
        this.#reduce(run, market, -difference, signal?.tag ?? "resize", time);
        return;
      }
      amount = difference;
    }
    this.#open(run, market, direction, amount, signal, protection, time);
  }

  /** Hands in the order that opens or enlarges a position, if the risk rules let it through. */
  #open(
    run: StrategyRun,
    market: number,
    direction: 1 | -1,
    amount: number,
    signal: Signal | undefined,
    protection: Protection | undefined,
    time: number,
  ): void {
    const { broker, desks } = this.#house;
    if (!(amount > 0)) return;
    const desk = desks[market];
    const limit = signal?.price;
    const check = this.#order;
    check.market = market;
    check.side = direction > 0 ? "buy" : "sell";
    check.amount = amount;
    check.price = limit ?? Number.NaN;
    check.waiting = 0;
    check.isStop = false;
    check.reduceOnly = false;
    check.stopPrice = protection?.firstStopPrice ?? Number.NaN;
    check.targetPrice = signal?.targetPrice ?? protection?.targets[0]?.price ?? Number.NaN;
    check.leverage = signal?.leverage ?? broker.account.leverage[market];
    if (!this.#mayEnlarge(time)) return;
    desk.signal = signal;
    desk.entryDirection = direction;
    desk.entryStop = check.stopPrice;
    const order =
      limit === undefined && signal?.leverage === undefined
        ? broker.submitMarket(run.index, market, direction * amount, time, false, true, signal?.tag)
        : broker.submit(
            run.index,
            {
              symbol: broker.markets[market].id,
              side: check.side,
              type: limit === undefined ? "market" : "limit",
              amount,
              ...(limit !== undefined && { price: limit }),
              ...(signal?.leverage !== undefined && { leverage: signal.leverage }),
              ...(signal?.tag !== undefined && { tag: signal.tag }),
              rounding: "toMarket",
              cutToBalance: true,
            },
            time,
          );
    if (isLive(order)) desk.entry = order;
  }

  /** Closes what is held at the market. What is already being closed there is left to it. */
  leave(run: StrategyRun, market: number, reason: string, time: number): void {
    const { broker, desks } = this.#house;
    const held = broker.account.amount[market];
    if (held === 0) return;
    const desk = desks[market];
    if (desk.exit !== undefined) {
      if (desk.exit.type === "market") return;
      broker.cancelOrder(desk.exit, time, reason);
    }
    desk.exitReason = reason;
    const order = broker.submitMarket(run.index, market, -held, time, true, false);
    if (isLive(order)) desk.exit = order;
  }

  #leaveAt(run: StrategyRun, market: number, price: number, reason: string, time: number): void {
    const { broker, desks } = this.#house;
    const held = broker.account.amount[market];
    const desk = desks[market];
    if (held === 0) return;
    if (desk.exit !== undefined) {
      if (desk.exit.type === "limit") broker.amendOrder(desk.exit, Number.NaN, price, Number.NaN, time);
      return;
    }
    desk.exitReason = reason;
    const order = broker.submit(
      run.index,
      {
        symbol: broker.markets[market].id,
        side: held > 0 ? "sell" : "buy",
        type: "limit",
        amount: Math.abs(held),
        price,
        reduceOnly: true,
        rounding: "toMarket",
      },
      time,
    );
    if (isLive(order)) desk.exit = order;
  }

  #reduce(run: StrategyRun, market: number, amount: number, reason: string, time: number): void {
    const { broker, desks } = this.#house;
    const held = broker.account.amount[market];
    if (!(amount > 0) || held === 0 || desks[market].exit !== undefined) return;
    desks[market].exitReason = reason;
    const order = broker.submitMarket(run.index, market, held > 0 ? -amount : amount, time, true, false);
    if (isLive(order)) desks[market].exit = order;
  }

  // --- target weights --------------------------------------------------------------------------------------------

  /**
   * Brings the strategy's positions to the weights: what shrinks or turns first, in order of the markets, then what
   * grows, in order of rank.
   */
  rebalance(run: StrategyRun, targets: readonly Required<Target>[], time: number): void {
    const { spec } = run;
    const { every, threshold, minTradeQuote } = spec.rebalancing;
    if (every !== undefined) {
      const period = calendarOf(every).number(time);
      if (period === run.rebalanced) return;
      run.rebalanced = period;
    }
    const chosen = spec.construct === undefined ? targets : spec.construct(targets, time);
    const members = spec.membership?.(time);
    const { broker, desks } = this.#house;
    const { account } = broker;
    const equity = this.#house.usableEquity(run);
    const { markets } = spec;
    if (this.#weights.length < markets.length) this.#weights = new Float64Array(markets.length);
    const weights = this.#weights.fill(0);
    for (const { symbol, weight } of chosen) {
      if (members === undefined || members.has(symbol)) weights[run.placeOf.get(symbol)!] = weight;
    }
    const least = Math.max(threshold * equity, minTradeQuote);
    for (let k = 0; k < markets.length; k++) {
      const market = markets[k];
      const weight = weights[k];
      const desk = desks[market];
      if (desk.entry !== undefined && weight * desk.entryDirection <= 0) {
        broker.cancelOrder(desk.entry, time, "target");
      }
      const held = account.amount[market];
      if (held === 0) continue;
      if (weight * held <= 0) {
        this.leave(run, market, "target", time);
        continue;
      }
      const surplus = Math.abs(held) * account.price[market] - Math.abs(weight) * equity;
      if (surplus > 0 && surplus >= least && desk.entry === undefined) {
        this.#reduce(run, market, surplus / account.price[market], "target", time);
      }
    }
    for (const { symbol } of chosen) {
      const place = run.placeOf.get(symbol)!;
      if (weights[place] !== 0) this.#grow(run, place, weights[place], equity, least, time);
    }
  }

  #grow(run: StrategyRun, place: number, weight: number, equity: number, least: number, time: number): void {
    const { broker, desks, guard } = this.#house;
    const market = run.spec.markets[place];
    const desk = desks[market];
    if (desk.entry !== undefined) return;
    const price = broker.account.price[market];
    const held = broker.account.amount[market];
    const isOpen = held * weight > 0;
    const direction = weight > 0 ? 1 : -1;
    if (isOpen && desk.exit !== undefined) return;
    const missing = Math.abs(weight) * guard.sizeFactor * equity - (isOpen ? Math.abs(held) * price : 0);
    if (!(missing > 0) || (isOpen && missing < least) || missing < run.spec.rebalancing.minTradeQuote) return;
    if (!isOpen && !this.#mayOpen(run, place, time)) return;
    const { exits } = run.spec;
    let protection: Protection | undefined;
    if (isProtected(run, undefined)) {
      const planned = protect(exits, this.#expectedEntry(run, place, direction, price, undefined));
      if ("refusal" in planned) {
        this.#refuse("exits", market, time, planned.message);
        return;
      }
      protection = planned;
    }
    this.#open(run, market, direction, missing / price, undefined, protection, time);
  }

  // --- orders ----------------------------------------------------------------------------------------------------

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
          const market =
            instruction.symbol === undefined ? -1 : this.#marketOf(run, instruction.symbol, time);
          broker.cancelAll(time, market, run.index);
          break;
        }
      }
    }
  }

  #submit(run: StrategyRun, order: OrderRequest, time: number): void {
    const { broker } = this.#house;
    const market = this.#marketOf(run, order.symbol, time);
    const held = broker.account.amount[market];
    const direction = order.side === "buy" ? 1 : -1;
    if (order.reduceOnly !== true && order.amount > 0) {
      // What cannot be an order is the broker's to refuse, with its own reason; whether this one opens anything
      // beside those that wait already, the rules find out.
      const check = this.#order;
      check.market = market;
      check.side = order.side;
      check.amount = order.amount;
      check.price = order.price ?? order.triggerPrice ?? Number.NaN;
      check.waiting = 0;
      check.isStop = order.type === "stop" || order.type === "stopLimit" || order.type === "trailingStop";
      check.reduceOnly = false;
      check.stopPrice = order.attached?.stopLoss?.triggerPrice ?? Number.NaN;
      check.targetPrice = targetOf(order.attached);
      check.leverage = order.leverage ?? broker.account.leverage[market];
      if (!this.#mayEnlarge(time)) return;
      const reduces = held * direction < 0 && order.amount <= Math.abs(held);
      if (!reduces && !this.#hasCapital(run, market, time)) return;
    }
    const { id } = broker.markets[market];
    broker.submit(run.index, order.symbol === id ? order : { ...order, symbol: id }, time);
  }

  /** A larger amount asks the risk rules as an order of the difference would; another price alone, the price collar. */
  #amend(run: StrategyRun, change: Extract<OrderInstruction, { action: "amend" }>, time: number): void {
    const { broker, guard, guardAccount } = this.#house;
    const { clientOrderId, amount = Number.NaN, price, triggerPrice } = change;
    const order = this.#owns(run, clientOrderId) ? broker.order(clientOrderId) : undefined;
    if (order !== undefined && !order.reduceOnly) {
      const isLarger = amount > order.amount;
      const check = this.#order;
      check.market = order.market;
      check.side = order.side;
      check.amount = isLarger ? amount - order.amount : order.remaining;
      check.price = price ?? (Number.isNaN(order.price) ? (triggerPrice ?? order.triggerPrice) : order.price);
      check.waiting = isLarger ? 0 : order.remaining;
      check.isStop = order.type === "stop" || order.type === "stopLimit" || order.type === "trailingStop";
      check.reduceOnly = false;
      check.stopPrice = order.attached?.stopLoss?.triggerPrice ?? Number.NaN;
      check.targetPrice = targetOf(order.attached);
      check.leverage = Number.isNaN(order.leverage) ? broker.account.leverage[order.market] : order.leverage;
      const isMoved = (price !== undefined || triggerPrice !== undefined) && check.price > 0;
      if (isLarger) {
        if (!this.#mayEnlarge(time) || !this.#hasCapital(run, order.market, time)) return;
      } else if (isMoved && guard.checkPrice(check, guardAccount, time) !== undefined) return;
    }
    const isOthers = broker.order(clientOrderId) !== undefined && order === undefined;
    const reason = isOthers ? "unknownOrder" : broker.amend(clientOrderId, change, time);
    if (reason !== undefined) this.#tellRefusal("amend", clientOrderId, reason, time);
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

  #marketOf(run: StrategyRun, symbol: string, time: number): number {
    const place = run.placeOf.get(symbol);
    if (place !== undefined) return run.spec.markets[place];
    throw new EngineError(
      "strategy.unknown-symbol",
      `${run.name} at ${isoTime(time)}: it trades no "${symbol}". It has: ${run.symbols.join(", ")}.`,
      { strategy: run.name, time, symbol: String(symbol) },
    );
  }

  // --- what has been opened --------------------------------------------------------------------------------------

  /** The first fill of an entry is protected by its true price; what is added later shares the stop that stands. */
  protectFill(run: StrategyRun, order: LiveOrder, price: number, time: number): void {
    const { broker, desks, trades } = this.#house;
    const market = order.market;
    const desk = desks[market];
    const { exits } = run.spec;
    const { signal } = desk;
    if (order.attached !== undefined || !isProtected(run, signal)) return;
    const place = run.placeOf.get(broker.markets[market].id)!;
    const direction = order.direction > 0 ? 1 : -1;
    const { state } = desk;
    const average = broker.account.entryPrice(market);
    const entry = this.#expectedEntry(run, place, direction, state === undefined ? price : average, signal);
    const planned = protect(exits, entry);
    if ("refusal" in planned) {
      // The price has gapped through the stop before there was a position: it is left as soon as it can be.
      this.leave(run, market, "stopLoss", time);
      return;
    }
    const targets =
      signal?.targets !== undefined
        ? signal.targets.map(({ price: target, fraction }) => ({ price: target, share: fraction }))
        : signal?.targetPrice !== undefined
          ? [{ price: signal.targetPrice, share: 1 }]
          : planned.targets;
    desk.isRoi = targets.length === 0 && exits.roiAgesMs.length > 0;
    const stopPrice = state === undefined ? planned.stopPrice : state.stopPrice;
    broker.attach(order, attachedOf(planned, stopPrice, targets, desk.isRoi ? planned.roiPrice : Number.NaN));
    if (state !== undefined) {
      repriceExit(exits, state, average);
      return;
    }
    desk.state = exitState(exits, entry, planned, time);
    trades.protect(market, planned.firstStopPrice, targets[0]?.price ?? Number.NaN);
  }

  /** Brings the exits of one market up to a close of the strategy's candles. */
  manage(run: StrategyRun, place: number, time: number): void {
    const { broker, desks } = this.#house;
    const market = run.spec.markets[place];
    const desk = desks[market];
    const { state } = desk;
    if (state === undefined || Number.isNaN(desk.high)) return;
    const { exits } = run.spec;
    const plans = run.spec.plans[place];
    const row = run.spec.tapes[place].closed;
    const { stopPrice, roiPrice } = state;
    const structure = columnAt(state.direction > 0 ? plans.trailLow : plans.trailHigh, row);
    const close = broker.account.price[market];
    const reason = manageExit(
      exits,
      state,
      desk.high,
      desk.low,
      close,
      time,
      columnAt(plans.exitAtr, row),
      structure,
    );
    desk.high = Number.NaN;
    desk.low = Number.NaN;
    if (reason !== "") {
      this.leave(run, market, reason, time);
      return;
    }
    if (state.stopPrice !== stopPrice && !Number.isNaN(state.stopPrice)) this.#moveStop(run, market, time);
    if (desk.isRoi && state.roiPrice !== roiPrice && !Number.isNaN(state.roiPrice)) {
      this.#moveRoiTarget(run, market, time);
    }
  }

  #moveRoiTarget(run: StrategyRun, market: number, time: number): void {
    const { broker, desks } = this.#house;
    const desk = desks[market];
    const { roiPrice } = desk.state!;
    for (const target of [...desk.targets]) {
      broker.amendOrder(target, Number.NaN, roiPrice, Number.NaN, time);
    }
    if (desk.targets.length > 0) return;
    // The table says nothing of a young position: this is its first target.
    const order = this.#protect(run, market, { type: "limit", price: roiPrice, tag: "roi" }, time);
    if (isLive(order)) desk.targets.push(order);
  }

  #moveStop(run: StrategyRun, market: number, time: number): void {
    const { broker, desks } = this.#house;
    const desk = desks[market];
    const state = desk.state!;
    let hasStop = false;
    for (const stop of [...desk.stops]) {
      if (stop.type !== "stop") continue;
      hasStop = true;
      broker.amendOrder(stop, Number.NaN, Number.NaN, state.stopPrice, time);
    }
    if (hasStop) return;
    // The plan began without a stop (break-even alone): this is its first.
    const order = this.#protect(run, market, { type: "stop", triggerPrice: state.stopPrice }, time);
    if (isLive(order)) desk.stops.push(order);
  }

  /** Hands in an order that covers all that is held and only reduces it. */
  #protect(
    run: StrategyRun,
    market: number,
    order: Pick<OrderRequest, "type" | "price" | "triggerPrice" | "tag">,
    time: number,
  ): LiveOrder {
    const { broker } = this.#house;
    const held = broker.account.amount[market];
    return broker.submit(
      run.index,
      {
        ...order,
        symbol: broker.markets[market].id,
        side: held > 0 ? "sell" : "buy",
        amount: Math.abs(held),
        reduceOnly: true,
        rounding: "toMarket",
      },
      time,
    );
  }

  /** Gives up orders that have waited too long; an exit that did then leaves at the market. */
  timeouts(run: StrategyRun, time: number): void {
    const { entryTimeoutMs, exitTimeoutMs, markets } = run.spec;
    const { broker, desks } = this.#house;
    for (let k = 0; k < markets.length; k++) {
      const { entry, exit, exitReason } = desks[markets[k]];
      if (entry !== undefined && time - entry.submitTime >= entryTimeoutMs) {
        broker.cancelOrder(entry, time, "entryTimeout");
      }
      if (exit !== undefined && exit.type !== "market" && time - exit.submitTime >= exitTimeoutMs) {
        broker.cancelOrder(exit, time, "exitTimeout");
        this.leave(run, markets[k], exitReason, time);
      }
    }
  }

  // --- checks ----------------------------------------------------------------------------------------------------

  #expectedEntry(
    run: StrategyRun,
    place: number,
    direction: 1 | -1,
    price: number,
    signal: Signal | undefined,
  ): ExitEntry {
    const plans = run.spec.plans[place];
    const row = run.spec.tapes[place].closed;
    const market = run.spec.markets[place];
    return {
      direction,
      price,
      atr: columnAt(plans.exitAtr, row),
      stopStructure: columnAt(direction > 0 ? plans.stopLow : plans.stopHigh, row),
      trailStructure: columnAt(direction > 0 ? plans.trailLow : plans.trailHigh, row),
      stopPrice: signal?.stopPrice ?? Number.NaN,
      leverage: signal?.leverage ?? this.#house.broker.account.leverage[market],
      feeRate: this.#house.feeRate(market),
    };
  }

  #mayOpen(run: StrategyRun, place: number, time: number): boolean {
    const { desks, broker } = this.#house;
    const { markets, maxOpenPositions, membership } = run.spec;
    const market = markets[place];
    if (membership !== undefined && !membership(time).has(run.symbols[place])) {
      this.#refuse("universe", market, time, `${run.symbols[place]} is not in the universe of this time`);
      return false;
    }
    if (maxOpenPositions >= markets.length) return true;
    let open = 0;
    for (let k = 0; k < markets.length; k++) {
      const other = markets[k];
      if (other === market) continue;
      const desk = desks[other];
      const stays = broker.account.amount[other] !== 0 && desk.exit === undefined;
      if (stays || desk.entry !== undefined) open++;
    }
    if (open < maxOpenPositions) return true;
    this.#refuse("maxOpenPositions", market, time, `${open} positions are open`, open, maxOpenPositions);
    return false;
  }

  /** Asks the risk rules about `#order`. */
  #mayEnlarge(time: number): boolean {
    const { guard, guardAccount } = this.#house;
    return guard.check(this.#order, guardAccount, time) === undefined;
  }

  /** Of several strategies on one account, none may use what is another's. */
  #hasCapital(run: StrategyRun, market: number, time: number): boolean {
    const free = this.#house.freeQuote(run);
    if (free === Infinity) return true;
    const { amount, price, leverage } = this.#order;
    const last = this.#house.broker.account.price[market];
    const margin = (amount * (Number.isNaN(price) ? last : price)) / leverage;
    if (margin <= free * (1 + 1e-9)) return true;
    this.#refuse(
      "capital",
      market,
      time,
      "the order needs more than the strategy's free capital",
      margin,
      free,
    );
    return false;
  }

  #refuse(
    rule: string,
    market: number,
    time: number,
    message: string,
    value = Number.NaN,
    limit = Number.NaN,
  ): void {
    const { id } = this.#house.broker.markets[market];
    this.#house.refused(refusal(rule, id, time, message, value, limit));
  }
}

function isLive(order: LiveOrder): boolean {
  return order.status !== "filled" && order.status !== "rejected" && order.status !== "canceled";
}

function isProtected(run: StrategyRun, signal: Signal | undefined): boolean {
  if (run.spec.hasExits) return true;
  if (signal === undefined) return false;
  return signal.stopPrice !== undefined || signal.targetPrice !== undefined || signal.targets !== undefined;
}

function attachedOf(
  planned: Protection,
  stopPrice: number,
  targets: readonly { readonly price: number; readonly share: number }[],
  roiPrice: number,
): Attached {
  const { trailDistance, trailUnit, trailActivationPrice, tightDistance, tightActivationPrice } = planned;
  const one = targets.length === 1 && targets[0].share === 1 ? targets[0].price : roiPrice;
  return {
    ...(!Number.isNaN(stopPrice) && { stopLoss: { triggerPrice: stopPrice } }),
    ...(!Number.isNaN(trailDistance) && {
      trailingStop: {
        distance: trailDistance,
        unit: trailUnit,
        ...(!Number.isNaN(trailActivationPrice) && { activationPrice: trailActivationPrice }),
        ...(!Number.isNaN(tightDistance) && {
          tighter: { fromPrice: tightActivationPrice, distance: tightDistance },
        }),
      },
    }),
    ...(!Number.isNaN(one)
      ? { takeProfit: { price: one } }
      : targets.length > 0 && {
          takeProfit: { ladder: targets.map(({ price, share }) => ({ price, fraction: share })) },
        }),
  };
}

/** The mean of the targets, weighted by their fractions; NaN without one. */
function targetOf(attached: Attached | undefined): number {
  const takeProfit = attached?.takeProfit;
  if (takeProfit === undefined) return Number.NaN;
  if ("price" in takeProfit) return takeProfit.price;
  let sum = 0;
  let parts = 0;
  for (const { price, fraction } of takeProfit.ladder) {
    sum += price * fraction;
    parts += fraction;
  }
  return sum / parts;
}
