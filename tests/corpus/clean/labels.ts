import { atCloses } from "#engine/leaks/subject.ts";
import { type Case, column, events, subject } from "../case.ts";
import { counted, empty, leastSquares, mean, pctChange, rolling, shift, std } from "../series.ts";

/** Labels when they are settled, and models that had seen no others. */
export const labels: Case[] = [
  subject(
    "label-at-its-end",
    "the label of the next hour, used from the end of that hour on",
    ({ candles: [c] }) => {
      const [all] = atCloses(c, { label: pctChange(c.close, 12) });
      return [{ ...all, name: "label-at-its-end" }];
    },
  ),
  events(
    "triple-barrier-settled",
    "the outcome of a triple barrier when the barrier is touched",
    ({ close, high, low, timestamp }) => {
      const found: { time: number; value: number }[] = [];
      for (let i = 10; i < close.length; i += 10) {
        for (let k = i + 1; k <= Math.min(close.length - 1, i + 48); k++) {
          const outcome =
            low[k] <= close[i] * 0.992 ? -1 : high[k] >= close[i] * 1.008 ? 1 : k === i + 48 ? 0 : undefined;
          if (outcome === undefined) continue;
          found.push({ time: timestamp[k] + 300_000, value: outcome });
          break;
        }
      }
      return found;
    },
  ),
  column("past-slope", "the slope of the last 24 closes", ({ close }) => {
    const x = counted(24, (i) => i);
    return rolling(close, 24, (window) => leastSquares(x, window).slope);
  }),
  column(
    "hour-encoding-settled",
    "mean next return of the row's hour, from returns that are over",
    ({ close, timestamp }) => {
      const r = pctChange(close);
      const sums = new Float64Array(24);
      const counts = new Float64Array(24);
      return close.map((_, i) => {
        if (i > 0) {
          // This candle's return was the next one of the candle before.
          const before = new Date(timestamp[i - 1]).getUTCHours();
          sums[before] += r[i];
          counts[before]++;
        }
        const hour = new Date(timestamp[i]).getUTCHours();
        return sums[hour] / counts[hour];
      });
    },
  ),
  column("settled-hit-rate", "an expanding hit rate of labels that are settled", ({ close }) => {
    let [won, count] = [0, 0];
    return close.map((x, i) => {
      const then = close[i - 6];
      if (then !== undefined) {
        count++;
        if (x > then) won++;
      }
      return won / count;
    });
  }),
  column(
    "walk-forward-regression",
    "a regression refitted every 300 rows on settled labels, purged",
    ({ close }) => {
      const momentum = pctChange(close, 12);
      const label = shift(pctChange(close, 6), -6);
      let model = { slope: NaN, intercept: NaN };
      return momentum.map((x, i) => {
        // A label of six rows is settled six rows later: those of the last six are not used.
        if (i % 300 === 0 && i >= 300)
          model = leastSquares(momentum.subarray(12, i - 5), label.subarray(12, i - 5));
        return model.intercept + model.slope * x;
      });
    },
  ),
  column("past-neighbours", "the mean next return of the ten most similar settled rows", ({ close }) => {
    const feature = pctChange(close, 12);
    const next = shift(pctChange(close), -1);
    const sorted: { x: number; y: number }[] = [];
    return feature.map((x, i) => {
      if (i > 12) {
        const settled = { x: feature[i - 1], y: next[i - 1] };
        let [low, high] = [0, sorted.length];
        while (low < high) {
          const middle = (low + high) >> 1;
          if (sorted[middle].x < settled.x) low = middle + 1;
          else high = middle;
        }
        sorted.splice(low, 0, settled);
      }
      if (Number.isNaN(x) || sorted.length < 10) return NaN;
      let [low, high] = [0, sorted.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (sorted[middle].x < x) low = middle + 1;
        else high = middle;
      }
      const from = Math.min(Math.max(0, low - 5), sorted.length - 10);
      return mean(sorted.slice(from, from + 10).map(({ y }) => y));
    });
  }),
  column("filtered-regime", "a hidden Markov model's filtered probability of the wild state", ({ close }) => {
    const density = (x: number, s: number): number => Math.exp((-x * x) / (2 * s * s)) / s + 1e-12;
    let [a, b] = [0.5, 0.5];
    return pctChange(close).map((r) => {
      const x = Number.isNaN(r) ? 0 : r;
      const p = (0.98 * a + 0.02 * b) * density(x, 0.0015);
      const q = (0.98 * b + 0.02 * a) * density(x, 0.0045);
      [a, b] = [p / (p + q), q / (p + q)];
      return b;
    });
  }),
  column("best-length-so-far", "distance from the average whose length did best so far", ({ close }) => {
    const lengths = [10, 20, 40, 80];
    const averages = lengths.map((length) => rolling(close, length, mean));
    const r = pctChange(close);
    const earned = new Float64Array(lengths.length);
    return close.map((x, i) => {
      averages.forEach((average, k) => {
        if (i > 0 && close[i - 1] > average[i - 1]) earned[k] += r[i];
      });
      let best = 0;
      for (let k = 1; k < earned.length; k++) if (earned[k] > earned[best]) best = k;
      return x / averages[best][i] - 1;
    });
  }),
  column("threshold-refitted", "a threshold that is chosen anew every 500 rows", ({ close }) => {
    const momentum = pctChange(close, 12);
    const r = pctChange(close);
    let best = 0;
    return momentum.map((x, i) => {
      if (i % 500 === 0 && i > 0) {
        let most = -Infinity;
        for (let k = 0; k < 20; k++) {
          let total = 0;
          for (let j = 13; j <= i; j++) if (momentum[j - 1] > 0.0005 * k) total += r[j];
          if (total > most) [best, most] = [0.0005 * k, total];
        }
      }
      return x > best ? 1 : 0;
    });
  }),
  column(
    "online-perceptron",
    "a perceptron that learns from each candle after it has guessed",
    ({ close, volume }) => {
      const r = pctChange(close);
      const w = [0, 0, 0];
      let [guess, x] = [0, [0, 0, 0]];
      return close.map((_, i) => {
        const label = Math.sign(r[i]);
        if (i > 20 && guess !== label) for (let k = 0; k < 3; k++) w[k] += 0.1 * label * x[k];
        x = [1, i > 20 ? 100 * r[i] : 0, i > 20 && volume[i - 1] > 0 ? volume[i] / volume[i - 1] - 1 : 0];
        const score = w.reduce((sum, weight, k) => sum + weight * x[k], 0);
        guess = score > 0 ? 1 : -1;
        return score;
      });
    },
  ),
  column("trained-elsewhere", "a model whose weights were fixed on other data", ({ close }) => {
    const [a, b] = [pctChange(close, 3), rolling(pctChange(close), 24, std)];
    return a.map((x, i) => 1 / (1 + Math.exp(-(0.2 + 31 * x - 80 * b[i]))));
  }),
  column("win-rate-of-closed", "the share of trades won among those that are over", ({ close }) => {
    const opened: number[] = [];
    let [won, count] = [0, 0];
    return close.map((x, i) => {
      while (opened.length > 0 && i - opened[0] >= 12) {
        const entry = opened.shift() ?? 0;
        count++;
        if (x > close[entry]) won++;
      }
      if (i % 7 === 0) opened.push(i);
      return count === 0 ? NaN : won / count;
    });
  }),
  column(
    "feature-chosen-monthly",
    "of two features the one that correlated more with settled returns so far",
    ({ close }) => {
      const r = pctChange(close);
      const features = [pctChange(close, 3), pctChange(close, 24)];
      const sums = [0, 0];
      const out = empty(close.length);
      let chosen = 0;
      for (let i = 25; i < close.length; i++) {
        features.forEach((f, k) => {
          sums[k] += f[i - 1] * r[i];
        });
        if (i % 288 === 0) chosen = Math.abs(sums[1]) > Math.abs(sums[0]) ? 1 : 0;
        out[i] = features[chosen][i];
      }
      return out;
    },
  ),
];
