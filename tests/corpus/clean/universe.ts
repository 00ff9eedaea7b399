import type { Candles } from "#engine/candles/candles.ts";
import { atCloses } from "#engine/leaks/subject.ts";
import { type Case, column, subject } from "../case.ts";
import { FIVE_MINUTES, leastSquares, mean, pctChange, rolling, std } from "../series.ts";

/** Markets chosen and compared by what was known. */
export const universe: Case[] = [
  subject("everyone", "momentum of every market, the dead ones too", ({ candles }) =>
    spot(candles).flatMap((c) => atCloses(c, { [`everyone ${c.symbol}`]: pctChange(c.close, 12) })),
  ),
  subject(
    "top-by-volume-so-far",
    "in the universe while among the three with most volume of the last six hours",
    ({ candles }) => {
      const five = spot(candles).filter(({ timestamp }) => timestamp.length > 0);
      const volumes = five.map((c) => {
        const day = rolling(c.volume, 72, mean);
        return new Map(Array.from(c.timestamp, (time, i) => [time, day[i]]));
      });
      return five.flatMap((c, k) =>
        atCloses(c, {
          [`so far ${c.symbol}`]: c.timestamp.map((time) => {
            const own = volumes[k].get(time) ?? NaN;
            return Number.isNaN(own)
              ? NaN
              : volumes.filter((v) => (v.get(time) ?? NaN) > own).length < 3
                ? 1
                : 0;
          }),
        }),
      );
    },
  ),
  column(
    "rank-among-present",
    "place by momentum among the markets that trade at the time",
    ({ timestamp }, { candles }) => {
      const momenta = spot(candles).map((c) => byTime(c, pctChange(c.close, 12)));
      return timestamp.map((time) => {
        const present = momenta.map((m) => m.get(time) ?? NaN).filter((x) => !Number.isNaN(x));
        return present.filter((x) => x < present[0]).length / present.length;
      });
    },
  ),
  column(
    "markets-so-far",
    "one over the number of markets that have traded by then",
    ({ timestamp }, { candles }) => {
      const begins = spot(candles).flatMap((c) => (c.timestamp.length > 0 ? [c.timestamp[0]] : []));
      return timestamp.map((time) => 1 / begins.filter((begin) => begin <= time).length);
    },
  ),
  column("joined-by-time", "another market's returns joined by time", ({ timestamp }, { candles }) => {
    const eth = byTime(candles[1], pctChange(candles[1].close));
    return timestamp.map((time) => eth.get(time) ?? NaN);
  }),
  column(
    "asof-other-market",
    "another market's latest close, old where it has a gap",
    ({ timestamp }, { candles }) => {
      const { timestamp: times, close } = candles[1];
      let row = -1;
      return timestamp.map((time) => {
        while (row + 1 < times.length && times[row + 1] + FIVE_MINUTES <= time + FIVE_MINUTES) row++;
        return row < 0 ? NaN : close[row];
      });
    },
  ),
  column(
    "trailing-beta",
    "return less beta times the market's, beta over the last six hours",
    ({ close, timestamp }, { candles }) => {
      const own = pctChange(close);
      const eth = byTime(candles[1], pctChange(candles[1].close));
      const other = timestamp.map((time) => eth.get(time) ?? NaN);
      return own.map((x, i) => {
        if (i < 288) return NaN;
        return (
          x - leastSquares(other.subarray(i - 287, i + 1), own.subarray(i - 287, i + 1)).slope * other[i]
        );
      });
    },
  ),
  column(
    "hedge-ratio-refitted",
    "the spread of a pair, its ratio refitted each day on the past",
    ({ close, timestamp }, { candles }) => {
      const sol = byTime(candles[4], candles[4].close);
      const other = timestamp.map((time) => sol.get(time) ?? NaN);
      let model = { slope: NaN, intercept: NaN };
      return close.map((x, i) => {
        if (i > 0 && i % 288 === 0) model = leastSquares(other.subarray(0, i), close.subarray(0, i));
        return x - model.intercept - model.slope * other[i];
      });
    },
  ),
  column(
    "ratio-zscore-trailing",
    "the z-score of a ratio over the last 200",
    ({ close, timestamp }, { candles }) => {
      const sol = byTime(candles[4], candles[4].close);
      const ratio = close.map((x, i) => x / (sol.get(timestamp[i]) ?? NaN));
      return rolling(ratio, 200, (window) => (window[199] - mean(window)) / std(window));
    },
  ),
  column(
    "index-of-present",
    "the mean return of markets that have this candle and the one before",
    ({ timestamp }, { candles }) => {
      const all = spot(candles).map((c) => byTime(c, pctChange(c.close)));
      return timestamp.map((time) => mean(all.map((m) => m.get(time) ?? NaN)));
    },
  ),
  column(
    "leader-just-closed",
    "the other market's return of the candle that has just closed",
    ({ timestamp }, { candles }) => {
      const eth = byTime(candles[1], pctChange(candles[1].close, 2));
      return timestamp.map((time) => eth.get(time) ?? NaN);
    },
  ),
  column(
    "trailing-correlation-weight",
    "weight by the correlation of the last 60 candles",
    ({ close, timestamp }, { candles }) => {
      const own = pctChange(close);
      const eth = byTime(candles[1], pctChange(candles[1].close));
      const other = timestamp.map((time) => eth.get(time) ?? NaN);
      return own.map((_, i) => {
        if (i < 60) return NaN;
        const [x, y] = [other.subarray(i - 59, i + 1), own.subarray(i - 59, i + 1)];
        return (leastSquares(x, y).slope * std(x)) / std(y);
      });
    },
  ),
];

function spot(candles: readonly Candles[]): Candles[] {
  return candles.filter(({ timeframe }) => timeframe === "5m");
}

function byTime({ timestamp }: Candles, values: Float64Array): Map<number, number> {
  return new Map(Array.from(timestamp, (time, i) => [time, values[i]]));
}
