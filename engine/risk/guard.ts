import { EngineError } from "../core/errors.ts";
import type { AccountView, RiskMarket, RiskOrder, RiskTrade } from "./account.ts";
import { Entry } from "./entry.ts";
import { EquityBreakers } from "./equityBreakers.ts";
import { ErrorBreakers } from "./errorBreakers.ts";
import type { RiskAction, RiskCause, RiskEvent, RiskListener } from "./event.ts";
import type { Gate } from "./gate.ts";
import { Holdings } from "./holdings.ts";
import { OrderGates } from "./orderGates.ts";
import { PriceSpike } from "./priceSpike.ts";
import { Protections } from "./protections.ts";
import { RiskLog } from "./riskLog.ts";
import type { RiskRules } from "./rules.ts";
import { SizeFactor } from "./sizeFactor.ts";
import type { RiskSnapshot } from "./snapshot.ts";
import { duration, percent, until } from "./words.ts";

/** Where a guard begins. */
export type RiskStart = { readonly time: number; readonly equity: number };

/**
 * The risk rules of one account, folded over the session's events: it is told what happens, refuses orders, and
 * collects what the session has to do. It looks at numbers only, and never at the broker, so that it says the same in
 * a backtest and on paper. Times never go back.
 *
 * What is asked in order: a stop, a pause (of the account, the exchange, the market), then the gates in the order of
 * `RuleParameters`; the first refusal counts. Orders that only reduce a position are never refused. Of breakers that
 * trip on one equity the heaviest comes first: `maxDrawdown` (then nothing else), `drawdown`, `dailyLoss`,
 * `drawdownSize`.
 */
export class RiskGuard {
  readonly #log: RiskLog;
  readonly #entry: Entry;
  readonly #holdings: Holdings;
  readonly #gates: OrderGates;
  readonly #equityBreakers: EquityBreakers;
  readonly #errorBreakers: ErrorBreakers;
  readonly #protections: Protections;
  readonly #size: SizeFactor;
  readonly #spikes: readonly PriceSpike[];
  readonly #readsPrices: boolean;
  #equity: number;
  #stoppedBy: RiskCause | undefined;

  constructor(
    readonly rules: RiskRules,
    readonly markets: readonly RiskMarket[],
    readonly start: RiskStart,
    listener: RiskListener,
  ) {
    requireStart(start);
    const { positionAge, priceSpike } = rules;
    this.#log = new RiskLog(markets, listener);
    this.#entry = new Entry(markets);
    this.#holdings = new Holdings(markets.length, positionAge === false ? Infinity : positionAge.maxMs);
    this.#gates = new OrderGates(rules, markets, this.#holdings, start.equity);
    this.#equityBreakers = new EquityBreakers(rules, start.time, start.equity, this.#log);
    this.#errorBreakers = new ErrorBreakers(rules, this.#log);
    this.#protections = new Protections(rules, this.#log);
    this.#size = new SizeFactor(rules, this.#log);
    this.#spikes =
      priceSpike === false ? [] : markets.map(() => new PriceSpike(priceSpike.fraction, priceSpike.windowMs));
    this.#readsPrices = this.#gates.readsPrices || this.#spikes.length > 0;
    this.#equity = start.equity;
  }

