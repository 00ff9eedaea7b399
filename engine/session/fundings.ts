import type { Broker } from "../broker/broker.ts";

/** Funding that is due at a market, and when. */
export type Funding = {
  readonly market: number;
  readonly time: number;
  readonly rate: number;
  /** The mark price that it is counted by; NaN for the last price. */
  readonly price: number;
};

/** Funding that will fall due, in order of time; of one time, in the order in which it was told. */
export class Fundings {
  readonly #broker: Broker;
  readonly #due: Funding[] = [];
  #next = 0;

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  add(due: readonly Funding[]): void {
    for (const one of due) this.#due.push(one);
    const waiting = this.#due.splice(this.#next);
    waiting.sort((a, b) => a.time - b.time);
    for (const one of waiting) this.#due.push(one);
  }

  /** Settles what has fallen due by a time; markets without a price yet have no position to pay for. */
  pay(time: number): void {
    const due = this.#due;
    const { price: last } = this.#broker.account;
    while (this.#next < due.length && due[this.#next].time <= time) {
      const { market, time: at, rate, price } = due[this.#next++];
      if (Number.isNaN(last[market])) continue;
      this.#broker.funding(market, at, rate, Number.isNaN(price) ? last[market] : price);
    }
  }

  snapshot(): readonly Funding[] {
    return this.#due.slice(this.#next);
  }

  load(due: readonly Funding[]): void {
    this.#due.splice(0, Infinity, ...due);
    this.#next = 0;
  }
}
