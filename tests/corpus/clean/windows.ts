import { type Case, column } from "../case.ts";
import {
  counted,
  empty,
  ewm,
  leastSquares,
  max,
  mean,
  median,
  min,
  pctChange,
  reversed,
  rolling,
  shift,
  std,
} from "../series.ts";

/** Windows and filters that end at their own row. */
export const windows: Case[] = [
  column("trailing-mean", "rolling(21).mean()", ({ close }) => rolling(close, 21, mean)),
  column("mean-shrunk-at-start", "a trailing mean with min_periods=1", ({ close }) =>
    close.map((_, i) => mean(close.subarray(Math.max(0, i - 12), i + 1))),
  ),
  column("running-sum-mean", "a mean by a running sum, the value that leaves taken off", ({ close }) => {
    let sum = 0;
    return close.map((x, i) => {
      sum += x - (i >= 30 ? close[i - 30] : 0);
      return sum / Math.min(30, i + 1);
    });
  }),
  column("cumsum-difference", "a mean as the difference of two cumulative sums", ({ close }) => {
    const sums = new Float64Array(close.length + 1);
    for (let i = 0; i < close.length; i++) sums[i + 1] = sums[i] + close[i];
    return close.map((_, i) => (i < 19 ? NaN : (sums[i + 1] - sums[i - 19]) / 20));
  }),
  column(
    "hampel-trailing",
    "outliers replaced by the median of the seven candles before and with them",
    ({ close }) =>
      close.map((x, i) => {
        if (i < 6) return x;
        const window = close.slice(i - 6, i + 1);
        const middle = median(window);
        return Math.abs(x - middle) > 3 * 1.4826 * median(window.map((y) => Math.abs(y - middle)))
          ? middle
          : x;
      }),
  ),
  column("savitzky-golay-end", "a parabola through the last seven closes, read at its end", ({ close }) => {
    const weights = [5, -3, -6, -4, 3, 15, 32];
    return close.map((_, i) =>
      i < 6 ? NaN : weights.reduce((sum, w, k) => sum + (w * close[i - 6 + k]) / 42, 0),
    );
  }),
  column("kernel-one-sided", "Nadaraya–Watson with the weights of the past only", ({ close }) =>
    close.map((_, i) => {
      let [weights, sum] = [0, 0];
      for (let k = Math.max(0, i - 30); k <= i; k++) {
        const w = Math.exp(-((i - k) * (i - k)) / 128);
        weights += w;
        sum += w * close[k];
      }
      return sum / weights;
    }),
  ),
  column("double-ema", "an exponential filter run forwards twice", ({ close }) => ewm(ewm(close, 0.2), 0.2)),
  column("trailing-fourier", "the lowest frequencies of the last 64 closes, read at the last", ({ close }) =>
    rolling(close, 64, (window) => {
      const m = mean(window);
      let out = m;
      for (let k = 1; k <= 3; k++) {
        let [re, im] = [0, 0];
        for (let i = 0; i < 64; i++) {
          re += (window[i] - m) * Math.cos((2 * Math.PI * k * i) / 64);
          im += (window[i] - m) * Math.sin((2 * Math.PI * k * i) / 64);
        }
        out +=
          (2 / 64) *
          (re * Math.cos((2 * Math.PI * k * 63) / 64) + im * Math.sin((2 * Math.PI * k * 63) / 64));
      }
      return out;
    }),
  ),
  column(
    "fast-convolution",
    "a moving average by convolution of the whole series in the frequency domain, zero-padded",
    ({ close }) => convolved(close, new Float64Array(16).fill(1 / 16)),
  ),
  column("haar-so-far", "the mean of the block of eight up to its row", ({ close }) =>
    close.map((_, i) => mean(close.subarray(i - (i % 8), i + 1))),
  ),
  column("trend-endpoint", "the end of a straight line through the last 48 closes", ({ close }) => {
    const x = counted(48, (i) => i);
    return rolling(close, 48, (window) => {
      const { slope, intercept } = leastSquares(x, window);
      return intercept + slope * 47;
    });
  }),
  column(
    "expanding-seasonal",
    "the close less the mean of its hour of the day so far",
    ({ close, timestamp }) => {
      const sums = new Float64Array(24);
      const counts = new Float64Array(24);
      return close.map((x, i) => {
        const hour = new Date(timestamp[i]).getUTCHours();
        sums[hour] += x;
        counts[hour]++;
        return x - sums[hour] / counts[hour];
      });
    },
  ),
  column("kalman-filter", "a Kalman filter without its backward pass", ({ close }) => {
    let [x, p] = [close[0], 1];
    return close.map((value, i) => {
      if (i > 0) p += 0.01;
      const gain = p / (p + 1);
      x += gain * (value - x);
      p *= 1 - gain;
      return x;
    });
  }),
  column("drawdown", "close / close.cummax() - 1", ({ close }) => {
    let top = -Infinity;
    return close.map((x) => x / (top = Math.max(top, x)) - 1);
  }),
  column("last-close", "close.shift(1)", ({ close }) => shift(close, 1)),
  column("candle-return", "close.pct_change()", ({ close }) => pctChange(close)),
  column("candle-gap", "open / close.shift(1) - 1", ({ open, close }) =>
    open.map((x, i) => x / (close[i - 1] ?? NaN) - 1),
  ),
  column("cloud-displaced", "Ichimoku's cloud, drawn 26 rows ahead of what it is made of", ({ high, low }) =>
    shift(
      high.map((_, i) =>
        i < 51 ? NaN : (max(high.subarray(i - 51, i + 1)) + min(low.subarray(i - 51, i + 1))) / 2,
      ),
      26,
    ),
  ),
  column("displaced-back", "a moving average displaced by five rows in the right direction", ({ close }) =>
    shift(rolling(close, 20, mean), 5),
  ),
  column("reversed-twice", "rows reversed, averaged over the rows behind, reversed back", ({ close }) => {
    const newest = reversed(close);
    return reversed(newest.map((_, i) => (i + 20 > newest.length ? NaN : mean(newest.subarray(i, i + 20)))));
  }),
  column("backward-loop", "trailing windows, filled in from the last row to the first", ({ close }) => {
    const out = empty(close.length);
    for (let i = close.length - 1; i >= 14; i--) out[i] = close[i] - close[i - 14];
    return out;
  }),
  column("bars-since-high", "rows since the highest close of the last 20", ({ close }) =>
    rolling(close, 20, (window) => 19 - window.indexOf(max(window))),
  ),
  column("volatility", "pct_change().rolling(24).std()", ({ close }) => rolling(pctChange(close), 24, std)),
  column("volume-share-so-far", "this candle's share of the volume of the last hour", ({ volume }) =>
    volume.map((v, i) => {
      let sum = 0;
      for (let k = Math.max(0, i - 11); k <= i; k++) sum += volume[k];
      return sum > 0 ? v / sum : 0;
    }),
  ),
  column(
    "in-chunks",
    "computed in chunks of 500 rows, each with the rows that its window needs before it",
    ({ close }) => {
      const out = empty(close.length);
      for (let from = 0; from < close.length; from += 500) {
        const start = Math.max(0, from - 40);
        const part = rolling(close.subarray(start, from + 500), 40, mean);
        out.set(part.subarray(from - start), from);
      }
      return out;
    },
  ),
  column("single-precision", "an average in 32-bit floats", ({ close }) => {
    const x = Float32Array.from(close);
    let last = x[0];
    return close.map((_, i) => (last = Math.fround(0.9 * last + 0.1 * x[i])));
  }),
];

