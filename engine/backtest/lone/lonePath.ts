import { lazily } from "../../core/lazyTable.ts";
import type { Feed } from "../../session/feed.ts";
import { LoneEquity } from "../../session/loneEquity.ts";
import { portfolioView } from "../../session/portfolioView.ts";
import { Recorder } from "../../session/recorder.ts";
import type { SessionStrategy, SignalRows, Signals } from "../../session/settings.ts";
import { strategyLabels } from "../../session/settings.ts";
import { StrategyRun } from "../../session/strategyRun.ts";
import type { ReadDecision } from "../../strategy/readDecision.ts";
import type { Signal } from "../../strategy/signal.ts";
import type { Prepared } from "../prepare.ts";
import type { Outcome } from "../unhashed.ts";
import { type CurveSource, curveOf, curveTable } from "./curve.ts";
import { LoneTrader } from "./loneTrader.ts";
import { fillTable, orderTable, positionTable, type TableSource } from "./orderTables.ts";
import { tradeTable } from "./tradeTable.ts";

/**
 * The short way of one strategy on one market: signals or decisions that come to market orders, each of which opens a
 * position or leaves it flat at the next open. It folds the candles as the session does and leaves out what cannot
 * happen; where something does that it has no rule for, `isLost` says so, and the whole backtest goes through the
 * session instead.
 */
export class LonePath {
  readonly #trader: LoneTrader;
  readonly #feed: Feed;
  readonly #spec: SessionStrategy;
  /** One of the two: where its signals are set, or the strategy that decides. */
  readonly #signals: Signals<SignalRows> | undefined;
  readonly #run: StrategyRun | undefined;
  readonly #name: string;
  /** The first row that a decision is made at; the next one to be folded. */
  readonly #from: number;
  #row: number;
  #isDeciding = true;

