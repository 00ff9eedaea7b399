import type { Broker } from "../broker/broker.ts";
import type { BrokerListener } from "../broker/listener.ts";
import { SimulatedBroker } from "../broker/simulated.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { RiskGuard } from "../risk/guard.ts";
import type { RiskSnapshot } from "../risk/snapshot.ts";
import { Books, type BooksSnapshot } from "./books.ts";
import { CandleFold, type FoldSnapshot } from "./candleFold.ts";
import { closeAll, fillAtLast } from "./closing.ts";
import { Dealer } from "./dealing/dealer.ts";
import { Decisions } from "./decisions.ts";
import { candleTooLate, clockBackwards, otherSession } from "./errors.ts";
import type { SessionInput, SessionListener } from "./events.ts";
import type { Feed } from "./feed.ts";
import { type Funding, Fundings } from "./fundings.ts";
import { Gaps } from "./gaps.ts";
import type { GuardAccount } from "./guardAccount.ts";
import { obeyGuard } from "./guarding.ts";
import { House, type HouseSnapshot } from "./house.ts";
import type { OwnPart } from "./ownParts.ts";
import type { Recorder } from "./recorder.ts";
import type { SessionSettings } from "./settings.ts";
import type { RunSnapshot, StrategyRun } from "./strategyRun.ts";
import type { TradeBook } from "./tradeBook.ts";

export type { SessionListener } from "./events.ts";
export type { Funding } from "./fundings.ts";

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

/**
 * A session: strategies, risk rules, broker and account, folded over market events. It has no clock of its own: `run`
 * folds what its feeds hold up to a time, `apply` takes one event after another; both come to the same, to the bit.
 *
 * At each time at which candles close, in this order: their fills and liquidations (the open of each first, across
 * markets in order of submission, then each along its path), the prices of the close, what was due on markets without a
 * candle, funding due by then, the risk rules, the row of equity, then strategy by strategy its exits, what it is told,
 * and its decision. A candle that is missing has its time as well, where something was due in it.
 */
export class Session {
  readonly broker: Broker;
  readonly account: Portfolio;
  readonly guard: RiskGuard;
  readonly guardAccount: GuardAccount;
  readonly trades: TradeBook;
  readonly recorder: Recorder;
  readonly runs: readonly StrategyRun[];
  readonly #settings: SessionSettings;
  readonly #feeds: readonly Feed[];
  readonly #house: House;
  readonly #books = new Books();
  readonly #candles: CandleFold;
  readonly #gaps: Gaps;
  readonly #fundings: Fundings;
  readonly #decisions: Decisions;
  readonly #isAlone: boolean;
  #time = -Infinity;
  /** Whether something on its way arrives, or an order expires, by the time that is being folded. */
  #isDue = false;

