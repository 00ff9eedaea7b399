import { accountFault, openingLeverage, payableAmount } from "../broker/accountChecks.ts";
import { liquidationPrice } from "../broker/liquidationPrice.ts";
import { floorToStep } from "../broker/marketRules.ts";
import type { MarketState } from "../broker/marketState.ts";
import { orderFault } from "../broker/requestChecks.ts";
import { setUp } from "../broker/setUp.ts";
import { takerPrice } from "../broker/takerPrice.ts";
import { LiveOrder } from "../orders/liveOrder.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import { EquityRows } from "../session/equityRows.ts";
import type { Feed } from "../session/feed.ts";
import { LoneEquity } from "../session/loneEquity.ts";
import { Recorder, refusal } from "../session/recorder.ts";
import type { Funding } from "../session/session.ts";
import type { SessionStrategy, SignalColumns } from "../session/settings.ts";
import { strategyLabels } from "../session/settings.ts";
import { isSignal } from "../session/signals.ts";
import { sizeEntry } from "../session/sizeEntry.ts";
import { TradeBook } from "../session/tradeBook.ts";
import { isUnguarded } from "./lone/eligible.ts";
import type { Prepared } from "./prepare.ts";

/**
 * The short way of a strategy that is columns of signals: market orders at the next open and nothing else, so there is
 * no book to keep and nobody to ask. Account, fees, slippage, size, trades and records are the session's own, called
 * in the same order with the same numbers; what is left out is what cannot happen.
 *
 * What it finds that it has no rule for (a liquidation, a refusal, both an entry and an exit at once) ends it: `isLost`
 * says so, and the whole backtest goes through the session instead. So it need not know everything, only when it does
 * not know.
 */
export class SignalPath {
  readonly account: Portfolio;
  readonly trades: TradeBook;
  readonly recorder: Recorder;
  slippageCost = 0;
  turnover = 0;
  isLost = false;

  readonly #spec: SessionStrategy;
  readonly #signals: readonly SignalColumns[];
  readonly #feeds: readonly Feed[];
  readonly #fundings: readonly Funding[];
  readonly #startMs: number;
  readonly #leastEquity: number;
  readonly #states: readonly MarketState[];
  readonly #lone: LoneEquity | undefined;
  /** Orders that wait for the next open of their markets, in order of submission. */
  readonly #waiting: LiveOrder[] = [];
  readonly #entries: readonly LiveOrder[];
  readonly #exits: readonly LiveOrder[];
  /** Why the position of a market is being left. */
  #exitReason = "signal";
  /** By market: the price that liquidates its position; NaN for none. */
  readonly #liquidation: Float64Array;
  /** By market: the time of the last close folded. */
  readonly #closed: Float64Array;
  #lastOrder = 0;
  #decides = true;
  #nextFunding = 0;
  #time = -Infinity;

