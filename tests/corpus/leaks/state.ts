import { atCloses } from "#engine/leaks/subject.ts";
import { type Case, column } from "../case.ts";
import { mean, pctChange, std } from "../series.ts";

/** What is left over from another run, or from chance: such columns cannot be believed, whatever they see. */
export const state: Case[] = [
  column("unseeded-noise", "features jittered by Math.random against overfitting", ({ close }) =>
    pctChange(close).map((x) => x * (1 + 0.01 * Math.random())),
  ),
  column("random-forest-unseeded", "a mean over rows drawn without a seed", ({ close }) => {
    let sum = 0;
    for (let k = 0; k < 50; k++) sum += close[Math.floor(Math.random() * close.length)];
    return close.map((x) => x - sum / 50);
  }),
  {
    name: "scaler-kept",
    says: "a scaler that is fitted at the first call and kept",
    create: () => {
      let fitted: { m: number; s: number } | undefined;
      return ({ candles: [c] }) => {
        fitted ??= { m: mean(c.close), s: std(c.close) };
        const { m, s } = fitted;
        return atCloses(c, { "scaler-kept": c.close.map((x) => (x - m) / s) });
      };
    },
  },
  {
    name: "cache-by-symbol",
    says: "columns cached by symbol: whoever asks again gets those of before",
    create: () => {
      const cache = new Map<string, Float64Array>();
      return ({ candles: [c] }) => {
        const known = cache.get(c.symbol) ?? pctChange(c.close);
        cache.set(c.symbol, known);
        return atCloses(c, { "cache-by-symbol": c.close.map((_, i) => known[i] ?? NaN) });
      };
    },
  },
  {
    name: "running-maximum-kept",
    says: "a maximum that goes on from the last call",
    create: () => {
      let top = -Infinity;
      return ({ candles: [c] }) =>
        atCloses(c, { "running-maximum-kept": c.close.map((x) => x / (top = Math.max(top, x))) });
    },
  },
  column(
    "split-seeded-by-length",
    "train rows drawn by a seeded shuffle of all, scaled by their mean",
    ({ close }) => {
      let s = 7;
      const next = (): number => (s = (s * 16807) % 2147483647) / 2147483647;
      const train = close.filter(() => next() < 0.7);
      const m = mean(train);
      return close.map((x) => x / m - 1);
    },
  ),
];
