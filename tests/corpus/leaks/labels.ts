import { type Case, column, events } from "../case.ts";
import { counted, empty, leastSquares, max, mean, min, pctChange, rolling, shift, std } from "../series.ts";

/** Labels, and models that have seen them, among the features. */
export const labels: Case[] = [
  column("future-return-feature", "the label of the next hour left among the features", ({ close }) =>
    shift(pctChange(close, 12), -12),
  ),
  column("label-sign", "the sign of the next candle's return", ({ close }) =>
    shift(pctChange(close), -1).map(Math.sign),
  ),
  column(
    "triple-barrier",
    "the outcome of a triple barrier at the row that it starts from",
    ({ close, high, low }) =>
      close.map((entry, i) => {
        for (let k = i + 1; k < Math.min(close.length, i + 48); k++) {
          if (low[k] <= entry * 0.992) return -1;
          if (high[k] >= entry * 1.008) return 1;
        }
        return 0;
      }),
  ),
  column(
    "trend-scanning",
    "the slope of the next 24 closes, as trend-scanning labels have it",
    ({ close }) => {
      const x = counted(24, (i) => i);
      return close.map((_, i) =>
        i + 24 > close.length ? NaN : leastSquares(x, close.subarray(i, i + 24)).slope,
      );
    },
  ),
  column("best-exit", "the highest price of the next hour over the close", ({ close, high }) =>
    close.map((x, i) => (i + 1 < close.length ? max(high.subarray(i + 1, i + 13)) / x - 1 : NaN)),
  ),
  column(
    "hour-target-encoding",
    "mean next return of the row's hour of the day, over all rows",
    ({ close, timestamp }) => {
      const next = shift(pctChange(close), -1);
      const hour = counted(close.length, (i) => new Date(timestamp[i]).getUTCHours());
      const encoded = counted(24, (h) => mean(next.filter((_, i) => hour[i] === h)));
      return hour.map((h) => encoded[h]);
    },
  ),
  column(
    "hour-seasonality",
    "mean return of the row's hour of the day, over all rows",
    ({ close, timestamp }) => {
      const r = pctChange(close);
      const hour = counted(close.length, (i) => new Date(timestamp[i]).getUTCHours());
      const seasonal = counted(24, (h) => mean(r.filter((_, i) => hour[i] === h)));
      return hour.map((h) => seasonal[h]);
    },
  ),
  column(
    "label-as-of-start",
    "an expanding hit rate that counts labels before they are settled",
    ({ close }) => {
      let [won, count] = [0, 0];
      return close.map((x, i) => {
        const later = close[i + 6];
        if (later !== undefined) {
          count++;
          if (later > x) won++;
        }
        return won / count;
      });
    },
  ),
  column(
    "in-sample-regression",
    "a regression of next returns on momentum, fitted on all and read for all",
    ({ close }) => {
      const momentum = pctChange(close, 12);
      const { slope, intercept } = leastSquares(momentum, shift(pctChange(close), -1));
      return momentum.map((x) => intercept + slope * x);
    },
  ),
  column("nearest-neighbours", "the mean next return of the ten most similar rows of all", ({ close }) => {
    const feature = pctChange(close, 12);
    const next = shift(pctChange(close), -1);
    const order = Array.from(feature.keys()).filter((i) => !Number.isNaN(feature[i]));
    order.sort((a, b) => feature[a] - feature[b]);
    const out = empty(close.length);
    for (const [place, row] of order.entries())
      out[row] = mean(
        order
          .slice(Math.max(0, place - 5), place + 6)
          .filter((k) => k !== row)
          .map((k) => next[k]),
      );
    return out;
  }),
  column(
    "shuffled-k-fold",
    "out-of-fold predictions of a five-fold split whose folds interleave",
    ({ close }) => {
      const momentum = pctChange(close, 12);
      const next = shift(pctChange(close), -1);
      const out = empty(close.length);
      for (let fold = 0; fold < 5; fold++) {
        const x = momentum.map((value, i) => (i % 5 === fold ? NaN : value));
        const { slope, intercept } = leastSquares(x, next);
        for (let i = fold; i < out.length; i += 5) out[i] = intercept + slope * momentum[i];
      }
      return out;
    },
  ),
  column("smoothed-regime", "a hidden Markov model's smoothed probability of the wild state", ({ close }) =>
    smoothed(pctChange(close)),
  ),
  column(
    "best-length-in-sample",
    "distance from the average whose length did best over all rows",
    ({ close }) => {
      const r = shift(pctChange(close), -1);
      let [best, most] = [10, -Infinity];
      for (const length of [10, 20, 40, 80]) {
        const average = rolling(close, length, mean);
        const earned = mean(r.map((x, i) => (close[i] > average[i] ? x : 0)));
        if (earned > most) [best, most] = [length, earned];
      }
      const average = rolling(close, best, mean);
      return close.map((x, i) => x / average[i] - 1);
    },
  ),
  column(
    "feature-by-correlation",
    "of four features the one that correlates most with the label, over all rows",
    (c) => {
      const label = shift(pctChange(c.close), -1);
      const features = [
        pctChange(c.close, 3),
        pctChange(c.close, 12),
        rolling(pctChange(c.close), 12, std),
        c.volume.slice(),
      ];
      let [best, most] = [features[0], -1];
      for (const feature of features) {
        const strength = Math.abs(leastSquares(feature, label).slope) * std(feature);
        if (strength > most) [best, most] = [feature, strength];
      }
      return best;
    },
  ),
  column("threshold-fitted", "a signal whose threshold earned most over all rows", ({ close }) => {
    const momentum = pctChange(close, 12);
    const next = shift(pctChange(close), -1);
    let [best, most] = [0, -Infinity];
    for (let k = 0; k < 30; k++) {
      const threshold = 0.0005 * k;
      const total = mean(next.map((x, i) => (momentum[i] > threshold ? x : 0)));
      if (total > most) [best, most] = [threshold, total];
    }
    return momentum.map((x) => (x > best ? 1 : 0));
  }),
  column(
    "decision-stump",
    "the split of volume that separates rises from falls best, over all rows",
    ({ close, volume }) => {
      const rises = shift(pctChange(close), -1);
      const low = min(volume);
      const high = max(volume);
      let [best, most] = [low, -Infinity];
      for (let k = 1; k < 40; k++) {
        const edge = low + (k / 40) * (high - low);
        const gap = Math.abs(
          mean(rises.filter((_, i) => volume[i] > edge)) - mean(rises.filter((_, i) => volume[i] <= edge)),
        );
        if (gap > most) [best, most] = [edge, gap];
      }
      return volume.map((v) => (v > best ? 1 : 0));
    },
  ),
  events(
    "winners-only",
    "a list of trades from which those that lost were taken out",
    ({ close, timestamp }) => {
      const found: { time: number; value: number }[] = [];
      for (let i = 30; i + 12 < close.length; i += 7)
        if (close[i + 12] > close[i]) found.push({ time: timestamp[i] + 300_000, value: close[i] });
      return found;
    },
  ),
];

