import { atCloses } from "#engine/leaks/subject.ts";
import { type Case, column, subject } from "../case.ts";
import { bfill, counted, empty, FIVE_MINUTES, ffill, mean, pctChange, rolling } from "../series.ts";

/** Holes that are filled with what comes after them. */
export const holes: Case[] = [
  subject("bfill-gaps", "candles put on a full grid, gaps filled from behind", ({ candles: [c] }) => {
    const { time, close } = onGrid(c);
    return [{ name: "bfill-gaps", time, values: bfill(close) }];
  }),
  subject("interpolated-gaps", "gaps filled by a straight line: interpolate()", ({ candles: [c] }) => {
    const { time, close } = onGrid(c);
    const out = close.slice();
    for (let i = 1, last = 0; i < out.length; i++) {
      if (Number.isNaN(close[i])) continue;
      for (let k = last + 1; k < i; k++)
        out[k] = close[last] + ((k - last) / (i - last)) * (close[i] - close[last]);
      last = i;
    }
    return [{ name: "interpolated-gaps", time, values: out }];
  }),
  subject("nearest-fill", "reindex(grid, method='nearest')", ({ candles: [c] }) => {
    const { time, close } = onGrid(c);
    const [before, after] = [ffill(close), bfill(close)];
    const distance = (step: 1 | -1, i: number): number => {
      let k = i;
      while (k >= 0 && k < close.length && Number.isNaN(close[k])) k += step;
      return k < 0 || k >= close.length ? Infinity : Math.abs(k - i);
    };
    return [
      {
        name: "nearest-fill",
        time,
        values: close.map((x, i) =>
          Number.isNaN(x) ? (distance(1, i) < distance(-1, i) ? after[i] : before[i]) : x,
        ),
      },
    ];
  }),
  column("bfill-warm-up", "rolling(50).mean().bfill(): the first rows take the first mean", ({ close }) =>
    bfill(rolling(close, 50, mean)),
  ),
  column("fillna-mean", "what is not known yet is the mean of the whole column", ({ close }) => {
    const r = pctChange(close, 60);
    const m = mean(r);
    return r.map((x) => (Number.isNaN(x) ? m : x));
  }),
  column("fillna-median-volume", "candles without trades take the mean volume of all", ({ volume }) => {
    const m = mean(volume);
    return volume.map((v) => (v === 0 ? m : v));
  }),
  column("next-traded-volume", "candles without trades take the next volume", ({ volume }) => {
    const out = volume.slice();
    for (let i = out.length - 2; i >= 0; i--) if (out[i] === 0) out[i] = out[i + 1];
    return out;
  }),
  column("spike-interpolated", "a candle that jumps is the mean of its neighbours", ({ close }) =>
    close.map((x, i) => {
      if (i === 0 || i + 1 >= close.length) return x;
      return Math.abs(x / close[i - 1] - 1) > 0.02 ? (close[i - 1] + close[i + 1]) / 2 : x;
    }),
  ),
  column("bad-tick-by-return", "a tick is bad when the next one takes it back", ({ close }) =>
    close.map((x, i) => {
      const next = close[i + 1];
      if (i === 0 || next === undefined) return 0;
      return Math.abs(x / close[i - 1] - 1) > 0.004 && Math.abs(next / close[i - 1] - 1) < 0.002 ? 1 : 0;
    }),
  ),
  subject(
    "information-bfilled",
    "ffill().bfill(): before the first figure stands the first figure",
    ({ candles: [c], information: [figures] }) => {
      const known = empty(c.close.length);
      for (let i = 0; i < known.length; i++) {
        for (let k = 0; k < figures.availableAt.length; k++)
          if (figures.availableAt[k] <= c.timestamp[i] + FIVE_MINUTES) known[i] = figures.values.value[k];
      }
      return atCloses(c, { "information-bfilled": bfill(known) });
    },
  ),
];

function onGrid({ timestamp, close }: { timestamp: Float64Array; close: Float64Array }): {
  time: Float64Array;
  close: Float64Array;
} {
  if (timestamp.length === 0) return { time: new Float64Array(0), close: new Float64Array(0) };
  const rows = (timestamp[timestamp.length - 1] - timestamp[0]) / FIVE_MINUTES + 1;
  const out = empty(rows);
  for (let i = 0; i < close.length; i++) out[(timestamp[i] - timestamp[0]) / FIVE_MINUTES] = close[i];
  return { time: counted(rows, (i) => timestamp[0] + (i + 1) * FIVE_MINUTES), close: out };
}
