import type { Broker } from "../broker/broker.ts";
import type { BrokerListener, FillReason } from "../broker/listener.ts";
import { SimulatedBroker } from "../broker/simulated.ts";
import { EngineError, nearestName } from "../core/errors.ts";
import { GrowingNumbers } from "../core/growable.ts";
import { isoTime } from "../core/isoTime.ts";
import { calendarOf, type TimeframeCalendar } from "../core/timeframe.ts";
import type { LiveOrder } from "../orders/liveOrder.ts";
import type { Liquidity } from "../orders/order.ts";
import type { OrderEvent } from "../orders/transitions.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import { RiskGuard } from "../risk/guard.ts";
import type { RiskSnapshot } from "../risk/snapshot.ts";
import type { FillView } from "../strategy/market.ts";
import type { ReadDecision } from "../strategy/readDecision.ts";
import { Dealer, type DealerHouse } from "./dealer.ts";
import { Desk, type DeskSnapshot, deskSnapshot, loadDesk } from "./desk.ts";
import { EquityRows } from "./equityRows.ts";
import type { SessionEvent, SessionInput } from "./events.ts";
import type { Feed } from "./feed.ts";
import { GuardAccount } from "./guardAccount.ts";
import { LoneEquity } from "./loneEquity.ts";
import { orderView, portfolioView } from "./portfolioView.ts";
import { type RecordedRisk, Recorder, type RecorderSnapshot } from "./recorder.ts";
import { type SessionSettings, strategyLabels } from "./settings.ts";
import { type RunSnapshot, StrategyRun } from "./strategyRun.ts";
import { TradeBook, type TradeBookSnapshot } from "./tradeBook.ts";

/** Funding that is due at a market, and when. */
export type Funding = {
  readonly market: number;
  readonly time: number;
  readonly rate: number;
  readonly price: number;
};

/** Handlers that answer one another's orders for ever are a mistake, not a strategy. */
const MAX_ROUNDS = 1000;

/** What a session may be given besides. */
export type SessionOptions = {
  /** Candles of the mark price, by market. */
  readonly marks?: readonly (Feed | undefined)[];
  readonly listener?: SessionListener;
  /** Default: a simulated one. */
  readonly broker?: (listener: BrokerListener) => Broker;
  /** Goes on from this. */
  readonly guard?: RiskSnapshot;
};

/** A session as data: see `snapshot`. */
export type SessionSnapshot = {
  readonly version: 1;
  readonly time: number;
  readonly isHalted: boolean;
  readonly capitalPeriod: number;
  readonly notices: number;
  readonly fundings: readonly Funding[];
  readonly slippageCost: number;
  readonly liquidationCost: number;
  readonly turnover: number;
  readonly openTime: readonly number[];
  readonly feeds: readonly number[];
  readonly marks: readonly number[];
  readonly runs: readonly (RunSnapshot & {
    readonly tapes: readonly { readonly closed: number; readonly lastMove: number }[];
  })[];
  readonly desks: readonly DeskSnapshot[];
  readonly broker: unknown;
  readonly guard: RiskSnapshot;
  readonly trades: TradeBookSnapshot;
  readonly recorder: RecorderSnapshot;
  readonly ownEquity: readonly (readonly number[])[];
};

/** Hears what a session does, as it happens. */
export type SessionListener = (event: SessionEvent) => void;

/**
 * A session: strategies, risk rules, broker and account, folded over market events. It has no clock of its own: `run`
 * folds what its feeds hold up to a time, `apply` takes one event after another; both come to the same, to the bit.
 *
 * At each time at which candles close, in this order: their fills and liquidations (the open of each first, across
 * markets in order of submission, then each along its path), the prices of the close, funding due by then, the risk
 * rules, the row of equity, then strategy by strategy its exits, what it is told, and its decision.
 */
