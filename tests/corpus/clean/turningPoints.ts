import { type Case, column, events } from "../case.ts";
import { max, min } from "../series.ts";

/** Turning points that are told when they could be seen. */
export const turningPoints: Case[] = [
  column("pivot-confirmed", "a high above the five on either side, told five candles later", ({ high }) =>
    high.map((_, i) => (i >= 10 && high[i - 5] === max(high.subarray(i - 10, i + 1)) ? 1 : 0)),
  ),
  column("fractal-shifted", "Williams' fractal, two candles after its middle", ({ low }) =>
    low.map((_, i) =>
      low[i - 2] < low[i - 3] && low[i - 2] < low[i - 4] && low[i - 2] < low[i - 1] && low[i - 2] < low[i]
        ? 1
        : 0,
    ),
  ),
  column("extrema-shifted", "argrelextrema shifted by its order", ({ close }) =>
    close.map((_, i) => {
      const middle = i - 12;
      if (middle < 12) return 0;
      for (let k = 1; k <= 12; k++)
        if (close[middle - k] >= close[middle] || close[middle + k] >= close[middle]) return 0;
      return 1;
    }),
  ),
  column("zigzag-as-seen", "the direction of the zigzag as it stood at each row", ({ close }) => {
    let [direction, extreme] = [1, 0];
    return close.map((x, i) => {
      const isFurther = direction > 0 ? x > close[extreme] : x < close[extreme];
      const turned = direction > 0 ? x < close[extreme] * 0.985 : x > close[extreme] * 1.015;
      if (isFurther) extreme = i;
      else if (turned) [direction, extreme] = [-direction, i];
      return direction;
    });
  }),
  column("support-confirmed", "the latest pivot low, from its confirmation on", ({ low }) => {
    let level = NaN;
    return low.map((_, i) => {
      if (i >= 8 && low[i - 4] === min(low.subarray(i - 8, i + 1))) level = low[i - 4];
      return level;
    });
  }),
  events(
    "double-top-confirmed",
    "double tops, told when the second top is confirmed",
    ({ high, timestamp }) => {
      const found: { time: number; value: number }[] = [];
      const tops: number[] = [];
      for (let i = 6; i + 6 < high.length; i++) {
        if (high[i] < max(high.subarray(i - 6, i + 7))) continue;
        const before = tops[tops.length - 1];
        if (before !== undefined && i - before < 60 && Math.abs(high[i] / high[before] - 1) < 0.004)
          found.push({ time: timestamp[i + 6] + 300_000, value: high[i] });
        tops.push(i);
      }
      return found;
    },
  ),
  column("new-low", "a close below those of the last 50", ({ close }) =>
    close.map((x, i) => (i >= 50 && x < min(close.subarray(i - 50, i)) ? 1 : 0)),
  ),
  column("rise-off-low", "has risen 1 % from the low of the last two hours", ({ close, low }) =>
    close.map((x, i) => (x > 1.01 * min(low.subarray(Math.max(0, i - 23), i + 1)) ? 1 : 0)),
  ),
];
