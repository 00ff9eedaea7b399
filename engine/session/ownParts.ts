import { GrowingNumbers } from "../core/growable.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";

/** Of several strategies on one account, the part that each has made of its share of the starting balance. */
export class OwnParts {
  /** By strategy: its equity at each row of the account's. */
  readonly equities: readonly GrowingNumbers[];
  readonly #account: Portfolio;
  readonly #starts: readonly number[];

  constructor(account: Portfolio, weights: readonly number[], startEquity: number, rows: number) {
    this.#account = account;
    this.#starts = weights.map((weight) => weight * startEquity);
    this.equities = weights.map(() => new GrowingNumbers(rows));
  }

  equity(strategy: number): number {
    return this.#starts[strategy] + this.#account.ownerProfit(strategy);
  }

  record(): void {
    for (let s = 0; s < this.equities.length; s++) this.equities[s].push(this.equity(s));
  }

  again(): void {
    for (const [s, own] of this.equities.entries()) own.set(own.length - 1, this.equity(s));
  }

  snapshot(): readonly (readonly number[])[] {
    return this.equities.map((own) => [...own.toColumn()]);
  }

  load(snapshot: readonly (readonly number[])[]): void {
    for (const [s, own] of this.equities.entries()) for (const value of snapshot[s]) own.push(value);
  }
}
