import { type Case, column } from "../case.ts";
import {
  counted,
  empty,
  ewm,
  leastSquares,
  max,
  mean,
  median,
  pctChange,
  reversed,
  shift,
  std,
} from "../series.ts";

/** Windows and filters that reach past the row they are written to. */
export const windows: Case[] = [
  column("centred-mean", "rolling(21, center=True).mean()", ({ close }) =>
    close.map((_, i) => (i < 10 || i + 10 >= close.length ? NaN : mean(close.subarray(i - 10, i + 11)))),
  ),
  column(
    "centred-mean-shrunk",
    "a centred mean whose window shrinks at the ends, min_periods=1",
    ({ close }) => close.map((_, i) => mean(close.subarray(Math.max(0, i - 6), i + 7))),
  ),
  column(
    "hampel-centred",
    "outliers replaced by the median of their neighbours on both sides",
    ({ close }) => {
      const out = close.slice();
      for (let i = 3; i + 3 < close.length; i++) {
        const window = close.slice(i - 3, i + 4);
        const middle = median(window);
        if (Math.abs(close[i] - middle) > 3 * 1.4826 * median(window.map((x) => Math.abs(x - middle))))
          out[i] = middle;
      }
      return out;
    },
  ),
  column("savitzky-golay", "savgol_filter(close, 7, 2)", ({ close }) => {
    const weights = [-2, 3, 6, 7, 6, 3, -2];
    return close.map((x, i) =>
      i < 3 || i + 3 >= close.length
        ? x
        : weights.reduce((sum, w, k) => sum + (w * close[i + k - 3]) / 21, 0),
    );
  }),
  column(
    "kernel-regression",
    "Nadaraya–Watson with a Gaussian kernel, the indicator that repaints",
    ({ close }) => {
      const bandwidth = 8;
      return close.map((_, i) => {
        let [weights, sum] = [0, 0];
        for (let k = Math.max(0, i - 30); k <= Math.min(close.length - 1, i + 30); k++) {
          const w = Math.exp(-((i - k) * (i - k)) / (2 * bandwidth * bandwidth));
          weights += w;
          sum += w * close[k];
        }
        return sum / weights;
      });
    },
  ),
  column("filtfilt", "an exponential filter run forwards and then backwards: no lag", ({ close }) =>
    reversed(ewm(reversed(ewm(close, 0.2)), 0.2)),
  ),
  column("fourier-denoised", "the lowest frequencies of the whole series", ({ close }) => {
    const n = close.length;
    const m = mean(close);
    const out = new Float64Array(n).fill(m);
    for (let k = 1; k <= 12; k++) {
      let [re, im] = [0, 0];
      for (let i = 0; i < n; i++) {
        re += (close[i] - m) * Math.cos((2 * Math.PI * k * i) / n);
        im += (close[i] - m) * Math.sin((2 * Math.PI * k * i) / n);
      }
      for (let i = 0; i < n; i++)
        out[i] +=
          (2 / n) * (re * Math.cos((2 * Math.PI * k * i) / n) + im * Math.sin((2 * Math.PI * k * i) / n));
    }
    return out;
  }),
  column("haar-denoised", "Haar wavelet: means of blocks of eight, detail thrown away", ({ close }) =>
    close.map((_, i) => mean(close.subarray(i - (i % 8), i - (i % 8) + 8))),
  ),
  column("hodrick-prescott", "the trend of a Hodrick–Prescott filter, λ = 1600", ({ close }) =>
    hodrickPrescott(close, 1600),
  ),
  column("detrend", "scipy.signal.detrend(close)", ({ close }) => {
    const { slope, intercept } = leastSquares(
      close.map((_, i) => i),
      close,
    );
    return close.map((x, i) => x - intercept - slope * i);
  }),
  column(
    "seasonal-decompose",
    "what is left after a centred trend and the mean of each hour",
    ({ close, timestamp }) => {
      const trend = close.map((_, i) =>
        i < 144 || i + 144 >= close.length ? NaN : mean(close.subarray(i - 144, i + 145)),
      );
      const hour = counted(close.length, (i) => new Date(timestamp[i]).getUTCHours());
      const seasonal = counted(24, (h) => mean(close.map((x, i) => (hour[i] === h ? x - trend[i] : NaN))));
      return close.map((x, i) => x - trend[i] - seasonal[hour[i]]);
    },
  ),
  column("kalman-smoother", "a Kalman filter followed by its backward pass", ({ close }) => {
    const [q, r] = [0.01, 1];
    const n = close.length;
    const x = empty(n);
    const p = empty(n);
    for (let i = 0; i < n; i++) {
      const predicted = i === 0 ? 1 : p[i - 1] + q;
      const gain = predicted / (predicted + r);
      x[i] = i === 0 ? close[0] : x[i - 1] + gain * (close[i] - x[i - 1]);
      p[i] = (1 - gain) * predicted;
    }
    for (let i = n - 2; i >= 0; i--) x[i] += (p[i] / (p[i] + q)) * (x[i + 1] - x[i]);
    return x;
  }),
  column(
    "reverse-cummax",
    "drawdown from a running maximum that was run over the reversed series",
    ({ close }) => {
      const out = empty(close.length);
      let top = -Infinity;
      for (let i = close.length - 1; i >= 0; i--) out[i] = close[i] / (top = Math.max(top, close[i])) - 1;
      return out;
    },
  ),
  column("next-close", "close.shift(-1)", ({ close }) => shift(close, -1)),
  column("next-return", "close.pct_change().shift(-1)", ({ close }) => shift(pctChange(close), -1)),
  column("next-open", "open.shift(-1): tomorrow's open as a feature", ({ open }) => shift(open, -1)),
  column("diff-backwards", "close.diff(-1)", ({ close }) => close.map((x, i) => x - (close[i + 1] ?? NaN))),
  column("chikou-span", "Ichimoku's lagging span where it is drawn, 26 rows back", ({ close }) =>
    shift(close, -26),
  ),
  column("displaced-average", "a moving average displaced by five rows in the wrong direction", ({ close }) =>
    shift(
      close.map((_, i) => (i < 19 ? NaN : mean(close.subarray(i - 19, i + 1)))),
      -5,
    ),
  ),
  column("window-off-by-one", "a trailing window that ends one row late", ({ close }) =>
    close.map((_, i) => (i < 19 ? NaN : mean(close.slice(i - 19, i + 2)))),
  ),
  column("newest-first", "an EMA over candles that the exchange gave newest first", ({ close }) =>
    reversed(ewm(reversed(close), 0.1)),
  ),
  column("bars-to-high", "rows to the highest close of the next 20", ({ close }) =>
    close.map((_, i) => {
      const window = close.subarray(i, i + 20);
      return window.indexOf(max(window));
    }),
  ),
  column("volatility-around", "realised volatility of a window around the row", ({ close }) => {
    const r = pctChange(close);
    return r.map((_, i) => (i < 12 || i + 12 > r.length ? NaN : std(r.subarray(i - 12, i + 12))));
  }),
  column("volume-share", "this candle's share of the volume of its hour on either side", ({ volume }) =>
    volume.map((v, i) => {
      let sum = 0;
      for (let k = Math.max(0, i - 6); k <= Math.min(volume.length - 1, i + 6); k++) sum += volume[k];
      return sum > 0 ? v / sum : 0;
    }),
  ),
];

