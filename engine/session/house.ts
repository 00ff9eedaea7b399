import type { Broker } from "../broker/broker.ts";
import { calendarOf, type TimeframeCalendar } from "../core/timeframe.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import { RiskGuard } from "../risk/guard.ts";
import type { RiskSnapshot } from "../risk/snapshot.ts";
import type { PortfolioView } from "../strategy/market.ts";
import type { DealerHouse } from "./dealing/house.ts";
import { Desk, type DeskSnapshot, deskSnapshot, loadDesk } from "./desk.ts";
import { EquityRows } from "./equityRows.ts";
import { overlappingSymbols, unknownMarket } from "./errors.ts";
import type { SessionListener } from "./events.ts";
import type { Feed } from "./feed.ts";
import { GuardAccount } from "./guardAccount.ts";
import { LoneEquity } from "./loneEquity.ts";
import { OwnParts, type OwnPartsSnapshot } from "./ownParts.ts";
import { portfolioView } from "./portfolioView.ts";
import { type RecordedRisk, Recorder, type RecorderSnapshot } from "./recorder.ts";
import { type SessionSettings, strategyLabels } from "./settings.ts";
import { StrategyRun } from "./strategyRun.ts";
import { TradeBook, type TradeBookSnapshot } from "./tradeBook.ts";

/** The account of a session and those who keep it: desks, risk rules, records, and what of it is whose. */
export class House implements DealerHouse {
  readonly account: Portfolio;
  readonly desks: readonly Desk[];
  readonly guardAccount: GuardAccount;
  readonly guard: RiskGuard;
  readonly trades: TradeBook;
  readonly recorder: Recorder;
  readonly runs: readonly StrategyRun[];
  readonly startEquity: number;
  /** Whether any rule looks at prices, equity and trades, and whether any counts orders. */
  readonly isGuarded: boolean;
  readonly countsOrders: boolean;
  /** By market: the strategy that trades it, −1 for none. */
  readonly ownerOf: Int32Array;
  /** By market: the open time of the candle being folded. A fill at it was at the open. */
  readonly openTime: Float64Array;
  /** What each of several strategies has of the account; undefined where one has it all. */
  readonly ownParts: OwnParts | undefined;
  /** Nothing is decided any more. */
  isHalted = false;
  readonly #capitalCalendar: TimeframeCalendar;
  #capitalPeriod = Number.NaN;

