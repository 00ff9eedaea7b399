/**
 * Whether something has happened `limit` times within `windowMs`: remembers the last `limit` times. One that is
 * exactly `windowMs` old no longer counts.
 */
export class SlidingCount {
  /** A ring, made when the first time comes: most markets of a large universe never need theirs. */
  #times: Float64Array | undefined;
  #next = 0;
  #count = 0;

  constructor(
    readonly limit: number,
    readonly windowMs: number,
  ) {}

  add(time: number): void {
    this.#times ??= new Float64Array(this.limit);
    this.#times[this.#next] = time;
    this.#next = (this.#next + 1) % this.limit;
    if (this.#count < this.limit) this.#count++;
  }

  isFull(time: number): boolean {
    // The oldest of the last `limit` is where the next one will be written.
    return this.#count === this.limit && this.#times![this.#next] > time - this.windowMs;
  }

  /** When it is no longer full, of one that is: the oldest has left the window. */
  fullUntil(): number {
    return this.#times![this.#next] + this.windowMs;
  }

  clear(): void {
    this.#next = 0;
    this.#count = 0;
  }

  /** The times that are remembered, oldest first. */
  times(): number[] {
    const first = this.#count < this.limit ? 0 : this.#next;
    return Array.from({ length: this.#count }, (_, i) => this.#times![(first + i) % this.limit]);
  }

  restore(times: readonly number[]): void {
    this.clear();
    for (const time of times) this.add(time);
  }
}