  constructor({ settings, feeds, fundings }: Prepared) {
    const { markets, broker, strategies, startMs, equityRows, risk } = settings;
    const { account, states } = setUp(broker, markets);
    const names = strategyLabels(strategies);
    const startEquity = account.startingBalance();
    this.account = account;
    this.#states = states;
    this.#spec = strategies[0];
    this.#signals = (strategies[0].signals ?? []).map(({ columns }) => columns);
    this.#feeds = feeds;
    this.#fundings = fundings;
    this.#startMs = startMs;
    this.#leastEquity = risk.solvency === false ? 0 : risk.solvency.minFraction * startEquity;
    this.#lone = markets.length === 1 ? new LoneEquity(feeds[0], startEquity, equityRows) : undefined;
    this.recorder = new Recorder(names, this.#lone ?? new EquityRows(startEquity, equityRows));
    this.trades = new TradeBook(
      markets.map(({ id }) => id),
      names,
    );
    this.#entries = markets.map(() => new LiveOrder());
    this.#exits = markets.map(() => new LiveOrder());
    this.#liquidation = new Float64Array(markets.length).fill(Number.NaN);
    this.#closed = new Float64Array(markets.length).fill(Number.NaN);
  }

  get time(): number {
    return this.#time;
  }

  /** Folds what closes by `until`, in at most `steps` steps; true where more is left. */
  run(until: number, steps = Infinity): boolean {
    for (let step = 0; step < steps && !this.isLost; step++) {
      if (this.#lone !== undefined && this.#waiting.length === 0) this.#skip(this.#lone, until);
      const time = this.#nextTime();
      if (time > until || time === Infinity) return false;
      this.#fold(time);
    }
    return !this.isLost && this.#nextTime() <= until;
  }

  #nextTime(): number {
    const feeds = this.#feeds;
    let time = Infinity;
    for (let m = 0; m < feeds.length; m++) if (feeds[m].nextClose < time) time = feeds[m].nextClose;
    return time;
  }

  #fold(time: number): void {
    const feeds = this.#feeds;
    if (this.#waiting.length > 0) this.#fillAtOpen(time);
    const { amount, price } = this.account;
    for (let m = 0; m < feeds.length; m++) {
      const feed = feeds[m];
      if (feed.nextClose !== time) continue;
      const { candles, next } = feed;
      if (amount[m] !== 0) {
        if (this.#isLiquidated(m, candles.low[next], candles.high[next])) this.isLost = true;
        this.trades.candle(m, candles, next);
      }
      price[m] = candles.close[next];
      this.#closed[m] = time;
      feed.step();
    }
    if (this.#nextFunding < this.#fundings.length) this.#payFunding(time);
    this.#time = time;
    if (time < this.#startMs) return;
    this.recorder.equity.record(time, this.account);
    if (!this.#decides) return;
    for (let m = 0; m < feeds.length; m++) if (this.#closed[m] === time) this.#decide(m, time);
  }

  /** Goes over the candles at which nothing happens: no order waits, no signal is set, no funding is due. */
  #skip(equity: LoneEquity, until: number): void {
    const [feed] = this.#feeds;
    const from = feed.next;
    if (feed.nextClose < this.#startMs || !this.#decides) return;
    const due = this.#nextFunding < this.#fundings.length ? this.#fundings[this.#nextFunding].time : Infinity;
    const to = this.#firstSignal(from, feed.rowsUntil(Math.min(until, due - 1)));
    if (to <= from) return;
    const { account } = this;
    const { candles } = feed;
    equity.stretch(to, account);
    if (account.amount[0] !== 0) this.trades.stretch(0, candles, from, to);
    account.price[0] = candles.close[to - 1];
    this.#time = feed.closeAt(to - 1);
    feed.goTo(to);
  }

  /** The first row from `from` on, `last` at the latest, whose candle asks for something. */
  #firstSignal(from: number, last: number): number {
    const { enterLong, exitLong, enterShort, exitShort } = this.#signals[0];
    const amount = this.account.amount[0];
    const first = amount > 0 ? exitLong : enterLong;
    const second = amount < 0 ? exitShort : enterShort;
    let to = from;
    if (first !== undefined && second !== undefined) {
      while (to < last && !isSignal(first[to]) && !isSignal(second[to])) to++;
    } else {
      const column = first ?? second;
      if (column === undefined) to = last;
      else while (to < last && !isSignal(column[to])) to++;
    }
    const liquidation = this.#liquidation[0];
    if (amount === 0 || Number.isNaN(liquidation)) return to;
    const { high, low } = this.#feeds[0].candles;
    for (let row = from; row < to; row++) {
      if (amount > 0 ? low[row] <= liquidation : high[row] >= liquidation) return row;
    }
    return to;
  }

  // --- what is decided -------------------------------------------------------------------------------------------

  #decide(market: number, time: number): void {
    const { enterLong, exitLong, enterShort, exitShort } = this.#signals[market];
    const row = this.#feeds[market].next - 1;
    const long = enterLong !== undefined && isSignal(enterLong[row]);
    const short = enterShort !== undefined && isSignal(enterShort[row]);
    const leavesLong = exitLong !== undefined && isSignal(exitLong[row]);
    const leavesShort = exitShort !== undefined && isSignal(exitShort[row]);
    if (!long && !short && !leavesLong && !leavesShort) return;
    const held = this.account.amount[market];
    const isLeaving = (held > 0 && leavesLong) || (held < 0 && leavesShort);
    if (isLeaving) this.#leave(market, time);
    // Both entries at once say nothing.
    if (long === short) return;
    const direction = long ? 1 : -1;
    if (held * direction > 0) {
      // An exit and a wish to stay at once: the session takes the exit back.
      if (isLeaving) this.isLost = true;
      return;
    }
    if (held !== 0 && !isLeaving) this.#leave(market, time);
    this.#enter(market, direction, time);
  }

  #enter(market: number, direction: 1 | -1, time: number): void {
    const spec = this.#spec;
    const { account } = this;
    const equity = account.equity();
    const size = sizeEntry(spec, market, this.#feeds[market].next - 1, spec.sizing, {
      equity,
      price: account.price[market],
      stopPrice: Number.NaN,
      confidence: Number.NaN,
      tradeReturns: this.trades.returns[0],
    });
    if ("refusal" in size) {
      this.recorder.risk(refusal("sizing", this.#states[market].id, time, size.message));
      return;
    }
    if (!(equity > this.#leastEquity)) {
      this.isLost = true;
      return;
    }
    const order = this.#entries[market];
    this.#hand(order, market, direction, size.amount, time);
    order.cutToBalance = true;
    this.#send(order);
  }

  #leave(market: number, time: number): void {
    const held = this.account.amount[market];
    const order = this.#exits[market];
    this.#hand(order, market, held > 0 ? -1 : 1, Math.abs(held), time);
    order.reduceOnly = true;
    this.#send(order);
  }

  #hand(order: LiveOrder, market: number, direction: 1 | -1, amount: number, time: number): void {
    const { symbol, rules } = this.#states[market];
    order.reset(++this.#lastOrder, 0, market, symbol, time);
    order.direction = direction;
    order.side = direction < 0 ? "sell" : "buy";
    order.amount = floorToStep(amount, rules.amountStep);
  }

  #send(order: LiveOrder): void {
    const state = this.#states[order.market];
    const { account } = this;
    const fault = orderFault(order, state.rules, account.price[order.market]);
    if (fault !== undefined || accountFault(state, order, account) !== undefined) this.isLost = true;
    this.#waiting.push(order);
  }

  // --- what comes of it ------------------------------------------------------------------------------------------

  /** Fills what waits for the opens of the candles that close at `time`. */
  #fillAtOpen(time: number): void {
    const waiting = this.#waiting;
    let kept = 0;
    for (let k = 0; k < waiting.length; k++) {
      const order = waiting[k];
      const { market } = order;
      const feed = this.#feeds[market];
      if (feed.nextClose !== time) {
        waiting[kept++] = order;
        continue;
      }
      const { candles, next } = feed;
      const open = candles.open[next];
      if (this.#isLiquidated(market, open, open)) this.isLost = true;
      this.#states[market].volume = candles.volume[next];
      this.#fill(order, open, candles.timestamp[next]);
    }
    waiting.length = kept;
  }

  /** As `Matching.fill` does for a market order that nothing bounds. */
  #fill(order: LiveOrder, reference: number, time: number): void {
    const { market, direction } = order;
    const { account } = this;
    const state = this.#states[market];
    const { venue } = state;
    const held = account.amount[market];
    let { amount } = order;
    if (order.reduceOnly) amount = Math.min(amount, Math.abs(held));
    let price = takerPrice(state, order, reference, amount);
    venue.fees.at(time);
    const rate = venue.fees.takerRate;
    const leverage = openingLeverage(state, order, account);
    if (!order.reduceOnly) {
      // A position in the way would have been left by an order before this one.
      if (held !== 0) this.isLost = true;
      const payable = payableAmount(state, order, account, price, rate, leverage, amount);
      if (!(payable > 0)) {
        this.isLost = true;
        return;
      }
      if (payable < amount) {
        amount = payable;
        order.amount = amount;
        price = takerPrice(state, order, reference, amount);
      }
    }
    const fee = amount * price * rate + venue.fees.perFill;
    const realised = account.bookFill(market, 0, direction * amount, price, fee, leverage);
    venue.fees.add(amount * price);
    order.filled = order.amount;
    order.cost = amount * price;
    order.status = "filled";
    this.#book(order, reference, price, amount, fee, realised, time);
  }

  #book(
    order: LiveOrder,
    reference: number,
    price: number,
    amount: number,
    fee: number,
    realised: number,
    time: number,
  ): void {
    const { market } = order;
    const { account, recorder, trades } = this;
    const after = account.amount[market];
    const slippage = amount * Math.abs(price - reference);
    const entry = account.entryPrice(market);
    this.slippageCost += slippage;
    this.turnover += amount * price;
    recorder.fill(
      order,
      price,
      amount,
      fee,
      "taker",
      time,
      "open",
      slippage,
      after,
      entry,
      account.realised[market],
    );
    const signed = order.direction * amount;
    const reason = this.#exitReason;
    trades.fill(market, 0, signed, after, price, fee, realised, time, true, undefined, reason);
    recorder.order(order, time, "open", true);
    this.#liquidation[market] = this.#liquidationOf(market);
  }

  /** Nothing is decided from here on: what waits is canceled, and every position is left at the next open. */
  closeAtNextOpen(reason: string): void {
    const time = this.#time;
    this.#decides = false;
    for (const order of this.#waiting.splice(0)) {
      order.status = "canceled";
      this.recorder.order(order, time, reason, true);
    }
    this.#exitReason = reason;
    const { amount } = this.account;
    for (let m = 0; m < amount.length; m++) if (amount[m] !== 0) this.#leave(m, time);
  }

  /** The same at the last prices; the last row of equity then stands for what is left. */
  closeAtLast(reason: string): void {
    this.closeAtNextOpen(reason);
    for (const order of this.#waiting.splice(0)) {
      this.#states[order.market].volume = Infinity;
      this.#fill(order, this.account.price[order.market], this.#time);
    }
    const { equity } = this.recorder;
    if (equity.rows > 0) equity.again(this.account);
  }

  /** Writes down the orders that still wait. */
  settleRecords(): void {
    for (const order of this.#waiting) this.recorder.order(order, Number.NaN, "", false);
  }

  #payFunding(time: number): void {
    const due = this.#fundings;
    const { account } = this;
    while (this.#nextFunding < due.length && due[this.#nextFunding].time <= time) {
      const { market, rate, price } = due[this.#nextFunding++];
      const last = account.price[market];
      const amount = account.amount[market];
      if (Number.isNaN(last) || amount === 0 || this.#states[market].isSpot) continue;
      const payment = amount * (Number.isNaN(price) ? last : price) * rate;
      account.bookFunding(market, payment);
      this.trades.funding(market, payment);
      this.#liquidation[market] = this.#liquidationOf(market);
    }
  }

  /** Of an isolated position; none has cross margin here. */
  #liquidationOf(market: number): number {
    const { account } = this;
    const amount = account.amount[market];
    const { isSpot, tiers } = this.#states[market];
    if (amount === 0 || isSpot) return Number.NaN;
    return liquidationPrice(amount, account.cost[market] / amount, account.isolatedMargin[market], tiers);
  }

  #isLiquidated(market: number, low: number, high: number): boolean {
    const liquidation = this.#liquidation[market];
    return this.account.amount[market] > 0 ? low <= liquidation : high >= liquidation;
  }
}

/** Whether a backtest is of the kind that the short way knows. */
export function isSignalsOnly({ settings, feeds, marks }: Prepared): boolean {
  const { strategies, markets, broker, risk, capital } = settings;
  if (strategies.length !== 1 || capital !== undefined) return false;
  const [spec] = strategies;
  const { strategy, signals, tapes } = spec;
  const isPlain =
    signals !== undefined &&
    strategy.onFill === undefined &&
    strategy.onOrder === undefined &&
    !spec.hasExits &&
    spec.membership === undefined &&
    spec.maxOpenPositions >= spec.markets.length &&
    spec.entryTimeoutMs === Infinity &&
    spec.exitTimeoutMs === Infinity;
  const isOnItsOwn =
    spec.markets.length === markets.length &&
    feeds.every(
      (feed, m) =>
        feed.hasOneLength && feed.candles.timestamp === tapes[m].candles.timestamp && marks[m] === undefined,
    );
  const isAtNextOpen =
    (broker.fillModel ?? "nextOpen") === "nextOpen" &&
    (broker.delayBars ?? 0) === 0 &&
    Object.values(broker.venues).every(
      ({ latency, participation, slippage }) =>
        (latency?.submitMs ?? 0) === 0 && participation === undefined && slippage?.kind !== "bookWalk",
    ) &&
    markets.every(({ type, marginMode }) => type === "spot" || marginMode !== "cross");
  return isPlain && isOnItsOwn && isAtNextOpen && isUnguarded(risk, feeds[0].lengthMs);
}