export class Session implements BrokerListener, DealerHouse {
  readonly broker: Broker;
  readonly account: Portfolio;
  readonly guard: RiskGuard;
  readonly guardAccount: GuardAccount;
  readonly desks: readonly Desk[];
  readonly trades: TradeBook;
  readonly recorder: Recorder;
  readonly runs: readonly StrategyRun[];
  /** Sums over all fills, in quote currency. */
  slippageCost = 0;
  liquidationCost = 0;
  turnover = 0;
  /** By strategy: the equity of its own part at each row of equity; undefined where one strategy has it all. */
  readonly ownEquity: readonly (GrowingNumbers | undefined)[];
  readonly #settings: SessionSettings;
  readonly #feeds: readonly Feed[];
  readonly #marks: readonly (Feed | undefined)[];
  readonly #dealer: Dealer;
  readonly #listener: SessionListener | undefined;
  readonly #startEquity: number;
  readonly #isGuarded: boolean;
  readonly #countsOrders: boolean;
  /** By market: whose it is. */
  readonly #ownerOf: Int32Array;
  /** By market: place in its owner's list. */
  readonly #batch: Int32Array;
  readonly #fundings: Funding[] = [];
  #nextFunding = 0;
  #time = -Infinity;
  #isHalted = false;
  /** Whether something on its way arrives, or an order expires, by the time that is being folded. */
  #isDue = false;
  /** The open time of the candle being folded, by market: a fill at it was at the open. */
  readonly #openTime: Float64Array;
  #hasTimeouts = false;
  readonly #isAlone: boolean;
  readonly #capitalCalendar: TimeframeCalendar;
  #capitalPeriod = Number.NaN;
  #notices = 0;

