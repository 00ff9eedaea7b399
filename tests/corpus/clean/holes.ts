import { atCloses } from "#engine/leaks/subject.ts";
import { type Case, column, subject } from "../case.ts";
import { counted, empty, FIVE_MINUTES, ffill, mean, pctChange, rolling } from "../series.ts";

/** Holes that are filled with what came before them, or left. */
export const holes: Case[] = [
  subject("ffill-gaps", "candles put on a full grid, gaps filled forwards", ({ candles: [c] }) => {
    if (c.timestamp.length === 0) return [];
    const rows = (c.timestamp[c.timestamp.length - 1] - c.timestamp[0]) / FIVE_MINUTES + 1;
    const close = empty(rows);
    for (let i = 0; i < c.close.length; i++)
      close[(c.timestamp[i] - c.timestamp[0]) / FIVE_MINUTES] = c.close[i];
    const time = counted(rows, (i) => c.timestamp[0] + (i + 1) * FIVE_MINUTES);
    return [{ name: "ffill-gaps", time, values: ffill(close) }];
  }),
  column("warm-up-kept", "rolling(50).mean() with its unknown first rows", ({ close }) =>
    rolling(close, 50, mean),
  ),
  column("fillna-expanding-mean", "what is not known is the mean of what was", ({ close }) => {
    const r = pctChange(close, 60);
    let [sum, count] = [0, 0];
    return r.map((x) => {
      if (Number.isNaN(x)) return count === 0 ? 0 : sum / count;
      sum += x;
      count++;
      return x;
    });
  }),
  column("fillna-zero", "what is not known is 0", ({ close }) =>
    pctChange(close, 60).map((x) => (Number.isNaN(x) ? 0 : x)),
  ),
  column("last-traded-volume", "candles without trades take the last volume", ({ volume }) => {
    let last = 0;
    return volume.map((v) => (v === 0 ? last : (last = v)));
  }),
  column("spike-held", "a candle that jumps is held back until the next one bears it out", ({ close }) => {
    let held = close[0];
    return close.map((x, i) => {
      const before = close[i - 1] ?? x;
      if (Math.abs(x / held - 1) < 0.02 || Math.abs(x / before - 1) < 0.004) held = x;
      return held;
    });
  }),
  column("bad-tick-told-later", "a tick was bad when this candle took it back: told now", ({ close }) =>
    close.map((x, i) =>
      i >= 2 && Math.abs(close[i - 1] / close[i - 2] - 1) > 0.004 && Math.abs(x / close[i - 2] - 1) < 0.002
        ? 1
        : 0,
    ),
  ),
  subject("gap-flag-after", "a flag at the first candle after a hole", ({ candles: [c] }) =>
    atCloses(c, {
      "gap-flag-after": c.timestamp.map((t, i) => (i > 0 && t - c.timestamp[i - 1] > FIVE_MINUTES ? 1 : 0)),
    }),
  ),
  subject("dropna", "rows before the first value are left out", ({ candles: [c] }) => {
    const [all] = atCloses(c, { dropna: pctChange(c.close, 24) });
    return [{ ...all, time: all.time.slice(24), values: all.values.slice(24) }];
  }),
  subject(
    "sorted-first",
    "rows sorted by time and freed of repetitions before anything else",
    ({ candles: [c] }) => {
      const order = Array.from(c.timestamp.keys()).sort((a, b) => c.timestamp[b] - c.timestamp[a]);
      order.sort((a, b) => c.timestamp[a] - c.timestamp[b]);
      const close = Float64Array.from(order, (i) => c.close[i]);
      return atCloses(c, { "sorted-first": rolling(close, 10, mean) });
    },
  ),
];