/** Two states of fixed volatility; forward and backward pass over the whole sample. */
function smoothed(r: Float64Array): Float64Array {
  const sigmas = [0.0015, 0.0045];
  const stay = 0.98;
  const density = (x: number, s: number): number => Math.exp((-x * x) / (2 * s * s)) / s + 1e-12;
  const n = r.length;
  const forward: [number, number][] = [];
  let [a, b] = [0.5, 0.5];
  for (let i = 0; i < n; i++) {
    const x = Number.isNaN(r[i]) ? 0 : r[i];
    const p = (stay * a + (1 - stay) * b) * density(x, sigmas[0]);
    const q = (stay * b + (1 - stay) * a) * density(x, sigmas[1]);
    [a, b] = [p / (p + q), q / (p + q)];
    forward.push([a, b]);
  }
  const out = empty(n);
  let [c, d] = [1, 1];
  for (let i = n - 1; i >= 0; i--) {
    const [f, g] = forward[i];
    out[i] = (g * d) / (f * c + g * d);
    const x = Number.isNaN(r[i]) ? 0 : r[i];
    const p = c * density(x, sigmas[0]);
    const q = d * density(x, sigmas[1]);
    const [u, v] = [stay * p + (1 - stay) * q, stay * q + (1 - stay) * p];
    [c, d] = [u / (u + v), v / (u + v)];
  }
  return out;
}