  constructor(settings: SessionSettings, feeds: readonly Feed[], options: SessionOptions = {}) {
    const { markets, strategies } = settings;
    const { marks = [], listener, guard } = options;
    this.#settings = settings;
    this.#feeds = feeds;
    this.broker = options.broker?.(this.#books) ?? new SimulatedBroker(settings.broker, markets, this.#books);
    const house = new House(settings, this.broker, feeds[0], listener, guard);
    const dealer = new Dealer(house);
    this.#books.open(house, dealer.keeper);
    this.#house = house;
    this.account = house.account;
    this.guard = house.guard;
    this.guardAccount = house.guardAccount;
    this.trades = house.trades;
    this.recorder = house.recorder;
    this.runs = house.runs;
    this.#candles = new CandleFold(house, feeds, marks);
    this.#gaps = new Gaps(this.broker, feeds);
    this.#fundings = new Fundings(this.broker);
    this.#decisions = new Decisions(house, dealer);
    this.#isAlone =
      markets.length === 1 &&
      strategies.length === 1 &&
      strategies[0].tapes.length === 1 &&
      settings.capital === undefined &&
      marks[0] === undefined &&
      !house.isGuarded;
  }

  /** The time up to which all has been folded, UTC milliseconds; −Infinity before the first. */
  get time(): number {
    return this.#time;
  }

  /** Sums over all fills, in quote currency. */
  get slippageCost(): number {
    return this.#books.slippageCost;
  }

  get liquidationCost(): number {
    return this.#books.liquidationCost;
  }

  get turnover(): number {
    return this.#books.turnover;
  }

  /** What each of several strategies has made of its part; undefined where one has it all. */
  ownParts(): readonly OwnPart[] | undefined {
    const parts = this.#house.ownParts;
    return parts?.equities.map((equity, strategy) => ({
      equity: equity.toColumn(),
      sums: parts.sums(strategy),
      turnover: this.#books.turnoverOf(strategy),
    }));
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
      const gap = this.#isDue ? this.#gaps.next() : Infinity;
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
    return time <= until || (this.broker.isDueBy(until) && this.#gaps.next() <= until);
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
    const isClosing = this.#candles.foldAlone(time);
    if (this.#isDue) this.#gaps.settle(time);
    this.#fundings.pay(time);
    this.#time = time;
    if (isClosing && time >= this.#settings.startMs) this.#house.recordEquity(time);
    this.#decisions.work(this.runs[0], time);
  }

  #foldAt(time: number): void {
    const house = this.#house;
    const folded = this.#candles.fold(time);
    if (this.#isDue) this.#gaps.settle(time);
    this.#fundings.pay(time);
    this.#time = time;
    if (folded > 0 && time >= this.#settings.startMs) {
      if (house.isGuarded) this.#tellGuard(folded, time);
      house.recordEquity(time);
    }
    house.divideCapital(time);
    for (let s = 0; s < this.runs.length; s++) this.#decisions.work(this.runs[s], time);
  }

  /** A time at which no candle closes, but one would have. */
  #foldGap(time: number): void {
    this.#gaps.settle(time);
    this.#fundings.pay(time);
    this.#time = time;
    for (let s = 0; s < this.runs.length; s++) this.#decisions.work(this.runs[s], time);
  }

  #tellGuard(folded: number, time: number): void {
    const equity = this.account.equity();
    this.#candles.tellGuard(folded, time);
    this.guard.onEquity(time, equity);
    if (this.guard.hasActions) obeyGuard(this.#house, time);
  }

  // --- what it is told -------------------------------------------------------------------------------------------

  /** Takes one event or command. Candles wait for the clock to pass their close. */
  apply(input: SessionInput): void {
    const house = this.#house;
    switch (input.kind) {
      case "candle": {
        const feed = this.#feeds[house.marketOf(input.market)];
        // What has been decided stands: a candle of a time that is over would be folded into the past.
        const isNew = feed.rows === 0 || input.timestamp > feed.candles.timestamp[feed.rows - 1];
        if (isNew && feed.closeOf(input.timestamp) <= this.#time) {
          throw candleTooLate(input.market, input.timestamp, this.#time);
        }
        feed.append(input);
        return;
      }
      case "funding": {
        const { time, rate, markPrice: price = Number.NaN } = input;
        this.fund([{ market: house.marketOf(input.market), time, rate, price }]);
        return;
      }
      case "mark":
        this.broker.markPrice(house.marketOf(input.market), input.time, input.price);
        return;
      case "exchangeError":
        this.guard.onExchangeError(input.time, input.exchange);
        obeyGuard(house, input.time);
        return;
      case "clock":
        this.#pass(input.time);
        return;
      case "halt":
        house.isHalted = true;
        this.guard.halt(input.time, input.reason);
        return;
      case "resume":
        house.isHalted = false;
        this.guard.resume(input.time, "resumed");
        return;
      case "closeAll":
        this.closeAll(input.time, input.reason);
        return;
    }
  }

  /** The clock passes a time. Behind the last candle a history is over; a session that lives goes on without. */
  #pass(time: number): void {
    if (time < this.#time) throw clockBackwards(time, this.#time);
    this.run(time);
    while (this.broker.isDueBy(time)) {
      const gap = this.#gaps.next();
      if (gap > time) break;
      this.#foldGap(gap);
    }
    this.#time = Math.max(this.#time, time);
  }

  /** Funding that will fall due, in order of time. */
  fund(due: readonly Funding[]): void {
    this.#fundings.add(due);
  }

  /** Cancels every order and leaves every position at the next price. */
  closeAll(time: number, reason: string): void {
    closeAll(this.#house, time, reason);
  }

  /** No decisions from here on: every order is canceled, and every position is left at the next price. */
  closeAtNextOpen(reason: string): void {
    this.#house.isHalted = true;
    this.closeAll(this.#time, reason);
  }

  /** Cancels every order and closes every position at the last prices. */
  closeAtLast(reason: string): void {
    this.closeAtNextOpen(reason);
    fillAtLast(this.#house, this.#time);
  }

  /** Brings the rows of the orders that still live up to date: an order is written down at its end. */
  settleRecords(): void {
    this.#house.settleRecords();
  }

  // --- going on from where another one was ----------------------------------------------------------------------

  /**
   * All that the fold has made so far, but not the candles: who restores gives the same feeds and tapes again. Plain
   * data with NaN in it: write it down with `stringifyWire`.
   */
  snapshot(): SessionSnapshot {
    return {
      version: 1,
      time: this.#time,
      notices: this.#decisions.notices,
      fundings: this.#fundings.snapshot(),
      candles: this.#candles.snapshot(),
      runs: this.runs.map((run) => ({
        ...run.snapshot(),
        tapes: run.spec.tapes.map(({ closed, lastMove }) => ({ closed, lastMove })),
      })),
      house: this.#house.snapshot(),
      books: this.#books.snapshot(),
      broker: this.broker.snapshot(),
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
      guard: snapshot.house.guard,
    });
    session.#load(snapshot);
    return session;
  }

  #load(snapshot: SessionSnapshot): void {
    const given = { markets: snapshot.candles.feeds.length, strategies: snapshot.runs.length };
    const own = { markets: this.#feeds.length, strategies: this.runs.length };
    if (given.markets !== own.markets || given.strategies !== own.strategies) throw otherSession(given, own);
    this.#time = snapshot.time;
    this.#decisions.notices = snapshot.notices;
    this.#fundings.load(snapshot.fundings);
    this.#candles.load(snapshot.candles);
    this.#house.load(snapshot.house);
    this.#books.load(snapshot.books);
    this.runs.forEach((run, s) => {
      const { tapes, ...state } = snapshot.runs[s];
      run.load(state);
      run.spec.tapes.forEach((tape, k) => {
        tape.goTo(tapes[k].closed, tapes[k].lastMove);
      });
      run.market.resume(snapshot.time);
    });
  }
}

/** A session as data: see `snapshot`. */
export type SessionSnapshot = {
  readonly version: 1;
  readonly time: number;
  readonly notices: number;
  readonly fundings: readonly Funding[];
  readonly candles: FoldSnapshot;
  readonly runs: readonly (RunSnapshot & {
    readonly tapes: readonly { readonly closed: number; readonly lastMove: number }[];
  })[];
  readonly house: HouseSnapshot;
  readonly books: BooksSnapshot;
  readonly broker: unknown;
};
