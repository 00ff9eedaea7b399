import type { RiskMarket } from "./account.ts";
import type { RiskScope } from "./event.ts";
import type { RuleName } from "./rules.ts";

/** A pause that holds. */
export type Pause = { readonly rule: RuleName; readonly scope: RiskScope; readonly untilMs: number };

/**
 * The pauses of an account, its exchanges and its markets: until when, and which rule's. Of two on one scope the one
 * that ends later holds. A pause is over at its end.
 */
export class Pauses {
  readonly #exchanges: readonly string[];
  readonly #exchangeOf: readonly number[];
  /** The account, then the exchanges, then the markets. */
  readonly #until: Float64Array;
  readonly #rules: (RuleName | undefined)[];
  /** The first end of any pause, Infinity without one: a caller compares before it asks. */
  nextEnd = Infinity;

  constructor(markets: readonly RiskMarket[]) {
    this.#exchanges = [...new Set(markets.map(({ exchange }) => exchange))];
    this.#exchangeOf = markets.map(({ exchange }) => this.#exchanges.indexOf(exchange));
    const scopes = 1 + this.#exchanges.length + markets.length;
    this.#until = new Float64Array(scopes).fill(-Infinity);
    this.#rules = new Array<RuleName | undefined>(scopes).fill(undefined);
  }

  add({ rule, scope, untilMs }: Pause): void {
    const slot = this.#slot(scope);
    if (untilMs <= this.#until[slot]) return;
    this.#until[slot] = untilMs;
    this.#rules[slot] = rule;
    this.#findNextEnd();
  }

  /** Whether new positions of the market are held back. */
  holds(time: number, market: number): boolean {
    if (this.nextEnd === Infinity) return false;
    const until = this.#until;
    return (
      time < until[0] || time < until[this.#exchangeSlot(market)] || time < until[this.#marketSlot(market)]
    );
  }

  /** The pause that holds the market back: the account's before the exchange's before its own. */
  blocking(time: number, market: number): Pause | undefined {
    if (this.nextEnd === Infinity) return undefined;
    for (const slot of [0, this.#exchangeSlot(market), this.#marketSlot(market)])
      if (time < this.#until[slot]) return this.#pause(slot);
    return undefined;
  }

  /** Takes out the pauses that are over by now. */
  takeEnded(time: number): readonly Pause[] {
    const ended: Pause[] = [];
    for (let slot = 0; slot < this.#until.length; slot++) {
      if (this.#until[slot] === -Infinity || this.#until[slot] > time) continue;
      ended.push(this.#pause(slot));
      this.#until[slot] = -Infinity;
      this.#rules[slot] = undefined;
    }
    this.#findNextEnd();
    return ended;
  }

  clear(): void {
    this.#until.fill(-Infinity);
    this.#rules.fill(undefined);
    this.nextEnd = Infinity;
  }

  /** Every pause that has not been taken out. */
  all(): readonly Pause[] {
    return Array.from(this.#until.keys())
      .filter((slot) => this.#until[slot] !== -Infinity)
      .map((slot) => this.#pause(slot));
  }

  #slot(scope: RiskScope): number {
    if (scope.kind === "account") return 0;
    return scope.kind === "market"
      ? this.#marketSlot(scope.market)
      : 1 + this.#exchanges.indexOf(scope.exchange);
  }

  #exchangeSlot(market: number): number {
    return 1 + this.#exchangeOf[market];
  }

  #marketSlot(market: number): number {
    return 1 + this.#exchanges.length + market;
  }

  #pause(slot: number): Pause {
    const rule = this.#rules[slot]!;
    const untilMs = this.#until[slot];
    if (slot === 0) return { rule, scope: { kind: "account" }, untilMs };
    if (slot <= this.#exchanges.length)
      return { rule, scope: { kind: "exchange", exchange: this.#exchanges[slot - 1] }, untilMs };
    return { rule, scope: { kind: "market", market: slot - 1 - this.#exchanges.length }, untilMs };
  }

  #findNextEnd(): void {
    this.nextEnd = Infinity;
    for (const until of this.#until) if (until !== -Infinity && until < this.nextEnd) this.nextEnd = until;
  }
}
