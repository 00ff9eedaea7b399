/**
 * Prices of the last so many milliseconds, as they came: each entry a time with a low and a high. Written at every
 * price and read seldom, so that to write is three stores, and to read is a walk over all of them.
 */
export class RecentPrices {
  /** Rings of one length, a power of two. */
  #times = new Float64Array(8);
  #lows = new Float64Array(8);
  #highs = new Float64Array(8);
  #first = 0;
  #count = 0;

  /** Times never go back. */
  add(time: number, low: number, high: number): void {
    if (this.#count === this.#times.length) this.#makeRoom();
    const at = (this.#first + this.#count++) & (this.#times.length - 1);
    this.#times[at] = time;
    this.#lows[at] = low;
    this.#highs[at] = high;
  }

  /** Forgets what was before this time. */
  dropBefore(time: number): void {
    const mask = this.#times.length - 1;
    while (this.#count > 0 && this.#times[this.#first] < time) {
      this.#first = (this.#first + 1) & mask;
      this.#count--;
    }
  }

  /** Infinity of no prices. */
  low(): number {
    let low = Infinity;
    for (let i = 0; i < this.#count; i++) low = Math.min(low, this.#lows[this.#at(i)]);
    return low;
  }

  /** −Infinity of no prices. */
  high(): number {
    let high = -Infinity;
    for (let i = 0; i < this.#count; i++) high = Math.max(high, this.#highs[this.#at(i)]);
    return high;
  }

  clear(): void {
    this.#first = 0;
    this.#count = 0;
  }

  snapshot(): RecentPricesSnapshot {
    return Array.from({ length: this.#count }, (_, i) => {
      const at = this.#at(i);
      return [this.#times[at], this.#lows[at], this.#highs[at]] as const;
    });
  }

  restore(entries: RecentPricesSnapshot): void {
    this.clear();
    for (const [time, low, high] of entries) this.add(time, low, high);
  }

  #at(i: number): number {
    return (this.#first + i) & (this.#times.length - 1);
  }

  #makeRoom(): void {
    const entries = this.snapshot();
    const length = 2 * this.#times.length;
    this.#times = new Float64Array(length);
    this.#lows = new Float64Array(length);
    this.#highs = new Float64Array(length);
    this.restore(entries);
  }
}

/** Time, low and high, oldest first. */
export type RecentPricesSnapshot = readonly (readonly [number, number, number])[];
