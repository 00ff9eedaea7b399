import type { Candles } from "#engine/candles/candles.ts";
import { type Case, column } from "../case.ts";
import { counted, DAY, empty, groups, HOUR, max, mean, min, pctChange } from "../series.ts";

/** Higher timeframes that are there before they are over. */
export const timeframes: Case[] = [
  column(
    "hour-joined-by-open",
    "merge_asof of hourly candles on their open time",
    ({ timestamp }, { candles }) => {
      const hours = hourly(candles);
      return timestamp.map((time) => lookUp(hours.timestamp, hours.close, time));
    },
  ),
  column(
    "hour-rsi-joined-by-open",
    "an hourly momentum joined by the hour's open time",
    ({ timestamp }, { candles }) => {
      const hours = hourly(candles);
      const momentum = pctChange(hours.close, 3);
      return timestamp.map((time) => lookUp(hours.timestamp, momentum, time));
    },
  ),
  column("hour-transform-last", "groupby(hour).close.transform('last')", ({ timestamp, close }) =>
    byGroup(timestamp, HOUR, (rows) => close[rows[rows.length - 1]]),
  ),
  column("hour-transform-mean", "resample('1h').mean() broadcast back to its rows", ({ timestamp, close }) =>
    byGroup(timestamp, HOUR, (rows) => mean(rows.map((row) => close[row]))),
  ),
  column("day-high", "distance to the day's high, known from midnight on", ({ timestamp, high, close }) => {
    const tops = byGroup(timestamp, DAY, (rows) => max(rows.map((row) => high[row])));
    return close.map((x, i) => x / tops[i]);
  }),
  column("day-range-place", "place within the day's range", ({ timestamp, high, low, close }) => {
    const tops = byGroup(timestamp, DAY, (rows) => max(rows.map((row) => high[row])));
    const bottoms = byGroup(timestamp, DAY, (rows) => min(rows.map((row) => low[row])));
    return close.map((x, i) => (x - bottoms[i]) / (tops[i] - bottoms[i]));
  }),
  column(
    "day-vwap",
    "the whole day's volume-weighted price in each of its rows",
    ({ timestamp, close, volume }) =>
      byGroup(timestamp, DAY, (rows) => {
        const total = rows.reduce((sum, row) => sum + volume[row], 0);
        return rows.reduce((sum, row) => sum + close[row] * volume[row], 0) / total;
      }),
  ),
  column("week-mean", "the mean of the calendar week that a row lies in", ({ timestamp, close }) =>
    byGroup(timestamp, 7 * DAY, (rows) => mean(rows.map((row) => close[row]))),
  ),
  column("asof-forward", "merge_asof(direction='forward')", ({ timestamp }, { candles }) => {
    const hours = hourly(candles);
    return timestamp.map((time) => {
      const row = hours.timestamp.findIndex((open) => open >= time);
      return row < 0 ? NaN : hours.close[row];
    });
  }),
  column("asof-nearest", "merge_asof(direction='nearest')", ({ timestamp }, { candles }) => {
    const hours = hourly(candles);
    return timestamp.map((time) => {
      let best = 0;
      for (let k = 1; k < hours.timestamp.length; k++)
        if (Math.abs(hours.timestamp[k] - time) < Math.abs(hours.timestamp[best] - time)) best = k;
      return hours.close[best] ?? NaN;
    });
  }),
  column(
    "resampled-label-left",
    "resample('30min', label='left') reindexed and filled forwards",
    ({ timestamp, close }) => {
      const ends = new Map<number, number>();
      for (let i = 0; i < close.length; i++) ends.set(Math.floor(timestamp[i] / (HOUR / 2)), close[i]);
      return timestamp.map((time) => ends.get(Math.floor(time / (HOUR / 2))) ?? NaN);
    },
  ),
  column("last-row-before-gap", "a flag at the last candle before a hole in the data", ({ timestamp }) =>
    timestamp.map((time, i) => ((timestamp[i + 1] ?? time) - time > 300_000 ? 1 : 0)),
  ),
  column("day-close-gap", "the gap from this close to the next day's open", ({ timestamp, open, close }) =>
    close.map((x, i) => {
      const day = Math.floor(timestamp[i] / DAY);
      for (let k = i + 1; k < Math.min(open.length, i + 300); k++)
        if (Math.floor(timestamp[k] / DAY) > day) return open[k] / x - 1;
      return NaN;
    }),
  ),
  column("volume-bars", "the close of the volume bar that a row belongs to", ({ close, volume }) => {
    const bar = new Float64Array(close.length);
    let [sum, number] = [0, 0];
    for (let i = 0; i < close.length; i++) {
      bar[i] = number;
      sum += volume[i];
      if (sum >= 120) [sum, number] = [0, number + 1];
    }
    const out = empty(close.length);
    for (const rows of groups(bar)) for (const row of rows) out[row] = close[rows[rows.length - 1]];
    return out;
  }),
  column("session-opening-drive", "whether the day will close above its first hour", ({ timestamp, close }) =>
    byGroup(timestamp, DAY, (rows) =>
      close[rows[rows.length - 1]] > close[rows[Math.min(11, rows.length - 1)]] ? 1 : 0,
    ),
  ),
];

function hourly(candles: readonly Candles[]): Candles {
  return candles[candles.length - 1];
}

/** The value of the latest row whose time is not after the given one. */
function lookUp(times: Float64Array, values: Float64Array, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? NaN : values[low - 1];
}

function byGroup(timestamp: Float64Array, length: number, value: (rows: number[]) => number): Float64Array {
  const out = empty(timestamp.length);
  for (const rows of groups(counted(timestamp.length, (i) => Math.floor(timestamp[i] / length)))) {
    const of = value(rows);
    for (const row of rows) out[row] = of;
  }
  return out;
}
