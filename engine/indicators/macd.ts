import { EngineError } from "../core/errors.ts";
import { LONGEST, requireParameter } from "../core/requireParameter.ts";
import { Ema } from "./ema.ts";

/** The three columns of `macd`, in the unit of its input. */
export type MacdColumns = { macd: Float64Array; signal: Float64Array; histogram: Float64Array };

/**
 * Moving average convergence/divergence: fast less slow exponential average (`macd`), that line's own average
 * (`signal`), and the difference of the two (`histogram`), all in the unit of the input.
 *
 * TA-Lib's convention: both averages begin at the `slow`-th value (the fast one is seeded by the `fast` values before
 * it), and all three outputs begin together, after `slow + signal − 2` NaNs (33 for 12, 26, 9). NaNs as in `Ema`.
 * Read: a histogram above zero and growing is momentum gathering; its turn comes before the lines cross. Appel (1979).
 */
export class Macd {
  /** The latest outputs, NaN until all three are known. */
  macd = Number.NaN;
  signal = Number.NaN;
  histogram = Number.NaN;

  readonly #fast: Ema;
  readonly #slow: Ema;
  readonly #signal: Ema;
  #wait: number;

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
    this.#fast = new Ema(fast);
    this.#slow = new Ema(slow);
    this.#signal = new Ema(signalLength);
    this.#wait = slow - fast;
  }

  update(value: number): void {
    const isKnown = value - value === 0;
    const slow = this.#slow.update(value);
    const fast = isKnown && this.#wait > 0 ? Number.NaN : this.#fast.update(value);
    if (isKnown && this.#wait > 0) this.#wait--;
    const line = fast - slow;
    const signal = this.#signal.update(line);
    this.signal = signal;
    this.histogram = line - signal;
    this.macd = Number.isNaN(signal) ? Number.NaN : line;
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
  const step = new Macd(fast, slow, signal);
  const { macd: lines, signal: signals, histogram: histograms } = out;
  for (let i = 0; i < values.length; i++) {
    step.update(values[i]);
    lines[i] = step.macd;
    signals[i] = step.signal;
    histograms[i] = step.histogram;
  }
  return out;
}
