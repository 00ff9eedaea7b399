import { type Case, column, events } from "../case.ts";
import { empty, max, min } from "../series.ts";

/** Turning points that are marked where they were, not where they could be seen. */
export const turningPoints: Case[] = [
  column("pivot-high", "a high above the five on either side, marked at the high", ({ high }) =>
    high.map((h, i) => (i >= 5 && i + 5 < high.length && h === max(high.subarray(i - 5, i + 6)) ? 1 : 0)),
  ),
  column("williams-fractal", "Williams' fractal at its middle candle", ({ low }) =>
    low.map((l, i) => (l < low[i - 1] && l < low[i - 2] && l < low[i + 1] && l < low[i + 2] ? 1 : 0)),
  ),
  column("argrelextrema", "argrelextrema(close, np.greater, order=12)", ({ close }) =>
    close.map((x, i) => {
      for (let k = 1; k <= 12; k++) if (close[i - k] >= x || close[i + k] >= x) return 0;
      return 1;
    }),
  ),
  column("zigzag-direction", "the direction of the zigzag leg that a row lies on", ({ close }) => {
    const out = empty(close.length);
    let [direction, extreme] = [1, 0];
    for (let i = 1; i < close.length; i++) {
      const isFurther = direction > 0 ? close[i] > close[extreme] : close[i] < close[extreme];
      const turned = direction > 0 ? close[i] < close[extreme] * 0.985 : close[i] > close[extreme] * 1.015;
      if (isFurther) extreme = i;
      else if (turned) {
        // The leg is drawn anew from its turning point on.
        direction = -direction;
        out.fill(direction, extreme + 1, i);
        extreme = i;
      }
      out[i] = direction;
    }
    return out;
  }),
  column("support-level", "the latest pivot low, from the candle of the low on", ({ low }) => {
    let level = NaN;
    return low.map((l, i) => {
      if (i >= 4 && l === min(low.subarray(i - 4, Math.min(low.length, i + 5)))) level = l;
      return level;
    });
  }),
  events("double-top", "double tops, told at the second top", ({ high, timestamp }) => {
    const found: { time: number; value: number }[] = [];
    const tops: number[] = [];
    for (let i = 6; i + 6 < high.length; i++) {
      if (high[i] < max(high.subarray(i - 6, i + 7))) continue;
      const before = tops[tops.length - 1];
      if (before !== undefined && i - before < 60 && Math.abs(high[i] / high[before] - 1) < 0.004)
        found.push({ time: timestamp[i] + 300_000, value: high[i] });
      tops.push(i);
    }
    return found;
  }),
  column("swing-distance", "rows since the latest swing low, counted from the low itself", ({ close }) => {
    let last = 0;
    return close.map((x, i) => {
      if (x <= min(close.subarray(Math.max(0, i - 10), i + 11))) last = i;
      return i - last;
    });
  }),
  column(
    "bottom-confirmed-by-rise",
    "a buy at lows after which the price rose 1 % within two hours",
    ({ close, low }) => low.map((l, i) => (max(close.subarray(i + 1, i + 25)) > 1.01 * l ? 1 : 0)),
  ),
];
