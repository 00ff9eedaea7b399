import { REFRESH_AFTER } from "./refresh.ts";

/** A fall of the squares to this share makes what rounding left of the larger ones visible. */
const COLLAPSE = 1e-3;

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
      else if (squares < this.#largest * COLLAPSE) this.#refresh();
    }
    if (this.#equal >= length) {
      this.mean = value;
      this.squares = 0;
    }
    return true;
  }

  /**
   * Goes on through a column: `mean` and `squares` after each value, NaN where `update` says no, with the state in
   * locals. `update` itself does what is rare: the beginning, equal neighbours, fresh sums, a value that is not finite.
   */
  run(values: Float64Array, means: Float64Array, squares: Float64Array): void {
    const window = this.#window;
    const last = window.length - 1;
    const perValue = this.#perValue;
    for (let i = 0; i < values.length; ) {
      const isKnown = this.update(values[i]);
      means[i] = isKnown ? this.mean : Number.NaN;
      squares[i] = isKnown ? this.squares : Number.NaN;
      i++;
      if (!isKnown) continue;
      let { mean, squares: square } = this;
      let next = this.#next;
      let previous = this.#previous;
      let largest = this.#largest;
      const end = Math.min(values.length, i + REFRESH_AFTER - this.#age);
      const begin = i;
      for (; i < end; i++) {
        const value = values[i];
        if (value - value !== 0 || value === previous) break;
        const leaving = window[next];
        const change = value - leaving;
        const nextMean = mean + change * perValue;
        const nextSquare = square + change * (value - nextMean + (leaving - mean));
        if (nextSquare > largest) largest = nextSquare;
        else if (nextSquare < largest * COLLAPSE) break;
        mean = nextMean;
        square = nextSquare;
        window[next] = previous = value;
        next = next < last ? next + 1 : 0;
        means[i] = mean;
        squares[i] = square;
      }
      if (i === begin) continue;
      this.mean = mean;
      this.squares = square;
      this.#next = next;
      this.#previous = previous;
      this.#equal = 1;
      this.#largest = largest;
      this.#age += i - begin;
    }
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
