import type { Broker } from "../broker/broker.ts";
import type { Feed } from "./feed.ts";

/**
 * What is due on a market that has no candle for it: an order that expires, arrives, or is changed or canceled on its
 * way. It happens at its own time, and is seen when the candle that is missing would have closed.
 */
export class Gaps {
  readonly #broker: Broker;
  readonly #feeds: readonly Feed[];

  constructor(broker: Broker, feeds: readonly Feed[]) {
    this.#broker = broker;
    this.#feeds = feeds;
  }

  /** The first time at which a missing candle would have closed in which something is due; Infinity for none. */
  next(): number {
    let next = Infinity;
    for (let m = 0; m < this.#feeds.length; m++) next = Math.min(next, this.#closeOf(m));
    return next;
  }

  /** Lets happen what was due in candles that would have closed by a time. */
  settle(time: number): void {
    for (let m = 0; m < this.#feeds.length; m++) if (this.#closeOf(m) <= time) this.#broker.gap(m, time);
  }

  /** When the missing candle of a market would have closed into which the next falls that is due there. */
  #closeOf(market: number): number {
    const feed = this.#feeds[market];
    const arrival = this.#broker.nextArrival(market);
    const expiry = this.#broker.nextExpiry(market);
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
}
