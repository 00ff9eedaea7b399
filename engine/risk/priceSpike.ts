import { RecentPrices, type RecentPricesSnapshot } from "./recentPrices.ts";

/** A move that reaches its limit but for rounding has reached it. */
const TOLERANCE = 1e-9;

/**
 * A move of the price by `fraction` inside `windowMs`: up from the window's lowest price or down from its highest.
 * Inside a candle it is not known whether the high or the low came first, so its whole range counts. A candle longer
 * than the window says nothing about a move inside it and is left out. After a trip the measure begins anew from the
 * last price, so that one jump trips once.
 *
 * At almost every price a glance is enough: what lies between the extremes of the last one to two windows, kept as
 * four numbers, has not moved too far inside one of them.
 */
export class PriceSpike {
  readonly #prices = new RecentPrices();
  readonly #rise: number;
  readonly #fall: number;
  /** Extremes since `#since`, and of the span before it, which is at least a window long. */
  #since = -Infinity;
  #low = Infinity;
  #high = -Infinity;
  #lowBefore = Infinity;
  #highBefore = -Infinity;

  constructor(
    readonly fraction: number,
    readonly windowMs: number,
  ) {
    this.#rise = 1 + fraction - TOLERANCE;
    this.#fall = 1 - fraction + TOLERANCE;
  }

  /** The move where it reaches the limit, else 0. A single price has `openTime` = `time` and high = low = close. */
  update(time: number, openTime: number, high: number, low: number, close: number): number {
    if (time - openTime > this.windowMs) return 0;
    this.#widen(time, low, high);
    const prices = this.#prices;
    prices.dropBefore(time - this.windowMs);
    // The extremes lie somewhere after the open: dated at the open, they leave the window early rather than late.
    prices.add(openTime, low, high);
    if (openTime < time) prices.add(time, close, close);
    const lowest = Math.min(this.#low, this.#lowBefore);
    const highest = Math.max(this.#high, this.#highBefore);
    if (high < lowest * this.#rise && low > highest * this.#fall) return 0;
    const move = Math.max(high / prices.low() - 1, 1 - low / prices.high());
    if (!(move >= this.fraction - TOLERANCE)) return 0;
    this.restore([[time, close, close]]);
    return move;
  }

  snapshot(): RecentPricesSnapshot {
    return this.#prices.snapshot();
  }

  restore(snapshot: RecentPricesSnapshot): void {
    this.#prices.restore(snapshot);
    this.#since = snapshot.at(-1)?.[0] ?? -Infinity;
    this.#low = this.#prices.low();
    this.#high = this.#prices.high();
    this.#lowBefore = Infinity;
    this.#highBefore = -Infinity;
  }

  #widen(time: number, low: number, high: number): void {
    if (time > this.#since + this.windowMs) {
      this.#since = time;
      this.#lowBefore = this.#low;
      this.#highBefore = this.#high;
      this.#low = low;
      this.#high = high;
      return;
    }
    if (low < this.#low) this.#low = low;
    if (high > this.#high) this.#high = high;
  }
}
