import { EngineError } from "../core/errors.ts";
import { LONGEST, requireParameter } from "../core/requireParameter.ts";

/** The three columns of `macd`, in the unit of its input. */
export type MacdColumns = { macd: Float64Array; signal: Float64Array; histogram: Float64Array };

/**
 * Moving average convergence/divergence: fast less slow exponential average (`macd`), that line's own average
 * (`signal`), and the difference of the two (`histogram`), all in the unit of the input.
 *
 * TA-Lib's convention: both averages begin at the `slow`-th value (the fast one is seeded by the `fast` values before
 * it), and all three outputs begin together, after `slow + signal − 2` NaNs (33 for 12, 26, 9). A value that is not finite gives NaN
 * at its place and is passed over.
 * Read: a histogram above zero and growing is momentum gathering; its turn comes before the lines cross. Appel (1979).
 */
export class Macd {
  /** The latest outputs, NaN until all three are known. */
  macd = Number.NaN;
  signal = Number.NaN;
  histogram = Number.NaN;

  readonly #takeFast: number;
  readonly #takeSlow: number;
  readonly #takeSignal: number;
  #seen = 0;
  // Until each average is seeded, the sum of the values that will seed it.
  #fastAverage = 0;
  #slowAverage = 0;
  #signalAverage = 0;

  constructor(
    readonly fast: number,
    readonly slow: number,
    readonly signalLength: number,
  ) {
    requireParameter("macd", "signal", signalLength, { min: 1, max: LONGEST });
    requireParameter("macd", "slow", slow, { min: 2, max: LONGEST });
    requireParameter("macd", "fast", fast, { min: 1, max: LONGEST });
    if (fast >= slow) {
      throw new EngineError(
        "indicator.parameter-out-of-range",
        `macd: fast is ${fast} and slow is ${slow}; expected fast < slow. Exchange the two.`,
        { owner: "macd", parameter: "fast", given: fast, min: 1, max: slow - 1 },
      );
    }
    this.#takeFast = 2 / (fast + 1);
    this.#takeSlow = 2 / (slow + 1);
    this.#takeSignal = 2 / (signalLength + 1);
  }

  update(value: number): void {
    this.macd = this.signal = this.histogram = Number.NaN;
    if (value - value !== 0) return;
    const seen = ++this.#seen;
    if (seen > this.slow) {
      this.#fastAverage += (value - this.#fastAverage) * this.#takeFast;
      this.#slowAverage += (value - this.#slowAverage) * this.#takeSlow;
    } else {
      this.#slowAverage += value;
      if (seen > this.slow - this.fast) this.#fastAverage += value;
      if (seen < this.slow) return;
      this.#slowAverage /= this.slow;
      this.#fastAverage /= this.fast;
    }
    const line = this.#fastAverage - this.#slowAverage;
    const lines = seen - this.slow + 1;
    if (lines > this.signalLength) this.#signalAverage += (line - this.#signalAverage) * this.#takeSignal;
    else {
      this.#signalAverage += line;
      if (lines < this.signalLength) return;
      this.#signalAverage /= this.signalLength;
    }
    this.macd = line;
    this.signal = this.#signalAverage;
    this.histogram = line - this.#signalAverage;
  }

  /** Goes on through a column: what `update` gives of each value, to the last bit, with the state in locals. */
  run(values: Float64Array, { macd: lines, signal: signals, histogram: histograms }: MacdColumns): void {
    const seeded = this.slow + this.signalLength - 1;
    let i = 0;
    for (; i < values.length && this.#seen < seeded; i++) {
      this.update(values[i]);
      lines[i] = this.macd;
      signals[i] = this.signal;
      histograms[i] = this.histogram;
    }
    if (i === values.length) return;
    const [takeFast, takeSlow, takeSignal] = [this.#takeFast, this.#takeSlow, this.#takeSignal];
    let fast = this.#fastAverage;
    let slow = this.#slowAverage;
    let signal = this.#signalAverage;
    for (; i < values.length - 1; i++) {
      const value = values[i];
      if (value - value === 0) {
        fast += (value - fast) * takeFast;
        slow += (value - slow) * takeSlow;
        const line = fast - slow;
        signal += (line - signal) * takeSignal;
        lines[i] = line;
        signals[i] = signal;
        histograms[i] = line - signal;
      } else lines[i] = signals[i] = histograms[i] = Number.NaN;
    }
    this.#fastAverage = fast;
    this.#slowAverage = slow;
    this.#signalAverage = signal;
    // The last value goes through `update`, which leaves its outputs where they are looked for.
    this.update(values[i]);
    lines[i] = this.macd;
    signals[i] = this.signal;
    histograms[i] = this.histogram;
  }
}

/** `Macd` over a column. `out` may be given to be filled. */
export function macd(
  values: Float64Array,
  fast = 12,
  slow = 26,
  signal = 9,
  out: MacdColumns = {
    macd: new Float64Array(values.length),
    signal: new Float64Array(values.length),
    histogram: new Float64Array(values.length),
  },
): MacdColumns {
  new Macd(fast, slow, signal).run(values, out);
  return out;
}
