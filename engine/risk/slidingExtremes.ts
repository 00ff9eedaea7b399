/**
 * The lowest and the highest price of the last `windowMs`, both ends included. Each keeps only prices that may yet be
 * an extreme (a monotonic queue), so that a price costs a few comparisons, however many there are in the window.
 */
export class SlidingExtremes {
  readonly #low: Queue = new Queue(1);
  readonly #high: Queue = new Queue(-1);

  constructor(readonly windowMs: number) {}

  /** Times never go back. */
  add(time: number, low: number, high: number): void {
    this.#low.add(time, low);
    this.#high.add(time, high);
  }

  /** Forgets what is older than the window. */
  advance(time: number): void {
    this.#low.drop(time - this.windowMs);
    this.#high.drop(time - this.windowMs);
  }

  /** NaN of no prices. */
  get low(): number {
    return this.#low.front;
  }

  get high(): number {
    return this.#high.front;
  }

  clear(): void {
    this.#low.clear();
    this.#high.clear();
  }

  snapshot(): ExtremesSnapshot {
    return { low: this.#low.entries(), high: this.#high.entries() };
  }

  restore({ low, high }: ExtremesSnapshot): void {
    this.clear();
    for (const [time, price] of low) this.#low.add(time, price);
    for (const [time, price] of high) this.#high.add(time, price);
  }
}

export type ExtremesSnapshot = {
  readonly low: readonly (readonly [number, number])[];
  readonly high: readonly (readonly [number, number])[];
};

/** Rising prices (sign 1: its front is the lowest) or falling ones (sign −1: its front is the highest). */
class Queue {
  #times = new Float64Array(8);
  #prices = new Float64Array(8);
  #first = 0;
  #end = 0;

  constructor(readonly sign: 1 | -1) {}

  get front(): number {
    return this.#first < this.#end ? this.#prices[this.#first] : Number.NaN;
  }

  add(time: number, price: number): void {
    while (this.#end > this.#first && this.sign * this.#prices[this.#end - 1] >= this.sign * price)
      this.#end--;
    if (this.#end === this.#times.length) this.#makeRoom();
    this.#times[this.#end] = time;
    this.#prices[this.#end++] = price;
  }

  drop(before: number): void {
    while (this.#first < this.#end && this.#times[this.#first] < before) this.#first++;
    if (this.#first === this.#end) this.clear();
  }

  clear(): void {
    this.#first = 0;
    this.#end = 0;
  }

  entries(): [number, number][] {
    return Array.from(this.#times.subarray(this.#first, this.#end), (time, i) => [
      time,
      this.#prices[this.#first + i],
    ]);
  }

  /** Moves what is left to the front, into arrays twice as long where more than half is in use. */
  #makeRoom(): void {
    const count = this.#end - this.#first;
    const length = 2 * count > this.#times.length ? 2 * this.#times.length : this.#times.length;
    const [times, prices] = [new Float64Array(length), new Float64Array(length)];
    times.set(this.#times.subarray(this.#first, this.#end));
    prices.set(this.#prices.subarray(this.#first, this.#end));
    this.#times = times;
    this.#prices = prices;
    this.#first = 0;
    this.#end = count;
  }
}
