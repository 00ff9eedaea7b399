import { type Case, column } from "../case.ts";
import { empty, ewm, max, mean, median, min, pctChange, quantile, rolling, std } from "../series.ts";

/** Scaling by the past. */
export const scaling: Case[] = [
  column("rolling-zscore", "(x - rolling mean) / rolling deviation", ({ close }) => {
    const [m, s] = [rolling(close, 100, mean), rolling(close, 100, std)];
    return close.map((x, i) => (x - m[i]) / s[i]);
  }),
  column("expanding-zscore", "expanding mean and deviation by Welford", ({ close }) => {
    let [n, m, q] = [0, 0, 0];
    return close.map((x) => {
      n++;
      const d = x - m;
      m += d / n;
      q += d * (x - m);
      return n < 30 ? NaN : (x - m) / Math.sqrt(q / (n - 1));
    });
  }),
  column("expanding-minmax", "place between the lowest and the highest so far", ({ close }) => {
    let [low, high] = [Infinity, -Infinity];
    return close.map((x) => {
      [low, high] = [Math.min(low, x), Math.max(high, x)];
      return (x - low) / (high - low);
    });
  }),
  column("rolling-robust", "median and interquartile range of the last 60 returns", ({ close }) => {
    const r = pctChange(close);
    return r.map((x, i) => {
      if (i < 60) return NaN;
      const window = r.slice(i - 59, i + 1);
      return (x - median(window)) / (quantile(window, 0.75) - quantile(window, 0.25));
    });
  }),
  column("rolling-rank", "place among the last 40 returns", ({ close }) =>
    rolling(pctChange(close), 40, (w) => w.filter((x) => x <= w[39]).length / 40),
  ),
  column("expanding-quintile", "quintile among all volumes so far", ({ volume }) => {
    const sorted: number[] = [];
    return volume.map((v) => {
      let [low, high] = [0, sorted.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (sorted[middle] < v) low = middle + 1;
        else high = middle;
      }
      sorted.splice(low, 0, v);
      return Math.floor((5 * low) / sorted.length);
    });
  }),
  column("winsorised-rolling", "returns clipped at quantiles of the last 60", ({ close }) => {
    const r = pctChange(close);
    return r.map((x, i) => {
      if (i < 60) return NaN;
      const window = r.slice(i - 59, i + 1);
      return Math.min(quantile(window, 0.99), Math.max(quantile(window, 0.01), x));
    });
  }),
  column("outliers-by-past", "rows further than four past deviations are dropped", ({ close }) => {
    const r = pctChange(close);
    const s = rolling(r, 100, std);
    return r.map((x, i) => (Math.abs(x) > 4 * (s[i - 1] ?? NaN) ? NaN : x));
  }),
  column("first-week-scaler", "a scaler fitted on the first 1000 rows and used after them", ({ close }) => {
    if (close.length < 1000) return empty(close.length);
    const train = close.subarray(0, 1000);
    const [m, s] = [mean(train), std(train)];
    return close.map((x, i) => (i < 999 ? NaN : (x - m) / s));
  }),
  column("volatility-target-trailing", "leverage by the volatility of the last day", ({ close }) => {
    const r = pctChange(close);
    const s = rolling(r, 288, std);
    return r.map((_, i) => 0.0003 / s[i]);
  }),
  column("regime-by-past-median", "wild when volatility is above its median of the last 80", ({ close }) => {
    const v = ewm(pctChange(close).map(Math.abs), 0.05);
    return v.map((x, i) => (i < 80 ? NaN : x > median(v.slice(i - 79, i + 1)) ? 1 : 0));
  }),
  column("two-means-refitted", "k-means refitted every 800 rows on what came before", ({ close }) => {
    const v = rolling(pctChange(close), 24, std);
    let [a, b] = [NaN, NaN];
    return v.map((x, i) => {
      if (i % 800 === 0 && i >= 800) {
        const past = v.slice(24, i);
        [a, b] = [quantile(past, 0.25), quantile(past, 0.75)];
        for (let k = 0; k < 10; k++) {
          const near = past.filter((y) => Math.abs(y - a) < Math.abs(y - b));
          const far = past.filter((y) => !(Math.abs(y - a) < Math.abs(y - b)));
          [a, b] = [mean(near), mean(far)];
        }
      }
      return Number.isNaN(a) ? NaN : Math.abs(x - a) < Math.abs(x - b) ? 0 : 1;
    });
  }),
  column("row-number", "a trend feature that counts rows", ({ close }) => close.map((_, i) => i / 1000)),
  column(
    "rolling-fibonacci",
    "place between the low and the high of the last 200 candles",
    ({ close, high, low }) => {
      const [bottom, top] = [rolling(low, 200, min), rolling(high, 200, max)];
      return close.map((x, i) => (x - bottom[i]) / (top[i] - bottom[i]));
    },
  ),
  column("volume-profile-so-far", "distance to the price with most volume so far", ({ close, volume }) => {
    const byPrice = new Map<number, number>();
    let [best, most] = [NaN, -1];
    return close.map((x, i) => {
      const level = Math.round(x);
      const sum = (byPrice.get(level) ?? 0) + volume[i];
      byPrice.set(level, sum);
      if (sum > most) [best, most] = [level, sum];
      return x - best;
    });
  }),
  column("first-price-normalised", "prices as a multiple of the first one", ({ close }) =>
    close.map((x) => x / close[0]),
  ),
  column("volume-by-average", "volume by its mean of the last day", ({ volume }) => {
    const m = rolling(volume, 288, mean);
    return volume.map((v, i) => v / m[i]);
  }),
  column("constant-share", "a column that is the same whatever comes", ({ close }) => close.map(() => 0.5)),
];
