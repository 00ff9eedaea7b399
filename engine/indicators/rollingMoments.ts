import { REFRESH_AFTER } from "./refresh.ts";

/**
 * Mean and sum of squared deviations of the last `length` values, by Welford's update for a sliding window: steps that
 * share it (`RollingStd`, `Zscore`, `Bollinger`) agree to the last bit.
 *
 * Rounding is kept down: both are computed afresh now and then, and at once when the squares fall far
 * below what they were (an outlier has left, and its rounding error would be all that stays). A window of equal values
 * has their mean and no deviation, exactly.
 */
export class RollingMoments {
  /** Mean of the window; meaningful only when `update` said so. */
  mean = 0;
  /** Sum of squared deviations from the mean, never below 0. */
  squares = 0;

  readonly #window: Float64Array;
  readonly #perValue: number;
  #next = 0;
  #known = 0;
  #previous = Number.NaN;
  #equal = 0;
  #largest = 0;
  #age = 0;

  constructor(length: number) {
    this.#window = new Float64Array(length);
    this.#perValue = 1 / length;
  }

  /** Takes the next value and says whether the window is full of finite values. */
  update(value: number): boolean {
    const window = this.#window;
    const length = window.length;
    if (value - value !== 0) {
      this.#known = this.#next = this.#equal = 0;
      this.#previous = Number.NaN;
      return false;
    }
    this.#equal = value === this.#previous ? this.#equal + 1 : 1;
    this.#previous = value;
    const next = this.#next;
    const leaving = window[next];
    window[next] = value;
    this.#next = next + 1 < length ? next + 1 : 0;
    if (this.#known < length) {
      if (++this.#known < length) return false;
      this.#refresh();
    } else if (this.#age >= REFRESH_AFTER) this.#refresh();
    else {
      this.#age++;
      const change = value - leaving;
      const before = this.mean;
      const mean = before + change * this.#perValue;
      const squares = this.squares + change * (value - mean + (leaving - before));
      this.mean = mean;
      this.squares = squares;
      if (squares > this.#largest) this.#largest = squares;
      else if (squares < this.#largest * 1e-3) this.#refresh();
    }
    if (this.#equal >= length) {
      this.mean = value;
      this.squares = 0;
    }
    return true;
  }

  #refresh(): void {
    const window = this.#window;
    let sum = 0;
    for (let i = 0; i < window.length; i++) sum += window[i];
    const mean = sum / window.length;
    let squares = 0;
    for (let i = 0; i < window.length; i++) squares += (window[i] - mean) * (window[i] - mean);
    this.#age = 0;
    this.mean = mean;
    this.squares = this.#largest = squares;
  }
}