  constructor(settings: SessionSettings, feeds: readonly Feed[], options: SessionOptions = {}) {
    const { markets, strategies, risk } = settings;
    this.#settings = settings;
    this.#feeds = feeds;
    this.#marks = options.marks ?? [];
    this.#listener = options.listener;
    this.broker = options.broker?.(this) ?? new SimulatedBroker(settings.broker, markets, this);
    this.account = this.broker.account;
    this.#startEquity = this.account.startingBalance();
    this.desks = markets.map(() => new Desk());
    this.guardAccount = new GuardAccount(this.broker, this.desks);
    const watched = markets.map(({ id, symbol, exchange, type }) => ({ id, symbol, exchange, type }));
    const hear = (event: RecordedRisk): void => this.refused(event);
    this.guard =
      options.guard === undefined
        ? new RiskGuard(risk, watched, { time: settings.startMs, equity: this.#startEquity }, hear)
        : RiskGuard.restore(risk, watched, options.guard, hear);
    // Solvency asks the account itself, and a flood is counted by orders: the others want prices, equity and trades.
    this.#isGuarded = Object.entries(risk).some(
      ([rule, parameters]) => rule !== "solvency" && rule !== "ordersPerMinute" && parameters !== false,
    );
    this.#countsOrders = this.#isGuarded || risk.ordersPerMinute !== false;
    this.#ownerOf = new Int32Array(markets.length).fill(-1);
    this.#openTime = new Float64Array(markets.length).fill(Number.NaN);
    this.#batch = new Int32Array(markets.length);
    this.runs = strategies.map((spec, index) => {
      for (const market of spec.markets) this.#claim(market, index);
      return new StrategyRun(index, spec, this.#portfolioOf(index), settings.seed);
    });
    this.ownEquity = this.runs.map(() =>
      this.runs.length === 1 ? undefined : new GrowingNumbers(settings.equityRows),
    );
    const names = strategyLabels(strategies);
    this.trades = new TradeBook(
      markets.map(({ id }) => id),
      names,
    );
    const { equityRows } = settings;
    const isLone = markets.length === 1;
    this.recorder = new Recorder(
      names,
      isLone
        ? new LoneEquity(feeds[0], this.#startEquity, equityRows)
        : new EquityRows(this.#startEquity, equityRows),
    );
    this.#hasTimeouts = strategies.some(
      ({ entryTimeoutMs, exitTimeoutMs }) => entryTimeoutMs < Infinity || exitTimeoutMs < Infinity,
    );
    this.#isAlone =
      markets.length === 1 &&
      strategies.length === 1 &&
      strategies[0].tapes.length === 1 &&
      settings.capital === undefined &&
      this.#marks[0] === undefined &&
      !this.#isGuarded;
    this.#capitalCalendar = calendarOf(settings.capital?.every ?? "1d");
    this.#dealer = new Dealer(this);
  }

  /** The time up to which all has been folded, UTC milliseconds; −Infinity before the first. */
  get time(): number {
    return this.#time;
  }

  // --- the fold --------------------------------------------------------------------------------------------------

  /**
   * Folds everything that closes by `until`, but at most `steps` times at which something does; true where more is
   * left. A caller that wants to show progress or to stop takes few steps at a time.
   */
  run(until: number, steps = Infinity): boolean {
    for (let step = 0; step < steps; step++) {
      const time = this.#nextClose();
      if (time === Infinity) return false;
      this.#isDue = this.broker.isDueBy(time);
      const gap = this.#isDue ? this.#nextGap() : Infinity;
      if (gap < time) {
        if (gap > until) return false;
        this.#foldGap(gap);
        continue;
      }
      if (time > until) return false;
      if (this.#isAlone) this.#foldAlone(time);
      else this.#foldAt(time);
    }
    const time = this.#nextClose();
    if (time === Infinity) return false;
    return time <= until || (this.broker.isDueBy(until) && this.#nextGap() <= until);
  }

  /** Takes one event or command. Candles wait for the clock to pass their close. */
  apply(input: SessionInput): void {
    switch (input.kind) {
      case "candle": {
        const feed = this.#feeds[this.#marketOf(input.market)];
        // What has been decided stands: a candle of a time that is over would be folded into the past.
        const isNew = feed.rows === 0 || input.timestamp > feed.candles.timestamp[feed.rows - 1];
        if (isNew && feed.closeOf(input.timestamp) <= this.#time) {
          throw tooLate(input.market, input.timestamp, this.#time);
        }
        feed.append(input);
        return;
      }
      case "funding":
        this.fund([
          {
            market: this.#marketOf(input.market),
            time: input.time,
            rate: input.rate,
            price: input.markPrice ?? Number.NaN,
          },
        ]);
        return;
      case "mark":
        this.broker.markPrice(this.#marketOf(input.market), input.time, input.price);
        return;
      case "exchangeError":
        this.guard.onExchangeError(input.time, input.exchange);
        this.#obeyGuard(input.time);
        return;
      case "clock":
        if (input.time < this.#time) throw backwards(input.time, this.#time);
        this.run(input.time);
        // Behind the last candle a history is over; a session that lives goes on without.
        while (this.broker.isDueBy(input.time)) {
          const gap = this.#nextGap();
          if (gap > input.time) break;
          this.#foldGap(gap);
        }
        this.#time = Math.max(this.#time, input.time);
        return;
      case "halt":
        this.#isHalted = true;
        this.guard.halt(input.time, input.reason);
        return;
      case "resume":
        this.#isHalted = false;
        this.guard.resume(input.time, "resumed");
        return;
      case "closeAll":
        this.closeAll(input.time, input.reason);
        return;
    }
  }

  /** Funding that will fall due, in order of time. */
  fund(due: readonly Funding[]): void {
    for (const one of due) this.#fundings.push(one);
    // Stable: of one time, in the order in which they were told.
    const waiting = this.#fundings.splice(this.#nextFunding);
    waiting.sort((a, b) => a.time - b.time);
    for (const one of waiting) this.#fundings.push(one);
  }

  /** Cancels every order and leaves every position at the next price. */
  closeAll(time: number, reason: string): void {
    this.broker.cancelAll(time, -1, -1, reason);
    for (const run of this.runs) {
      for (const market of run.spec.markets) this.#dealer.leave(run, market, reason, time);
    }
  }

  /** No decisions from here on: every order is canceled, and every position is left at the next price. */
  closeAtNextOpen(reason: string): void {
    this.#isHalted = true;
    this.closeAll(this.#time, reason);
  }

  /**
   * Cancels every order and closes every position at the last prices: each market has one more moment at which nothing
   * but its last price trades. The last row of equity then stands for what is left.
   */
  closeAtLast(reason: string): void {
    const { delayBars = 0, venues } = this.#settings.broker;
    const longest = Math.max(0, ...Object.values(venues).map(({ latency }) => latency?.submitMs ?? 0));
    this.closeAtNextOpen(reason);
    for (let bar = 0; bar <= delayBars && this.account.openCount > 0; bar++) {
      const time = this.#time + longest + bar;
      for (let m = 0; m < this.desks.length; m++) {
        const price = this.account.price[m];
        if (this.account.amount[m] === 0) continue;
        this.#openTime[m] = time;
        this.broker.candle(m, time, time, price, price, price, price, Infinity);
      }
    }
    if (this.recorder.equity.rows > 0) this.#recordEquityAgain();
  }

  #recordEquity(time: number): void {
    this.recorder.equity.record(time, this.account);
    for (let s = 0; s < this.ownEquity.length; s++) this.ownEquity[s]?.push(this.#ownPart(s));
  }

  #recordEquityAgain(): void {
    this.recorder.equity.again(this.account);
    for (const [s, own] of this.ownEquity.entries()) own?.set(own.length - 1, this.#ownPart(s));
  }

  /** What a strategy has made of its part of the starting balance. */
  #ownPart(index: number): number {
    return this.runs[index].spec.weight * this.#startEquity + this.account.ownerProfit(index);
  }

  #nextClose(): number {
    const feeds = this.#feeds;
    if (this.#isAlone) {
      const { nextClose } = feeds[0];
      const next = this.runs[0].spec.tapes[0].nextClose;
      return next < nextClose ? next : nextClose;
    }
    let time = Infinity;
    for (let m = 0; m < feeds.length; m++) if (feeds[m].nextClose < time) time = feeds[m].nextClose;
    for (let s = 0; s < this.runs.length; s++) {
      const next = this.runs[s].nextClose();
      if (next < time) time = next;
    }
    return time;
  }

  /** `#foldAt` of one market and one strategy without rules, marks and division of capital: without the loops. */
  #foldAlone(time: number): void {
    const feed = this.#feeds[0];
    const isClosing = feed.nextClose === time;
    if (isClosing) {
      const { candles, next } = feed;
      this.#openTime[0] = candles.timestamp[next];
      this.broker.candleOf(0, candles, next, time);
      if (this.account.openCount > 0) {
        this.trades.candle(0, candles, next);
        const desk = this.desks[0];
        if (desk.state !== undefined) {
          const high = candles.high[next];
          const low = candles.low[next];
          if (!(desk.high >= high)) desk.high = high;
          if (!(desk.low <= low)) desk.low = low;
        }
      }
      feed.step();
    }
    if (this.#isDue) this.#settleGaps(time);
    if (this.#nextFunding < this.#fundings.length) this.#payFunding(time);
    this.#time = time;
    if (isClosing && time >= this.#settings.startMs) this.#recordEquity(time);
    this.#work(this.runs[0], time);
  }

  #foldAt(time: number): void {
    const folded = this.#foldCandles(time);
    if (this.#isDue) this.#settleGaps(time);
    this.#payFunding(time);
    this.#time = time;
    if (folded > 0 && time >= this.#settings.startMs) {
      if (this.#isGuarded) this.#tellGuard(folded, time, this.account.equity());
      this.#recordEquity(time);
    }
    this.#divideCapital(time);
    for (let s = 0; s < this.runs.length; s++) this.#work(this.runs[s], time);
  }

  /** The first time at which a candle that is missing would have closed and in which something is due; or Infinity. */
  #nextGap(): number {
    let next = Infinity;
    for (let m = 0; m < this.#feeds.length; m++) next = Math.min(next, this.#gapAt(m));
    return next;
  }

  /** When the missing candle of a market would have closed into which the next falls that is due there. */
  #gapAt(market: number): number {
    const feed = this.#feeds[market];
    const arrival = this.broker.nextArrival(market);
    const expiry = this.broker.nextExpiry(market);
    // What the next candle holds is its to see to; one that is yet to be told is told before the clock passes its close.
    const nextOpen = feed.next < feed.rows ? feed.candles.timestamp[feed.next] : Infinity;
    let close = Infinity;
    if (arrival < nextOpen) close = feed.closeOf(feed.openOf(arrival));
    if (expiry <= nextOpen && expiry < Infinity) {
      const open = feed.openOf(expiry);
      close = Math.min(close, open === expiry ? open : feed.closeOf(open));
    }
    return close;
  }

  /** A time at which no candle closes, but one would have. */
  #foldGap(time: number): void {
    this.#settleGaps(time);
    this.#payFunding(time);
    this.#time = time;
    for (let s = 0; s < this.runs.length; s++) this.#work(this.runs[s], time);
  }

  /** Lets happen what was due on markets that had no candle for it. */
  #settleGaps(time: number): void {
    for (let m = 0; m < this.#feeds.length; m++) if (this.#gapAt(m) <= time) this.broker.gap(m, time);
  }

  /** Folds the candles that close at `time`: those of one open time together, earlier ones first. */
  #foldCandles(time: number): number {
    const feeds = this.#feeds;
    const batch = this.#batch;
    let count = 0;
    let isOneOpen = true;
    for (let m = 0; m < feeds.length; m++) {
      const feed = feeds[m];
      if (feed.nextClose !== time) continue;
      batch[count++] = m;
      const open = feed.candles.timestamp[feed.next];
      this.#openTime[m] = open;
      if (open !== this.#openTime[batch[0]]) isOneOpen = false;
    }
    if (count === 0) return 0;
    if (isOneOpen) this.#foldBatch(0, count, time);
    else {
      // Candles of several lengths end together: the longer ones began first.
      const order = batch.subarray(0, count);
      order.sort((a, b) => this.#openTime[a] - this.#openTime[b] || a - b);
      for (let from = 0; from < count; ) {
        let to = from + 1;
        while (to < count && this.#openTime[batch[to]] === this.#openTime[batch[from]]) to++;
        this.#foldBatch(from, to, time);
        from = to;
      }
    }
    for (let k = 0; k < count; k++) feeds[batch[k]].step();
    return count;
  }

  #foldBatch(from: number, to: number, time: number): void {
    const { broker } = this;
    const batch = this.#batch;
    const feeds = this.#feeds;
    for (let k = from; k < to; k++) this.#foldMark(batch[k]);
    if (to - from === 1) {
      const m = batch[from];
      const { candles, next } = feeds[m];
      broker.candleOf(m, candles, next, time);
    } else {
      for (let k = from; k < to; k++) {
        const m = batch[k];
        const { candles, next } = feeds[m];
        const { open, high, low, close, volume } = candles;
        broker.beginCandle(
          m,
          candles.timestamp[next],
          time,
          open[next],
          high[next],
          low[next],
          close[next],
          volume[next],
        );
      }
      broker.openPhase();
      broker.inside();
      broker.close();
    }
    if (this.account.openCount === 0) return;
    for (let k = from; k < to; k++) {
      const m = batch[k];
      if (this.account.amount[m] === 0) continue;
      const { candles, next } = feeds[m];
      this.trades.candle(m, candles, next);
      const desk = this.desks[m];
      if (desk.state === undefined) continue;
      if (!(desk.high >= candles.high[next])) desk.high = candles.high[next];
      if (!(desk.low <= candles.low[next])) desk.low = candles.low[next];
    }
  }

  /** The mark price's candle of the same open time, where there is one. */
  #foldMark(market: number): void {
    const mark = this.#marks[market];
    if (mark === undefined) return;
    const open = this.#openTime[market];
    const { timestamp } = mark.candles;
    while (mark.next < mark.rows && timestamp[mark.next] < open) mark.step();
    if (mark.next >= mark.rows || timestamp[mark.next] !== open) return;
    const { candles, next } = mark;
    this.broker.markCandle(
      market,
      candles.open[next],
      candles.high[next],
      candles.low[next],
      candles.close[next],
    );
  }

  #payFunding(time: number): void {
    const due = this.#fundings;
    while (this.#nextFunding < due.length && due[this.#nextFunding].time <= time) {
      const { market, time: at, rate, price } = due[this.#nextFunding++];
      const last = this.account.price[market];
      if (!Number.isNaN(last)) this.broker.funding(market, at, rate, Number.isNaN(price) ? last : price);
    }
  }

  /** One strategy at one time: its exits, what it is told, its decision. */
  #work(run: StrategyRun, time: number): void {
    const hasMoved = run.market.advance(time);
    if (this.#hasTimeouts) this.#dealer.timeouts(run, time);
    if (!hasMoved) {
      if (run.notices.length > 0) this.#tell(run, time);
      return;
    }
    const { spec } = run;
    if (spec.exits.isManaged && this.account.openCount > 0) {
      for (let k = 0; k < spec.markets.length; k++) {
        if (spec.tapes[k].lastMove === time) this.#dealer.manage(run, k, time);
      }
    }
    if (run.notices.length > 0) this.#tell(run, time);
    if (time < this.#settings.startMs || this.#isHalted) return;
    if (spec.signals !== undefined) {
      for (let k = 0; k < spec.markets.length; k++) {
        if (spec.tapes[k].lastMove === time) this.#dealer.columns(run, k, time);
      }
    } else this.#act(run, run.decide(time), time);
    if (run.notices.length > 0) this.#tell(run, time);
  }

  #act(run: StrategyRun, decision: ReadDecision, time: number): void {
    if (decision.kind === "targets") this.#dealer.rebalance(run, decision.targets, time);
    else if (decision.kind === "orders") this.#dealer.instruct(run, decision.orders, time);
    else {
      const { signals } = decision;
      // Closing before opening: what is left frees what is opened.
      for (const signal of signals) if (signal.direction === "flat") this.#dealer.signal(run, signal, time);
      for (const signal of signals) if (signal.direction !== "flat") this.#dealer.signal(run, signal, time);
    }
  }

  #tell(run: StrategyRun, time: number): void {
    for (let round = 0; run.notices.length > 0; round++) {
      if (round >= MAX_ROUNDS) throw endless(run.name, time);
      const notices = run.notices.splice(0);
      for (const notice of notices) {
        const decision = run.tell(notice, time, this.#notices++);
        if (decision !== undefined && !this.#isHalted) this.#act(run, decision, time);
      }
    }
  }

  #tellGuard(folded: number, time: number, equity: number): void {
    for (let k = 0; k < folded; k++) {
      const m = this.#batch[k];
      const { candles, next } = this.#feeds[m];
      const row = next - 1;
      this.guard.onCandle(
        time,
        m,
        candles.timestamp[row],
        candles.high[row],
        candles.low[row],
        candles.close[row],
      );
    }
    this.guard.onEquity(time, equity);
    if (this.guard.hasActions) this.#obeyGuard(time);
  }

  /** Does what the risk rules ask for. */
  #obeyGuard(time: number): void {
    for (const action of this.guard.takeActions()) {
      switch (action.kind) {
        case "pause":
          if (action.cancelsResting) {
            for (let m = 0; m < this.desks.length; m++) {
              const { scope } = action;
              const isMeant =
                scope.kind === "account" ||
                (scope.kind === "market" && scope.market === m) ||
                (scope.kind === "exchange" && scope.exchange === this.#settings.markets[m].exchange);
              if (isMeant) this.#cancelResting(m, time, action.rule);
            }
          }
          break;
        case "cancelResting":
          this.#cancelResting(action.market, time, action.rule);
          break;
        case "closePosition": {
          const run = this.runs[this.#ownerOf[action.market]];
          if (run !== undefined) this.#dealer.leave(run, action.market, action.rule, time);
          break;
        }
        case "closeAllAndStop":
          this.closeAll(time, action.rule);
          break;
        case "resize":
          // The guard's `sizeFactor` says it to every entry.
          break;
      }
    }
  }

  #cancelResting(market: number, time: number, reason: string): void {
    for (const order of this.broker.openOrders(-1, market)) {
      if (!order.reduceOnly) this.broker.cancelOrder(order, time, reason);
    }
  }

  // --- the account -----------------------------------------------------------------------------------------------

  usableEquity(run: StrategyRun): number {
    if (this.runs.length === 1) return this.account.equity();
    if (!Number.isNaN(run.share)) return run.share * this.account.equity();
    return this.#ownPart(run.index);
  }

  freeQuote(run: StrategyRun): number {
    if (this.runs.length === 1) return Infinity;
    let used = 0;
    for (const market of run.spec.markets) {
      if (this.account.amount[market] !== 0) {
        used += Math.abs(this.account.cost[market]) / this.account.leverage[market];
      }
    }
    return this.usableEquity(run) - used;
  }

  feeRate(market: number): number {
    const { fees } = this.#settings.broker.venues[this.#settings.markets[market].exchange];
    if (fees === undefined) return 0;
    return (fees.kind === "flat" ? fees.takerBps : fees.tiers[0].takerBps) / 10_000;
  }

  refused(event: RecordedRisk): void {
    this.recorder.risk(event);
    this.#listener?.({ kind: "risk", ...event });
  }

  #divideCapital(time: number): void {
    const { capital } = this.#settings;
    if (capital === undefined || time < this.#settings.startMs) return;
    const period = this.#capitalCalendar.number(time);
    if (period === this.#capitalPeriod) return;
    this.#capitalPeriod = period;
    const shares = capital.weights(
      time,
      this.runs.map((run) => this.usableEquity(run)),
    );
    for (let s = 0; s < this.runs.length; s++) this.runs[s].share = shares[s];
  }

  #portfolioOf(index: number): ReturnType<typeof portfolioView> {
    const spec = this.#settings.strategies[index];
    const total = this.#startEquity;
    return portfolioView({
      account: this.account,
      markets: spec.markets,
      symbols: spec.tapes.map(({ symbol }) => symbol),
      equity: () => this.usableEquity(this.runs[index]),
      startingEquity: () => (this.#settings.strategies.length === 1 ? total : spec.weight * total),
      free: () => Math.min(this.#totalFree(), this.freeQuote(this.runs[index])),
      entryTime: (market) => this.trades.entryTime(market),
      stopPrice: (market) => this.guardAccount.stopPrice(market),
      liquidationPrice: (market) => this.broker.liquidationPrice(market),
      orders: () => this.broker.openOrders(index),
    });
  }

  #totalFree(): number {
    let free = 0;
    for (let v = 0; v < this.account.balance.length; v++) free += this.account.free(v);
    return free;
  }

  #claim(market: number, owner: number): void {
    const other = this.#ownerOf[market];
    if (other >= 0) {
      const { id } = this.#settings.markets[market];
      const [first, second] = [other, owner].map((s) => this.#settings.strategies[s].strategy.name);
      throw new EngineError(
        "session.overlapping-symbols",
        `${first} and ${second} both trade ${id}: on one account their positions would be one. Give each strategy ` +
          "symbols of its own, or run them on accounts of their own.",
        { symbol: id, strategies: [first, second] },
      );
    }
    this.#ownerOf[market] = owner;
  }

  #marketOf(id: string): number {
    const market = this.broker.marketIndex(id);
    if (market >= 0) return market;
    const known = this.#settings.markets.map((spec) => spec.id);
    const nearest = nearestName(id, known);
    throw new EngineError(
      "session.unknown-market",
      `The session has no market "${id}". ` +
        (nearest === undefined ? `It has: ${known.join(", ")}.` : `Did you mean "${nearest}"?`),
      { market: id, nearest },
    );
  }

  /** Brings the rows of the orders that still live up to date: an order is written down at its end. */
  settleRecords(): void {
    for (const order of this.broker.openOrders()) this.recorder.order(order, Number.NaN, "", false);
  }

  // --- going on from where another one was ----------------------------------------------------------------------

  /**
   * All that the fold has made so far, but not the candles: who restores gives the same feeds and tapes again. Plain
   * data with NaN in it: write it down with `stringifyWire`.
   */
  snapshot(): SessionSnapshot {
    this.settleRecords();
    return {
      version: 1,
      time: this.#time,
      isHalted: this.#isHalted,
      capitalPeriod: this.#capitalPeriod,
      notices: this.#notices,
      fundings: this.#fundings.slice(this.#nextFunding),
      slippageCost: this.slippageCost,
      liquidationCost: this.liquidationCost,
      turnover: this.turnover,
      openTime: [...this.#openTime],
      feeds: this.#feeds.map(({ next }) => next),
      marks: this.#marks.map((mark) => mark?.next ?? 0),
      runs: this.runs.map((run) => ({
        ...run.snapshot(),
        tapes: run.spec.tapes.map(({ closed, lastMove }) => ({ closed, lastMove })),
      })),
      desks: this.desks.map(deskSnapshot),
      broker: this.broker.snapshot(),
      guard: this.guard.snapshot(),
      trades: this.trades.snapshot(),
      recorder: this.recorder.snapshot(),
      ownEquity: this.ownEquity.map((own) => (own === undefined ? [] : [...own.toColumn()])),
    };
  }

  /** A session that goes on from a snapshot exactly as the one that it was taken of would have. */
  static restore(
    settings: SessionSettings,
    feeds: readonly Feed[],
    snapshot: SessionSnapshot,
    options: Omit<SessionOptions, "broker" | "guard"> = {},
  ): Session {
    const session = new Session(settings, feeds, {
      ...options,
      broker: (listener) =>
        SimulatedBroker.restore(settings.broker, settings.markets, listener, snapshot.broker),
      guard: snapshot.guard,
    });
    session.#load(snapshot);
    return session;
  }

  #load(snapshot: SessionSnapshot): void {
    if (snapshot.feeds.length !== this.#feeds.length || snapshot.runs.length !== this.runs.length) {
      throw new EngineError(
        "session.other-session",
        `The snapshot is of ${snapshot.feeds.length} markets and ${snapshot.runs.length} strategies; this session has ` +
          `${this.#feeds.length} and ${this.runs.length}. Restore it with the settings that it was taken with.`,
      );
    }
    this.#time = snapshot.time;
    this.#isHalted = snapshot.isHalted;
    this.#capitalPeriod = snapshot.capitalPeriod;
    this.#notices = snapshot.notices;
    this.#fundings.splice(0, Infinity, ...snapshot.fundings);
    this.#nextFunding = 0;
    this.slippageCost = snapshot.slippageCost;
    this.liquidationCost = snapshot.liquidationCost;
    this.turnover = snapshot.turnover;
    this.#openTime.set(snapshot.openTime);
    this.#feeds.forEach((feed, m) => {
      feed.goTo(snapshot.feeds[m]);
    });
    this.#marks.forEach((mark, m) => {
      mark?.goTo(snapshot.marks[m]);
    });
    const orders = new Map(this.broker.openOrders().map((order) => [order.id, order]));
    this.desks.forEach((desk, m) => {
      loadDesk(desk, snapshot.desks[m], (id) => orders.get(id));
    });
    this.runs.forEach((run, s) => {
      const { tapes, ...own } = snapshot.runs[s];
      run.load(own);
      run.spec.tapes.forEach((tape, k) => {
        tape.goTo(tapes[k].closed, tapes[k].lastMove);
      });
      run.market.resume(snapshot.time);
    });
    this.trades.load(snapshot.trades);
    this.recorder.load(snapshot.recorder);
    this.ownEquity.forEach((own, s) => {
      for (const value of snapshot.ownEquity[s]) own?.push(value);
    });
  }

  // --- what the broker tells -------------------------------------------------------------------------------------

  onOrder(order: LiveOrder, event: OrderEvent | "submit", time: number, reason: string): void {
    const desk = this.desks[order.market];
    if (event === "submit") {
      if (order.role === "stopLoss" || order.role === "trailingStop") desk?.stops.push(order);
      else if (order.role === "takeProfit") desk?.targets.push(order);
      if (this.#countsOrders && order.market >= 0) this.guard.onOrder(time, order.market);
      return;
    }
    const { status, owner } = order;
    const run = this.runs[owner];
    const isTold = this.#listener !== undefined || run?.spec.strategy.onOrder !== undefined;
    // An order that has only been accepted says nothing new: its row is brought up to date with what comes of it.
    if (event === "accept" && !isTold) return;
    const hasEnded =
      status === "filled" || status === "canceled" || status === "rejected" || status === "expired";
    this.recorder.order(order, time, reason, hasEnded);
    if (hasEnded) desk?.forget(order);
    if (event === "reject" && this.#isGuarded) this.guard.onRejection(time);
    if (!isTold || event === "fill" || event === "partialFill") return;
    const view = orderView(order);
    this.#listener?.({ kind: "order", strategy: this.recorder.strategies[owner] ?? "", order: view });
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
    const { market, owner } = order;
    const run = this.runs[owner];
    const desk = this.desks[market];
    const { account, trades } = this;
    const signed = order.direction * amount;
    const after = account.amount[market];
    this.slippageCost += slippage;
    this.turnover += amount * price;
    this.recorder.fill(
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
      time === this.#openTime[market],
      order.tag,
      exitReasonOf(order, desk),
    );
    if (after === 0 || (closed && after * signed > 0)) desk.flat();
    if (after * signed > 0 && order.role === "none" && run.spec.isDealt) {
      this.#dealer.protectFill(run, order, price, time);
    }
    if (this.#isGuarded) this.#tellGuardOfFill(market, after, time, closed);
    if (this.#listener === undefined && run.spec.strategy.onFill === undefined) return;
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
    this.#listener?.({ kind: "fill", strategy: this.recorder.strategies[owner], fill: view });
    if (run.spec.strategy.onFill !== undefined) run.notices.push({ kind: "fill", fill: view });
  }

  #tellGuardOfFill(market: number, after: number, time: number, closed: boolean): void {
    this.guard.onPosition(time, market, after);
    if (!closed) return;
    const { profit, returnFraction, exitReason } = this.trades.closed;
    const isStopped =
      exitReason === "stopLoss" || exitReason === "trailingStop" || exitReason === "liquidation";
    this.guard.onTrade(time, { market, profit, returnFraction, isStopped });
  }

  onFunding(market: number, time: number, payment: number, rate: number): void {
    this.trades.funding(market, payment);
    const { id } = this.#settings.markets[market];
    this.#listener?.({ kind: "funding", market: id, time, amount: -payment, rate });
  }

  onLiquidation(market: number, time: number, price: number, _amount: number, fee: number): void {
    this.liquidationCost += fee;
    const { id } = this.#settings.markets[market];
    this.#listener?.({ kind: "liquidation", market: id, time, price });
  }
}

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

function backwards(given: number, time: number): EngineError {
  return new EngineError(
    "session.clock-backwards",
    `The clock was told ${isoTime(given)} after ${isoTime(time)}; expected times that do not go back.`,
    { given, time },
  );
}

function tooLate(market: string, timestamp: number, time: number): EngineError {
  return new EngineError(
    "session.candle-too-late",
    `${market}: the candle of ${isoTime(timestamp)} was told after the clock had passed its close, at ${isoTime(time)}. ` +
      "Tell the candles of a time before its clock; leave out one that came later, as a gap.",
    { market, timestamp, time },
  );
}

function endless(strategy: string, time: number): EngineError {
  return new EngineError(
    "session.endless-handlers",
    `${strategy} at ${isoTime(time)}: its handlers answered one another ${MAX_ROUNDS} times without an end. ` +
      "Let onOrder leave alone what its own orders brought about.",
    { strategy, time, rounds: MAX_ROUNDS },
  );
}
