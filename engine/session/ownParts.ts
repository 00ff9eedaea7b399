import { GrowingNumbers } from "../core/growable.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { EquitySums } from "./equityRows.ts";

/** One strategy's part of an account, as its figures are taken of it. */
export type OwnPart = {
  /** At each row of the account's equity. */
  readonly equity: Float64Array;
  readonly sums: EquitySums;
  /** Sum of price × amount over its fills, in quote currency. */
  readonly turnover: number;
};

/** Of several strategies on one account, the part that each has made of its share of the starting balance. */
export class OwnParts {
  /** By strategy: its equity at each row of the account's. */
  readonly equities: readonly GrowingNumbers[];
  readonly #account: Portfolio;
  readonly #starts: readonly number[];
  /** By strategy, of the rows before the last: sums of the gross exposure by its equity, and rows with a position. */
  readonly #exposures: Float64Array;
  readonly #heldRows: Float64Array;
  /** The same of the last row, which may be written again. */
  readonly #lastExposures: Float64Array;
  readonly #lastHeld: Float64Array;
  /** Scratch: position values and unrealised profits now. */
  readonly #gross: Float64Array;
  readonly #unrealised: Float64Array;

  constructor(account: Portfolio, weights: readonly number[], startEquity: number, rows: number) {
    const each = (): Float64Array => new Float64Array(weights.length);
    this.#account = account;
    this.#starts = weights.map((weight) => weight * startEquity);
    this.equities = weights.map(() => new GrowingNumbers(rows));
    this.#exposures = each();
    this.#heldRows = each();
    this.#lastExposures = each();
    this.#lastHeld = each();
    this.#gross = each();
    this.#unrealised = each();
  }

  equity(strategy: number): number {
    return this.#starts[strategy] + this.#account.ownerProfit(strategy);
  }

  record(): void {
    for (let s = 0; s < this.equities.length; s++) {
      this.#exposures[s] += this.#lastExposures[s];
      this.#heldRows[s] += this.#lastHeld[s];
      this.equities[s].push(Number.NaN);
    }
    this.again();
  }

  /** Writes the last row anew: more has happened at the same time. */
  again(): void {
    const account = this.#account;
    const gross = this.#gross.fill(0);
    const unrealised = this.#unrealised.fill(0);
    // One way over the positions for all strategies.
    for (let k = 0; k < account.openCount; k++) {
      const market = account.openMarkets[k];
      const owner = account.owner[market];
      gross[owner] += Math.abs(account.amount[market] * account.price[market]);
      unrealised[owner] += account.unrealised(market);
    }
    for (let s = 0; s < this.equities.length; s++) {
      const own = this.equities[s];
      const equity = this.#starts[s] + account.ownerProfit(s, unrealised[s]);
      own.set(own.length - 1, equity);
      this.#lastHeld[s] = gross[s] > 0 ? 1 : 0;
      this.#lastExposures[s] = gross[s] > 0 ? gross[s] / equity : 0;
    }
  }

  sums(strategy: number): EquitySums {
    const own = this.equities[strategy];
    let equitySum = 0;
    for (let row = 0; row < own.length; row++) equitySum += own.at(row);
    return {
      equitySum,
      exposureSum: this.#exposures[strategy] + this.#lastExposures[strategy],
      heldRows: this.#heldRows[strategy] + this.#lastHeld[strategy],
    };
  }

  snapshot(): OwnPartsSnapshot {
    return {
      equities: this.equities.map((own) => [...own.toColumn()]),
      exposures: [...this.#exposures],
      heldRows: [...this.#heldRows],
      lastExposures: [...this.#lastExposures],
      lastHeld: [...this.#lastHeld],
    };
  }

  load(snapshot: OwnPartsSnapshot): void {
    for (const [s, own] of this.equities.entries()) for (const value of snapshot.equities[s]) own.push(value);
    this.#exposures.set(snapshot.exposures);
    this.#heldRows.set(snapshot.heldRows);
    this.#lastExposures.set(snapshot.lastExposures);
    this.#lastHeld.set(snapshot.lastHeld);
  }
}

export type OwnPartsSnapshot = {
  readonly equities: readonly (readonly number[])[];
  readonly exposures: readonly number[];
  readonly heldRows: readonly number[];
  readonly lastExposures: readonly number[];
  readonly lastHeld: readonly number[];
};
