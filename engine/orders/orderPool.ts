import { LiveOrder } from "./liveOrder.ts";

/** So many orders end before the object of the first of them is used again; few, so that they stay near. */
const KEPT = 16;

/** The objects of orders that have ended, for the next ones: a session of a million orders needs a few dozen. */
export class OrderPool {
  readonly #ended: LiveOrder[] = [];
  #next = 0;

  /** An object for a new order, to be `reset`. */
  take(): LiveOrder {
    if (this.#ended.length - this.#next <= KEPT) return new LiveOrder();
    const order = this.#ended[this.#next++];
    if (this.#next === 4 * KEPT) {
      this.#ended.copyWithin(0, this.#next);
      this.#ended.length -= this.#next;
      this.#next = 0;
    }
    return order;
  }

  /** Gives back the object of an order that has ended. */
  give(order: LiveOrder): void {
    this.#ended.push(order);
  }
}