  constructor(prepared: Prepared) {
    const { strategies, startMs, seed } = prepared.settings;
    const [feed] = prepared.feeds;
    const [spec] = strategies;
    this.#trader = new LoneTrader(prepared);
    this.#feed = feed;
    this.#spec = spec;
    [this.#name] = strategyLabels(strategies);
    this.#signals = spec.signals?.[0].scans();
    this.#run = spec.signals === undefined ? new StrategyRun(0, spec, this.#portfolio(), seed) : undefined;
    let from = feed.next;
    while (from < feed.rows && feed.closeAt(from) < startMs) from++;
    this.#from = from;
    this.#row = from;
  }

  get isLost(): boolean {
    return this.#trader.isLost;
  }

  /** The time up to which all has been folded, UTC milliseconds. */
  get time(): number {
    return this.#row === this.#from ? -Infinity : this.#feed.closeAt(this.#row - 1);
  }

  /** Folds what closes by `until`, at most about `steps` rows of it; true where more is left. */
  run(until: number, steps = Infinity): boolean {
    const to = this.#feed.rowsUntil(until);
    const end = Math.min(to, this.#row + steps);
    if (!this.#trader.isLost) {
      if (!this.#isDeciding) this.#foldQuietly(end);
      else if (this.#run === undefined) this.#foldSignals(end);
      else this.#foldDecisions(this.#run, end);
    }
    return !this.#trader.isLost && this.#row < to;
  }

  // --- the fold --------------------------------------------------------------------------------------------------

  #foldDecisions(run: StrategyRun, end: number): void {
    const trader = this.#trader;
    const feed = this.#feed;
    const { account } = trader;
    const { close, timestamp } = feed.candles;
    for (let row = this.#row; row < end; row++) {
      if (trader.isBusy) trader.open(row);
      if (account.amount[0] !== 0) trader.inside(row, row + 1);
      if (trader.isLost) return;
      account.price[0] = close[row];
      this.#row = row + 1;
      const time = timestamp[row] + feed.lengthMs;
      run.market.showRow(row, time);
      this.#act(run.decide(time), row);
    }
  }

  #foldSignals(end: number): void {
    const trader = this.#trader;
    const { account } = trader;
    const { close } = this.#feed.candles;
    while (this.#row < end && !this.#trader.isLost) {
      let row = this.#row;
      trader.open(row);
      let next = this.#firstSignal(row, end);
      if (account.amount[0] !== 0) {
        const met = trader.inside(row, Math.min(next + 1, end));
        // A stop or a target has filled on the way: from there on other signals count.
        if (met >= 0) {
          row = met;
          next = this.#firstSignal(row, end);
        }
      }
      if (trader.isLost) return;
      const to = Math.min(next + 1, end);
      account.price[0] = close[to - 1];
      this.#row = to;
      if (next < end) this.#decide(next);
    }
  }

  /** Nothing is decided any more: what waits fills, and time passes. */
  #foldQuietly(end: number): void {
    if (this.#row >= end) return;
    const trader = this.#trader;
    trader.open(this.#row);
    if (this.#trader.account.amount[0] !== 0) trader.inside(this.#row, end);
    this.#trader.account.price[0] = this.#feed.candles.close[end - 1];
    this.#row = end;
  }

  /** The first row from `from` to before `last` whose candle asks for something, else `last`. */
  #firstSignal(from: number, last: number): number {
    const { enterLong, exitLong, enterShort, exitShort } = this.#signals!;
    const amount = this.#trader.account.amount[0];
    const first = amount > 0 ? exitLong : enterLong;
    const second = amount < 0 ? exitShort : enterShort;
    return second.next(from, first.next(from, last));
  }

  // --- what is decided -------------------------------------------------------------------------------------------

  /** Columns of signals, at a row at which one is set. */
  #decide(row: number): void {
    const { enterLong, exitLong, enterShort, exitShort } = this.#signals!;
    const long = enterLong.isSetAt(row);
    const short = enterShort.isSetAt(row);
    const held = this.#trader.account.amount[0];
    const isLeaving = (held > 0 && exitLong.isSetAt(row)) || (held < 0 && exitShort.isSetAt(row));
    if (isLeaving) this.#trader.leave(row, "signal");
    // Both entries at once say nothing.
    if (long === short) return;
    const direction = long ? 1 : -1;
    if (held * direction > 0) {
      // An exit and a wish to stay at once: the session takes the exit back.
      if (isLeaving) this.#trader.isLost = true;
      return;
    }
    if (held !== 0 && !isLeaving) this.#trader.leave(row, "signal");
    this.#trader.enter(row, direction, undefined);
  }

  #act(decision: ReadDecision, row: number): void {
    if (decision.kind === "signals") {
      const { signals } = decision;
      // A symbol has one signal at most.
      if (signals.length > 0) this.#follow(signals[0], row);
    } else if (decision.kind === "orders") {
      const { orders } = decision;
      if (orders.length === 0) return;
      const [instruction] = orders;
      if (orders.length > 1 || instruction.action !== "submit") this.#trader.isLost = true;
      else this.#trader.submit(instruction.order, row);
    } else if (decision.targets.length > 0 || this.#trader.account.amount[0] !== 0)
      this.#trader.isLost = true;
  }

  #follow(signal: Signal, row: number): void {
    if (!isPlainSignal(signal)) {
      this.#trader.isLost = true;
      return;
    }
    const held = this.#trader.account.amount[0];
    if (signal.direction === "flat") {
      if (held !== 0) this.#trader.leave(row, signal.tag ?? "signal");
      return;
    }
    const direction = signal.direction === "long" ? 1 : -1;
    if (held * direction > 0) return;
    if (held !== 0) this.#trader.leave(row, signal.tag ?? "signal");
    this.#trader.enter(row, direction, signal);
  }

  // --- the end ---------------------------------------------------------------------------------------------------

  /** Nothing is decided from here on: what lives is canceled, and a position is left at the next open. */
  closeAtNextOpen(reason: string): void {
    const trader = this.#trader;
    const row = this.#row - 1;
    this.#isDeciding = false;
    trader.cancelAll(row, reason);
    if (trader.account.amount[0] !== 0) trader.leave(row, reason);
  }

  /** The same at the last price. */
  closeAtLast(reason: string): void {
    this.closeAtNextOpen(reason);
    this.#trader.fillAtClose(this.#row - 1);
  }

  settleRecords(): void {
    this.#trader.settle();
  }

  outcome(): Outcome {
    const feed = this.#feed;
    const { log, state, startingBalance, leverage, fees, slippageCost, turnover } = this.#trader;
    const { id, rules, venue, isSpot } = state;
    const tables: TableSource = {
      ...{ log, feed, names: { symbol: id, strategy: this.#name } },
      ...{ hasSlippage: venue.hasSlippage, priceTick: rules.priceTick },
    };
    const source: CurveSource = {
      ...{ log, feed, from: this.#from, to: this.#row, startingBalance, isSpot, leverage },
    };
    const curve = curveOf(source);
    const profits = new Float64Array(this.#trader.profits);
    const returns = new Float64Array(this.#trader.returns);
    return {
      orders: orderTable(tables),
      fills: fillTable(tables),
      positions: positionTable(tables),
      equity: curveTable(source, curve),
      trades: tradeTable(tables, profits, returns),
      equityColumn: curve.equity,
      profits,
      returns,
      riskEvents: this.#riskEvents(),
      costs: { fees, slippage: slippageCost, funding: 0, liquidation: 0 },
      turnover,
      sums: curve.sums,
      maxDrawdown: curve.maxDrawdown,
      timeAt: (row) => feed.closeAt(this.#from + row),
      ownParts: undefined,
      path: "fast",
    };
  }

  /** Made when it is read, as hardly ever anything is refused. */
  #riskEvents(): Outcome["riskEvents"] {
    const { refusals, startingBalance } = this.#trader;
    return lazily(refusals.length, () => {
      const recorder = new Recorder([this.#name], new LoneEquity(this.#feed, startingBalance, 1));
      for (const event of refusals) recorder.risk(event);
      return recorder.tables().riskEvents.columns;
    });
  }

  #portfolio(): ReturnType<typeof portfolioView> {
    const { account } = this.#trader;
    const total = this.#trader.startingBalance;
    return portfolioView({
      account,
      markets: this.#spec.markets,
      symbols: this.#spec.tapes.map(({ symbol }) => symbol),
      equity: () => account.equity(),
      startingEquity: () => total,
      free: () => account.free(),
      entryTime: () => account.entryTime,
      stopPrice: () => this.#trader.bracket?.stop ?? Number.NaN,
      liquidationPrice: () => this.#trader.liquidation,
      orders: () => this.#trader.bracket?.orders() ?? [],
    });
  }
}

/** Whether a signal says nothing about price, stops, leverage or an addition. */
function isPlainSignal(signal: Signal): boolean {
  for (const name in signal) {
    switch (name) {
      case "symbol":
      case "direction":
      case "tag":
      case "size":
      case "confidence":
        continue;
    }
    if (signal[name as keyof Signal] !== undefined) return false;
  }
  return true;
}
