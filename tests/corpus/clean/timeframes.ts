import type { Candles } from "#engine/candles/candles.ts";
import { resample } from "#engine/candles/resample.ts";
import { type Case, column } from "../case.ts";
import { DAY, FIVE_MINUTES, HOUR, max, pctChange } from "../series.ts";

/** Higher timeframes from the close of their candles on, or as far as they had come. */
export const timeframes: Case[] = [
  column("hour-joined-by-close", "hourly candles joined by their close", ({ timestamp }, { candles }) => {
    const hours = candles[candles.length - 1];
    return timestamp.map((time) => lookUp(hours.timestamp, hours.close, time + FIVE_MINUTES - HOUR));
  }),
  column(
    "hour-shifted",
    "hourly momentum shifted by one hour, then joined by open time",
    ({ timestamp }, { candles }) => {
      const hours = candles[candles.length - 1];
      const momentum = pctChange(hours.close, 3);
      return timestamp.map((time) => {
        const row = rowOf(hours.timestamp, time);
        return row < 0 || hours.timestamp[row] + HOUR > time ? (momentum[row - 1] ?? NaN) : momentum[row];
      });
    },
  ),
  column("resampled-closed-only", "resampled to an hour, the unfinished one dropped", (c) => {
    const hours = resample(c, "1h");
    return c.timestamp.map((time) => lookUp(hours.timestamp, hours.high, time + FIVE_MINUTES - HOUR));
  }),
  column("hour-so-far", "the high of the hour as far as it has come", ({ timestamp, high }) => {
    let [hour, top] = [-1, -Infinity];
    return high.map((h, i) => {
      const of = Math.floor(timestamp[i] / HOUR);
      if (of !== hour) [hour, top] = [of, -Infinity];
      return (top = Math.max(top, h));
    });
  }),
  column("day-range-so-far", "place within the day's range so far", ({ timestamp, high, low, close }) => {
    let [day, top, bottom] = [-1, -Infinity, Infinity];
    return close.map((x, i) => {
      const of = Math.floor(timestamp[i] / DAY);
      if (of !== day) [day, top, bottom] = [of, -Infinity, Infinity];
      [top, bottom] = [Math.max(top, high[i]), Math.min(bottom, low[i])];
      return (x - bottom) / (top - bottom);
    });
  }),
  column("vwap-so-far", "the day's volume-weighted price so far", ({ timestamp, close, volume }) => {
    let [day, value, total] = [-1, 0, 0];
    return close.map((x, i) => {
      const of = Math.floor(timestamp[i] / DAY);
      if (of !== day) [day, value, total] = [of, 0, 0];
      value += x * volume[i];
      total += volume[i];
      return value / total;
    });
  }),
  column("yesterday-high", "distance to yesterday's high", ({ timestamp, high, close }) => {
    const tops = new Map<number, number>();
    for (let i = 0; i < high.length; i++) {
      const day = Math.floor(timestamp[i] / DAY);
      tops.set(day, max([tops.get(day) ?? -Infinity, high[i]]));
    }
    return close.map((x, i) => x / (tops.get(Math.floor(timestamp[i] / DAY) - 1) ?? NaN));
  }),
  column("last-week-mean", "the mean close of the week before", ({ timestamp, close }) => {
    const weeks = new Map<number, [sum: number, count: number]>();
    const weekOf = (time: number): number => Math.floor(time / (7 * DAY));
    for (let i = 0; i < close.length; i++) {
      const [sum, count] = weeks.get(weekOf(timestamp[i])) ?? [0, 0];
      weeks.set(weekOf(timestamp[i]), [sum + close[i], count + 1]);
    }
    return timestamp.map((time) => {
      const [sum, count] = weeks.get(weekOf(time) - 1) ?? [NaN, 1];
      return sum / count;
    });
  }),
  column(
    "month-end-by-calendar",
    "whether the next candle's open falls into another month",
    ({ timestamp }) =>
      timestamp.map((time) =>
        new Date(time + FIVE_MINUTES).getUTCMonth() === new Date(time).getUTCMonth() ? 0 : 1,
      ),
  ),
  column("time-to-funding", "minutes to the next multiple of eight hours", ({ timestamp }) =>
    timestamp.map((time) => (8 * HOUR - ((time + FIVE_MINUTES) % (8 * HOUR))) / 60_000),
  ),
  column("hour-of-day", "the hour, as a sine", ({ timestamp }) =>
    timestamp.map((time) => Math.sin((2 * Math.PI * (time % DAY)) / DAY)),
  ),
  column("finished-volume-bars", "the close of the last finished volume bar", ({ close, volume }) => {
    let [sum, last] = [0, NaN];
    return close.map((x, i) => {
      sum += volume[i];
      if (sum >= 120) [sum, last] = [0, x];
      return last;
    });
  }),
  column(
    "first-hour-of-day",
    "whether the close is above that of the day's first hour, once it is over",
    ({ timestamp, close }) => {
      const firsts = new Map<number, number>();
      return close.map((x, i) => {
        const day = Math.floor(timestamp[i] / DAY);
        if ((timestamp[i] + FIVE_MINUTES) % DAY === HOUR) firsts.set(day, x);
        const first = firsts.get(day);
        return first === undefined ? NaN : x > first ? 1 : 0;
      });
    },
  ),
];

function rowOf(times: Float64Array, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function lookUp(times: Candles["timestamp"], values: Float64Array, time: number): number {
  const row = rowOf(times, time);
  return row < 0 ? NaN : values[row];
}