/** (I + λ D'D) trend = x, with D the second difference: five bands, solved by elimination. */
function hodrickPrescott(x: Float64Array, lambda: number): Float64Array {
  const n = x.length;
  if (n < 5) return x.slice();
  const diagonal = new Float64Array(n).fill(1 + 6 * lambda);
  const first = new Float64Array(n).fill(-4 * lambda);
  const second = new Float64Array(n).fill(lambda);
  diagonal[0] = diagonal[n - 1] = 1 + lambda;
  diagonal[1] = diagonal[n - 2] = 1 + 5 * lambda;
  first[0] = first[n - 2] = -2 * lambda;
  const y = x.slice();
  // Each row takes its share off the two below it; a row holds what its two right neighbours still weigh.
  const lower1 = first.slice();
  const lower2 = second.slice();
  for (let i = 0; i < n - 1; i++) {
    const f1 = lower1[i] / diagonal[i];
    diagonal[i + 1] -= f1 * first[i];
    if (i + 2 < n) first[i + 1] -= f1 * second[i];
    y[i + 1] -= f1 * y[i];
    if (i + 2 < n) {
      const f2 = lower2[i] / diagonal[i];
      lower1[i + 1] -= f2 * first[i];
      diagonal[i + 2] -= f2 * second[i];
      y[i + 2] -= f2 * y[i];
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    if (i + 1 < n) y[i] -= first[i] * y[i + 1];
    if (i + 2 < n) y[i] -= second[i] * y[i + 2];
    y[i] /= diagonal[i];
  }
  return y;
}
