import type { AccountView, RiskMarket, RiskOrder, RiskTrade } from "./account.ts";
import type { RiskAction, RiskEvent, RiskListener } from "./event.ts";
import type { RiskRules } from "./rules.ts";

/** Where a guard begins. */
export type RiskStart = { readonly time: number; readonly equity: number };

/** A guard's memory: plain JSON. */
export type RiskSnapshot = { readonly version: 1 };

/**
 * The risk rules of one account, folded over the session's events: it is told what happens, refuses orders, and
 * collects what the session has to do. It looks at numbers only, and never at the broker.
 */
export class RiskGuard {
  readonly #actions: RiskAction[] = [];

  constructor(
    readonly rules: RiskRules,
    readonly markets: readonly RiskMarket[],
    readonly start: RiskStart,
    readonly listener: RiskListener,
  ) {}

  /** The refusal of an order, which the listener has heard already, or undefined where it may be sent. */
  check(_order: RiskOrder, _account: AccountView, _time: number): RiskEvent | undefined {
    return undefined;
  }

  /** The share of their usual size that new positions have now, 0 … 1. */
  get sizeFactor(): number {
    return 1;
  }

  /** Whether something waits in `takeActions`. */
  get hasActions(): boolean {
    return this.#actions.length > 0;
  }

  /** What is to be done since the last call, oldest first. */
  takeActions(): readonly RiskAction[] {
    return this.#actions.splice(0);
  }

  /** Whether new positions on this market are refused now because of a stop or a pause. */
  isPaused(_time: number, _market: number): boolean {
    return false;
  }

  /** After a drawdown or a halt no position is opened until `resume`. */
  get isStopped(): boolean {
    return false;
  }

  /** The account's equity at a close; after the prices of the same time. */
  onEquity(_time: number, _equity: number): void {}

  /** A complete candle, at its close time. */
  onCandle(_market: number, _time: number, _high: number, _low: number, _close: number): void {}

  /** A single price: a trade, the middle of a quote. */
  onPrice(_market: number, _time: number, _price: number): void {}

  onQuote(_market: number, _bid: number, _ask: number): void {}

  /** An order was sent. */
  onOrder(_time: number, _market: number): void {}

  /** The exchange rejected an order that was sent. */
  onRejection(_time: number, _market: number): void {}

  /** After every fill: the market's signed base amount from now on. */
  onPosition(_time: number, _market: number, _amount: number): void {}

  /** A trade closed. After `onPosition` of the fill that closed it. */
  onTrade(_time: number, _trade: RiskTrade): void {}

  onExchangeError(_time: number, _exchange: string): void {}

  /** No new positions until `resume`. */
  halt(_time: number, _reason: string): void {}

  /** Lifts a stop and every pause; drawdown is measured from the equity of now on. */
  resume(_time: number, _reason: string): void {}

  snapshot(): RiskSnapshot {
    return { version: 1 };
  }

  static restore(
    rules: RiskRules,
    markets: readonly RiskMarket[],
    _snapshot: RiskSnapshot,
    listener: RiskListener,
  ): RiskGuard {
    return new RiskGuard(rules, markets, { time: 0, equity: 0 }, listener);
  }
}