  constructor(
    readonly settings: SessionSettings,
    readonly broker: Broker,
    firstFeed: Feed,
    readonly listener: SessionListener | undefined,
    guard: RiskSnapshot | undefined,
  ) {
    const { markets, strategies, risk, equityRows } = settings;
    this.account = broker.account;
    this.startEquity = this.account.startingBalance();
    this.desks = markets.map(() => new Desk());
    this.guardAccount = new GuardAccount(broker, this.desks);
    const watched = markets.map(({ id, symbol, exchange, type }) => ({ id, symbol, exchange, type }));
    const hear = (event: RecordedRisk): void => this.refused(event);
    this.guard =
      guard === undefined
        ? new RiskGuard(risk, watched, { time: settings.startMs, equity: this.startEquity }, hear)
        : RiskGuard.restore(risk, watched, guard, hear);
    // Solvency asks the account itself, and a flood is counted by orders: the others want prices, equity and trades.
    this.isGuarded = Object.entries(risk).some(
      ([rule, parameters]) => rule !== "solvency" && rule !== "ordersPerMinute" && parameters !== false,
    );
    this.countsOrders = this.isGuarded || risk.ordersPerMinute !== false;
    this.ownerOf = ownersOf(settings);
    this.openTime = new Float64Array(markets.length).fill(Number.NaN);
    this.runs = strategies.map(
      (spec, index) => new StrategyRun(index, spec, this.#portfolioOf(index), settings.seed),
    );
    const weights = strategies.map(({ weight }) => weight);
    this.ownParts =
      strategies.length === 1 ? undefined : new OwnParts(this.account, weights, this.startEquity, equityRows);
    const names = strategyLabels(strategies);
    const ids = markets.map(({ id }) => id);
    this.trades = new TradeBook(ids, names);
    const isLone = markets.length === 1;
    const equity = isLone
      ? new LoneEquity(firstFeed, this.startEquity, equityRows)
      : new EquityRows(this.startEquity, equityRows);
    this.recorder = new Recorder(names, equity);
    this.#capitalCalendar = calendarOf(settings.capital?.every ?? "1d");
  }

  // --- what of it is whose ---------------------------------------------------------------------------------------

  usableEquity(run: StrategyRun): number {
    if (this.ownParts === undefined) return this.account.equity();
    if (!Number.isNaN(run.share)) return run.share * this.account.equity();
    return this.ownParts.equity(run.index);
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
    const { fees } = this.settings.broker.venues[this.settings.markets[market].exchange];
    if (fees === undefined) return 0;
    return (fees.kind === "flat" ? fees.takerBps : fees.tiers[0].takerBps) / 10_000;
  }

  /** At the first close of each period, where capital is divided by a rule. */
  divideCapital(time: number): void {
    const { capital, startMs } = this.settings;
    if (capital === undefined || time < startMs) return;
    const period = this.#capitalCalendar.number(time);
    if (period === this.#capitalPeriod) return;
    this.#capitalPeriod = period;
    const shares = capital.weights(
      time,
      this.runs.map((run) => this.usableEquity(run)),
    );
    for (let s = 0; s < this.runs.length; s++) this.runs[s].share = shares[s];
  }

  #portfolioOf(index: number): PortfolioView {
    const spec = this.settings.strategies[index];
    const total = this.startEquity;
    return portfolioView({
      account: this.account,
      markets: spec.markets,
      symbols: spec.tapes.map(({ symbol }) => symbol),
      equity: () => this.usableEquity(this.runs[index]),
      startingEquity: () => (this.settings.strategies.length === 1 ? total : spec.weight * total),
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

  marketOf(id: string): number {
    const market = this.broker.marketIndex(id);
    if (market >= 0) return market;
    throw unknownMarket(
      id,
      this.settings.markets.map((spec) => spec.id),
    );
  }

  // --- what is written down --------------------------------------------------------------------------------------

  recordEquity(time: number): void {
    this.recorder.equity.record(time, this.account);
    this.ownParts?.record();
  }

  /** More has happened at the time of the last row. */
  recordEquityAgain(): void {
    if (this.recorder.equity.rows === 0) return;
    this.recorder.equity.again(this.account);
    this.ownParts?.again();
  }

  refused(event: RecordedRisk): void {
    this.recorder.risk(event);
    this.listener?.({ kind: "risk", ...event });
  }

  /** Brings the rows of the orders that still live up to date: an order is written down at its end. */
  settleRecords(): void {
    for (const order of this.broker.openOrders()) this.recorder.order(order, Number.NaN, "", false);
  }

  snapshot(): HouseSnapshot {
    this.settleRecords();
    return {
      isHalted: this.isHalted,
      capitalPeriod: this.#capitalPeriod,
      openTime: [...this.openTime],
      desks: this.desks.map(deskSnapshot),
      guard: this.guard.snapshot(),
      trades: this.trades.snapshot(),
      recorder: this.recorder.snapshot(),
      ownParts: this.ownParts?.snapshot(),
    };
  }

  /** Takes over a snapshot, but for the guard, which begins with it, and the broker, which was restored before. */
  load(snapshot: HouseSnapshot): void {
    this.isHalted = snapshot.isHalted;
    this.#capitalPeriod = snapshot.capitalPeriod;
    this.openTime.set(snapshot.openTime);
    const orders = new Map(this.broker.openOrders().map((order) => [order.id, order]));
    this.desks.forEach((desk, m) => {
      loadDesk(desk, snapshot.desks[m], (id) => orders.get(id));
    });
    this.trades.load(snapshot.trades);
    this.recorder.load(snapshot.recorder);
    if (snapshot.ownParts !== undefined) this.ownParts?.load(snapshot.ownParts);
  }
}

export type HouseSnapshot = {
  readonly isHalted: boolean;
  readonly capitalPeriod: number;
  readonly openTime: readonly number[];
  readonly desks: readonly DeskSnapshot[];
  readonly guard: RiskSnapshot;
  readonly trades: TradeBookSnapshot;
  readonly recorder: RecorderSnapshot;
  /** Of several strategies. */
  readonly ownParts: OwnPartsSnapshot | undefined;
};

/** By market: the strategy that trades it, −1 for none. No two may trade the same one. */
function ownersOf({ markets, strategies }: SessionSettings): Int32Array {
  const owners = new Int32Array(markets.length).fill(-1);
  for (const [index, spec] of strategies.entries()) {
    for (const market of spec.markets) {
      const other = owners[market];
      if (other >= 0) {
        const names = [strategies[other].strategy.name, spec.strategy.name] as const;
        throw overlappingSymbols(markets[market].id, names);
      }
      owners[market] = index;
    }
  }
  return owners;
}
