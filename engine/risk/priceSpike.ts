import { type ExtremesSnapshot, SlidingExtremes } from "./slidingExtremes.ts";

/**
 * A move of the price by `fraction` inside `windowMs`: up from the window's lowest price or down from its highest.
 * Inside a candle it is not known whether the high or the low came first, so its whole range counts. A candle longer
 * than the window says nothing about a move inside it and is left out. After a trip the measure begins anew from the
 * last price, so that one jump trips once.
 */
export class PriceSpike {
  readonly #window: SlidingExtremes;

  constructor(
    readonly fraction: number,
    readonly windowMs: number,
  ) {
    this.#window = new SlidingExtremes(windowMs);
  }

  /** The move where it reaches the limit, else 0. A single price has `openTime` = `time` and high = low = close. */
  update(time: number, openTime: number, high: number, low: number, close: number): number {
    const window = this.#window;
    if (time - openTime > this.windowMs) return 0;
    // The extremes lie somewhere after the open: dated at the open, they leave the window early rather than late.
    window.add(openTime, low, high);
    window.add(time, close, close);
    window.advance(time);
    const move = Math.max(high / window.low - 1, 1 - low / window.high);
    if (!(move >= this.fraction - 1e-9)) return 0;
    window.clear();
    window.add(time, close, close);
    return move;
  }

  snapshot(): ExtremesSnapshot {
    return this.#window.snapshot();
  }

  restore(snapshot: ExtremesSnapshot): void {
    this.#window.restore(snapshot);
  }
}