/** A circular convolution of the padded series by two transforms: causal but for what rounding leaves. */
function convolved(x: Float64Array, kernel: Float64Array): Float64Array {
  let size = 1;
  while (size < x.length + kernel.length) size *= 2;
  const [re, im, kr, ki] = [0, 1, 2, 3].map(() => new Float64Array(size));
  re.set(x);
  kr.set(kernel);
  transform(re, im, 1);
  transform(kr, ki, 1);
  for (let i = 0; i < size; i++)
    [re[i], im[i]] = [re[i] * kr[i] - im[i] * ki[i], re[i] * ki[i] + im[i] * kr[i]];
  transform(re, im, -1);
  return x.map((_, i) => (i + 1 < kernel.length ? NaN : re[i] / size));
}

/** Cooley and Tukey's, in place, radix 2. */
function transform(re: Float64Array, im: Float64Array, sign: 1 | -1): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) [re[i], re[j], im[i], im[j]] = [re[j], re[i], im[j], im[i]];
  }
  for (let length = 2; length <= n; length *= 2) {
    const angle = (sign * -2 * Math.PI) / length;
    for (let from = 0; from < n; from += length) {
      for (let k = 0; k < length / 2; k++) {
        const [c, s] = [Math.cos(angle * k), Math.sin(angle * k)];
        const [a, b] = [from + k, from + k + length / 2];
        const [u, v] = [re[b] * c - im[b] * s, re[b] * s + im[b] * c];
        [re[b], im[b]] = [re[a] - u, im[a] - v];
        re[a] += u;
        im[a] += v;
      }
    }
  }
}
