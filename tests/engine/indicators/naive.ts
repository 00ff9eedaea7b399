import type { NaiveIndicator } from "../../contracts/indicator.ts";

/** Applies `f` to each full window; NaN where the window is not full or holds a value that is not finite. */
function windows(values: Float64Array, length: number, f: (window: number[]) => number): Float64Array {
  return values.map((_, i) => {
    const window = [...values.subarray(Math.max(0, i + 1 - length), i + 1)];
    return window.length === length && window.every(Number.isFinite) ? f(window) : Number.NaN;
  });
}

/** Applies `f` to the rows that are finite in all inputs, and puts its answers back at their places. */
function known(inputs: readonly Float64Array[], f: (...columns: number[][]) => number[][]): Float64Array[] {
  const rows = [...inputs[0].keys()].filter((i) => inputs.every((input) => Number.isFinite(input[i])));
  return f(...inputs.map((input) => rows.map((i) => input[i]))).map((answers) => {
    const column = new Float64Array(inputs[0].length).fill(Number.NaN);
    rows.forEach((row, k) => {
      column[row] = answers[k];
    });
    return column;
  });
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: number[], ddof: number): number =>
  Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - ddof));
const unlessFlat = (values: number[], answer: number): number =>
  new Set(values).size > 1 ? answer : Number.NaN;

/** Σ α (1 − α)^j x(t − j) over what came after the seed, plus the seed's share: the recursion written out. */
function exponential(values: number[], length: number, alpha: number): number[] {
  return values.map((_, t) => {
    if (t < length - 1) return Number.NaN;
    const after = values.slice(length, t + 1).reverse();
    const seed = mean(values.slice(0, length));
    return (
      after.reduce((sum, value, j) => sum + alpha * (1 - alpha) ** j * value, 0) +
      (1 - alpha) ** after.length * seed
    );
  });
}

const ema = (values: number[], length: number): number[] => exponential(values, length, 2 / (length + 1));

function lineSlope(window: number[]): number {
  const middle = (window.length - 1) / 2;
  const centre = mean(window);
  const products = window.reduce((sum, value, i) => sum + (i - middle) * (value - centre), 0);
  return products / window.reduce((sum, _, i) => sum + (i - middle) ** 2, 0);
}

function past(values: Float64Array, bars: number): Float64Array {
  return values.map((_, i) => (i < bars ? Number.NaN : values[i - bars]));
}

const finite = (value: number): number => (Number.isFinite(value) ? value : Number.NaN);

/** Every indicator of the catalogue by its definition. */
export const naive: Readonly<Record<string, NaiveIndicator>> = {
  sma: ([values], { length }) => [windows(values, length, mean)],
  ema: (inputs, { length }) => known(inputs, (values) => [ema(values, length)]),
  wma: ([values], { length }) => [
    windows(values, length, (window) => {
      const weights = window.map((_, i) => i + 1);
      return (
        window.reduce((sum, value, i) => sum + weights[i] * value, 0) / weights.reduce((sum, w) => sum + w, 0)
      );
    }),
  ],
  rsi: (inputs, { length }) =>
    known(inputs, (values) => {
      const changes = values.slice(1).map((value, i) => value - values[i]);
      const gains = exponential(
        changes.map((change) => Math.max(change, 0)),
        length,
        1 / length,
      );
      const losses = exponential(
        changes.map((change) => Math.max(-change, 0)),
        length,
        1 / length,
      );
      return [[Number.NaN, ...gains.map((gain, i) => (100 * gain) / (gain + losses[i]))]];
    }),
  macd: (inputs, { fast, slow, signal }) =>
    known(inputs, (values) => {
      const slowLine = ema(values, slow);
      const fastLine = ema(values.slice(slow - fast), fast);
      const line = slowLine.map((value, i) => fastLine[i - (slow - fast)] - value).slice(slow - 1);
      const signalLine = ema(line, signal);
      const wait = new Array<number>(slow + signal - 2).fill(Number.NaN);
      const tail = (column: number[]): number[] => [...wait, ...column.slice(signal - 1)];
      return [tail(line), tail(signalLine), tail(line.map((value, i) => value - signalLine[i]))];
    }),
  atr: (inputs, { length }) =>
    known(inputs, (high, low, close) => {
      const ranges = close
        .slice(0, -1)
        .map((previous, i) =>
          Math.max(
            high[i + 1] - low[i + 1],
            Math.abs(high[i + 1] - previous),
            Math.abs(low[i + 1] - previous),
          ),
        );
      return [[Number.NaN, ...exponential(ranges, length, 1 / length)]];
    }),
  bollinger: ([values], { length, deviations }) =>
    [1, 0, -1].map((side) =>
      windows(values, length, (window) => mean(window) + side * deviations * deviation(window, 0)),
    ),
  zscore: ([values], { length }) => [
    windows(values, length, (window) =>
      unlessFlat(window, (window[length - 1] - mean(window)) / deviation(window, 0)),
    ),
  ],
  slope: ([values], { length }) => [windows(values, length, lineSlope)],
  rollingMax: ([values], { length }) => [windows(values, length, (window) => Math.max(...window))],
  rollingMin: ([values], { length }) => [windows(values, length, (window) => Math.min(...window))],
  rollingStd: ([values], { length, ddof }) => [windows(values, length, (window) => deviation(window, ddof))],
  percentileRank: ([values], { length }) => [
    windows(values, length, (window) => {
      const latest = window[length - 1];
      const sorted = [...window].sort((a, b) => a - b);
      return (sorted.indexOf(latest) + 1 + sorted.lastIndexOf(latest) + 1) / 2 / length;
    }),
  ],
  shift: ([values], { bars }) => [past(values, bars)],
  change: ([values], { bars }) => [past(values, bars).map((before, i) => finite(values[i] - before))],
  returns: ([values], { bars }) => [
    past(values, bars).map((before, i) =>
      Number.isFinite(before) ? finite(values[i] / before - 1) : Number.NaN,
    ),
  ],
};