  /** The refusal of an order, which the listener has heard already, or undefined where it may be sent. */
  check(order: RiskOrder, account: AccountView, time: number): RiskEvent | undefined {
    const entry = this.#entry;
    if (!entry.set(order, account, time)) return undefined;
    const { market } = entry;
    if (this.#stoppedBy !== undefined) {
      const detail = "no position is opened until trading is resumed";
      return this.#log.tell(time, this.#stoppedBy, { action: "refuse", market }, detail);
    }
    const pause = this.#log.pauses.blocking(time, market);
    if (pause !== undefined) {
      const { rule, scope, untilMs } = pause;
      const paused = { account: "trading", market: "the market", exchange: this.markets[market].exchange };
      const detail = `${paused[scope.kind]} is paused ${until(untilMs)}`;
      return this.#log.tell(time, rule, { action: "refuse", market, untilMs }, detail);
    }
    for (const gate of this.#gates.gates) {
      const refusal = this.#refusalBy(gate);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  /** The refusal of another price for a live order: nothing else of it is new, so the price collar alone is asked. */
  checkPrice(order: RiskOrder, account: AccountView, time: number): RiskEvent | undefined {
    const collar = this.#gates.gates.find(({ rule }) => rule === "priceCollar");
    if (collar === undefined || !this.#entry.set(order, account, time)) return undefined;
    return this.#refusalBy(collar);
  }

  #refusalBy({ rule, find }: Gate): RiskEvent | undefined {
    const found = find(this.#entry);
    if (found === undefined) return undefined;
    const { value, limit, untilMs, detail } = found;
    const { time, market } = this.#entry;
    return this.#log.tell(time, rule, { action: "refuse", market, value, limit, untilMs }, detail);
  }

  /** The share of their usual size that new positions have now, 0 … 1. */
  get sizeFactor(): number {
    return this.#size.value;
  }

  /** Whether something waits in `takeActions`. */
  get hasActions(): boolean {
    return this.#log.hasActions;
  }

  /** What is to be done since the last call, oldest first. */
  takeActions(): readonly RiskAction[] {
    return this.#log.takeActions();
  }

  /** Whether `check` refuses whatever opens a position on this market now, because of a stop or a pause. */
  isPaused(time: number, market: number): boolean {
    return this.#stoppedBy !== undefined || this.#log.pauses.holds(time, market);
  }

  /** After `maxDrawdown` or `halt` no position is opened until `resume`. */
  get isStopped(): boolean {
    return this.#stoppedBy !== undefined;
  }

  /** The account's equity at a close; after the prices of the same time. An equity of NaN is left out. */
  onEquity(time: number, equity: number): void {
    if (time >= this.#log.pauses.nextEnd) this.#endPauses(time);
    if (time >= this.#holdings.nextDue) this.#closeAged(time);
    if (Number.isNaN(equity)) return;
    this.#equity = equity;
    const isStopped = this.#stoppedBy !== undefined;
    if (this.#equityBreakers.update(time, equity, isStopped)) this.#stoppedBy = "maxDrawdown";
    else if (!isStopped) this.#size.onEquity(time, equity, this.#equityBreakers.peak);
  }

  /** A complete candle, at its close. */
  onCandle(time: number, market: number, openTime: number, high: number, low: number, close: number): void {
    if (!this.#readsPrices) return;
    this.#gates.onPrice(time, market, close);
    if (this.#spikes.length === 0) return;
    const move = this.#spikes[market].update(time, openTime, high, low, close);
    if (move > 0) this.#cancelResting(time, market, move);
  }

  /** A single price: a trade, or the middle of a quote. */
  onPrice(time: number, market: number, price: number): void {
    this.onCandle(time, market, time, price, price, price);
  }

  /** The best offers; NaN for a side without one. */
  onQuote(market: number, bid: number, ask: number): void {
    this.#gates.onQuote(market, bid, ask);
  }

  /** An order was sent, whatever comes of it. */
  onOrder(time: number, market: number): void {
    this.#gates.onOrder(time, market);
    this.#errorBreakers.onOrder();
  }

  /** The exchange rejected an order that was sent. */
  onRejection(time: number): void {
    this.#errorBreakers.onRejection(time);
  }

  /** After every fill: the market's signed base amount from now on. */
  onPosition(time: number, market: number, amount: number): void {
    this.#holdings.update(time, market, amount);
  }

  /** A trade closed; after the `onPosition` of the fill that closed it. */
  onTrade(time: number, trade: RiskTrade): void {
    this.#protections.onTrade(time, trade, this.#equity);
    this.#size.onTrade(time, trade.profit);
  }

  onExchangeError(time: number, exchange: string): void {
    this.#errorBreakers.onExchangeError(time, exchange);
  }

  /** A person's stop: no new positions until `resume`. What is held and what protects it stays. */
  halt(time: number, reason: string): void {
    this.#stoppedBy = "halt";
    const detail = `${reason}; no position is opened until trading is resumed`;
    this.#log.tell(time, "halt", { action: "halt" }, detail);
  }

  /** Lifts a stop and every pause; drawdown is measured from the equity of now on. */
  resume(time: number, reason: string): void {
    const rule = this.#stoppedBy ?? "halt";
    this.#stoppedBy = undefined;
    this.#log.pauses.clear();
    this.#equityBreakers.restart(this.#equity);
    this.#log.tell(time, rule, { action: "resume" }, `${reason}; positions may be opened again`);
    this.#size.onEquity(time, this.#equity, this.#equityBreakers.peak);
  }

  snapshot(): RiskSnapshot {
    return {
      markets: this.markets.map(({ id }) => id),
      start: this.start,
      equity: this.#equity,
      stoppedBy: this.#stoppedBy ?? null,
      actions: this.#log.waiting(),
      pauses: this.#log.pauses.all(),
      holdings: this.#holdings.snapshot(),
      gates: this.#gates.snapshot(),
      equityBreakers: this.#equityBreakers.snapshot(),
      errorBreakers: this.#errorBreakers.snapshot(),
      protections: this.#protections.snapshot(),
      size: this.#size.snapshot(),
      spikes: this.#spikes.map((spike) => spike.snapshot()),
    };
  }

  /** Goes on from a snapshot as if there had been none. What a rule remembers that was off then starts afresh. */
  static restore(
    rules: RiskRules,
    markets: readonly RiskMarket[],
    snapshot: RiskSnapshot,
    listener: RiskListener,
  ): RiskGuard {
    requireMarkets(snapshot, markets);
    const guard = new RiskGuard(rules, markets, snapshot.start, listener);
    guard.#equity = snapshot.equity;
    guard.#stoppedBy = snapshot.stoppedBy ?? undefined;
    for (const action of snapshot.actions) guard.#log.act(action);
    for (const pause of snapshot.pauses) guard.#log.pauses.add(pause);
    guard.#holdings.restore(snapshot.holdings);
    guard.#gates.restore(snapshot.gates);
    guard.#equityBreakers.restore(snapshot.equityBreakers);
    guard.#errorBreakers.restore(snapshot.errorBreakers);
    guard.#protections.restore(snapshot.protections);
    guard.#size.restore(snapshot.size);
    snapshot.spikes.forEach((spike, market) => {
      guard.#spikes[market]?.restore(spike);
    });
    return guard;
  }

  #cancelResting(time: number, market: number, move: number): void {
    const { fraction, windowMs } = this.rules.priceSpike || { fraction: Number.NaN, windowMs: Number.NaN };
    this.#log.act({ kind: "cancelResting", rule: "priceSpike", market });
    this.#log.tell(
      time,
      "priceSpike",
      { action: "cancelResting", market, value: move, limit: fraction },
      `the price has moved by ${percent(move)} within ${duration(windowMs)}; allowed are less than ${percent(fraction)}. ` +
        "Orders that wait to open a position are canceled",
    );
  }

  #closeAged(time: number): void {
    const { maxMs } = this.rules.positionAge || { maxMs: Infinity };
    for (const market of this.#holdings.takeDue(time)) {
      const age = this.#holdings.ageMs(time, market);
      this.#log.act({ kind: "closePosition", rule: "positionAge", market });
      this.#log.tell(
        time,
        "positionAge",
        { action: "closePosition", market, value: age, limit: maxMs },
        `the position has been held for ${duration(age)}; allowed are ${duration(maxMs)}. It is closed`,
      );
    }
  }

  #endPauses(time: number): void {
    for (const { rule, scope } of this.#log.pauses.takeEnded(time)) {
      // A market's own pause has said when it ends; after every closed trade that would be an event too many.
      if (scope.kind === "market") continue;
      const whose = scope.kind === "exchange" ? scope.exchange : "the account";
      this.#log.tell(time, rule, { action: "resume" }, `the pause of ${whose} is over`);
    }
  }
}

function requireStart({ time, equity }: RiskStart): void {
  if (Number.isFinite(time) && equity > 0 && equity < Infinity) return;
  throw new EngineError(
    "risk.start",
    `risk: the account starts at time ${String(time)} with equity ${String(equity)}; expected UTC milliseconds and ` +
      "an equity above 0, of which losses are a share.",
    { time: String(time), equity: String(equity) },
  );
}

function requireMarkets(snapshot: RiskSnapshot, markets: readonly RiskMarket[]): void {
  if (snapshot.markets.length === markets.length && markets.every(({ id }, i) => id === snapshot.markets[i]))
    return;
  throw new EngineError(
    "risk.snapshot-markets",
    `risk: the snapshot is of the markets ${snapshot.markets.join(", ")}; expected ${markets.map(({ id }) => id).join(", ")}, ` +
      "in this order. Resume with the session's own markets.",
    { given: snapshot.markets, expected: markets.map(({ id }) => id) },
  );
}
