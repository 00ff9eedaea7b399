import { type Case, column } from "../case.ts";
import {
  counted,
  leastSquares,
  max,
  mean,
  median,
  min,
  pctChange,
  quantile,
  rolling,
  std,
} from "../series.ts";

/** Figures of the whole sample in every row of it. */
export const scaling: Case[] = [
  column("standard-scaler", "StandardScaler().fit_transform(close)", ({ close }) => {
    const [m, s] = [mean(close), std(close)];
    return close.map((x) => (x - m) / s);
  }),
  column("minmax-scaler", "MinMaxScaler().fit_transform(close)", ({ close }) => {
    const [low, high] = [min(close), max(close)];
    return close.map((x) => (x - low) / (high - low));
  }),
  column("robust-scaler", "RobustScaler on returns", ({ close }) => {
    const r = pctChange(close);
    const [m, iqr] = [median(r), quantile(r, 0.75) - quantile(r, 0.25)];
    return r.map((x) => (x - m) / iqr);
  }),
  column("percentile-rank", "returns.rank(pct=True) over all rows", ({ close }) => {
    const r = pctChange(close);
    const sorted = r.filter((x) => !Number.isNaN(x)).sort();
    return r.map((x) => {
      if (Number.isNaN(x)) return NaN;
      let [low, high] = [0, sorted.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (sorted[middle] <= x) low = middle + 1;
        else high = middle;
      }
      return low / sorted.length;
    });
  }),
  column("qcut", "pd.qcut(volume, 5): quintiles of the whole sample", ({ volume }) => {
    const edges = [0.2, 0.4, 0.6, 0.8].map((q) => quantile(volume, q));
    return volume.map((v) => edges.filter((edge) => v > edge).length);
  }),
  column("winsorised", "returns clipped at the 1st and 99th percentile of all", ({ close }) => {
    const r = pctChange(close);
    const [low, high] = [quantile(r, 0.01), quantile(r, 0.99)];
    return r.map((x) => Math.min(high, Math.max(low, x)));
  }),
  column("outliers-masked", "rows further than four standard deviations of all are dropped", ({ close }) => {
    const r = pctChange(close);
    const [m, s] = [mean(r), std(r)];
    return r.map((x) => (Math.abs(x - m) > 4 * s ? NaN : x));
  }),
  column(
    "principal-component",
    "the first principal component of three features, fitted on all rows",
    (c) => {
      const features = [pctChange(c.close), pctChange(c.close, 12), c.volume.map((v) => Math.log1p(v))];
      const scaled = features.map((f) => {
        const [m, s] = [mean(f), std(f)];
        return f.map((x) => (x - m) / s);
      });
      let direction = [1, 1, 1];
      for (let k = 0; k < 30; k++) {
        const next = [0, 0, 0];
        for (let i = 12; i < c.close.length; i++) {
          const score = scaled.reduce((sum, f, j) => sum + f[i] * direction[j], 0);
          scaled.forEach((f, j) => {
            next[j] += f[i] * score;
          });
        }
        const length = Math.hypot(...next) || 1;
        direction = next.map((x) => x / length);
      }
      return c.close.map((_, i) => scaled.reduce((sum, f, j) => sum + f[i] * direction[j], 0));
    },
  ),
  column(
    "train-share-scaler",
    "a scaler fitted on the first four fifths, whichever rows those are",
    ({ close }) => {
      const train = close.subarray(0, Math.floor(0.8 * close.length));
      const [m, s] = [mean(train), std(train)];
      return close.map((x) => (x - m) / s);
    },
  ),
  column("volatility-target", "leverage that brings the whole sample to 10 % a year", ({ close }) => {
    const s = std(pctChange(close));
    return pctChange(close).map((x) => (0.0003 / s) * x);
  }),
  column("two-means-regime", "k-means with two clusters over the volatility of all rows", ({ close }) => {
    const v = rolling(pctChange(close), 24, std);
    let [a, b] = [quantile(v, 0.25), quantile(v, 0.75)];
    for (let k = 0; k < 20; k++) {
      const isNearA = (x: number): boolean => Math.abs(x - a) < Math.abs(x - b);
      [a, b] = [mean(v.filter((x) => isNearA(x))), mean(v.filter((x) => !Number.isNaN(x) && !isNearA(x)))];
    }
    return v.map((x) => (Number.isNaN(x) ? NaN : Math.abs(x - a) < Math.abs(x - b) ? 0 : 1));
  }),
  column("time-index", "a trend feature from 0 to 1 over the sample", ({ close }) =>
    close.map((_, i) => i / (close.length - 1)),
  ),
  column(
    "fibonacci-levels",
    "place between the lowest low and the highest high of the chart",
    ({ close, high, low }) => {
      const [bottom, top] = [min(low), max(high)];
      return close.map((x) => (x - bottom) / (top - bottom));
    },
  ),
  column(
    "volume-profile",
    "distance to the price with most volume, over the whole chart",
    ({ close, volume }) => {
      const byPrice = new Map<number, number>();
      for (let i = 0; i < close.length; i++) {
        const level = Math.round(close[i]);
        byPrice.set(level, (byPrice.get(level) ?? 0) + volume[i]);
      }
      const [best] = [...byPrice].sort(([, a], [, b]) => b - a)[0] ?? [NaN];
      return close.map((x) => x - best);
    },
  ),
  column("last-price-normalised", "prices as a fraction of the latest one", ({ close }) =>
    close.map((x) => x / close[close.length - 1]),
  ),
  column("volume-by-total", "each candle's volume as a share of all", ({ volume }) => {
    const total = volume.reduce((sum, v) => sum + v, 0);
    return volume.map((v) => v / total);
  }),
  column(
    "signal-of-global-z",
    "long when the close is below the mean of all by one deviation",
    ({ close }) => {
      const [m, s] = [mean(close), std(close)];
      return close.map((x) => (x < m - s ? 1 : x > m + s ? -1 : 0));
    },
  ),
  column(
    "regression-residual",
    "distance from the regression channel drawn over the chart",
    ({ close, volume }) => {
      const { slope, intercept } = leastSquares(
        counted(close.length, (i) => i),
        close,
      );
      return close.map((x, i) => (x > intercept + slope * i ? volume[i] : 0));
    },
  ),
  column("histogram-bin", "ten bins between the lowest and the highest return", ({ close }) => {
    const r = pctChange(close);
    const [low, high] = [min(r), max(r)];
    return r.map((x) => Math.min(9, Math.floor((10 * (x - low)) / (high - low))));
  }),
];
