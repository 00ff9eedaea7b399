import type { Candles } from "#engine/candles/candles.ts";
import { atCloses } from "#engine/leaks/subject.ts";
import { type Case, column, subject } from "../case.ts";
import { leastSquares, mean, pctChange, rolling, std } from "../series.ts";

/** Markets that were chosen, or measured against each other, by what came later. */
export const universe: Case[] = [
  subject("survivors-only", "momentum of the markets that still trade at the end", ({ candles }) => {
    const five = spot(candles);
    const end = Math.max(...five.map(({ timestamp }) => timestamp[timestamp.length - 1] ?? 0));
    return five
      .filter(({ timestamp }) => timestamp[timestamp.length - 1] === end)
      .flatMap((c) => atCloses(c, { [`survivors ${c.symbol}`]: pctChange(c.close, 12) }));
  }),
  subject("top-by-volume", "the three markets with most volume over the whole sample", ({ candles }) =>
    spot(candles)
      .sort((a, b) => sum(b.volume) - sum(a.volume))
      .slice(0, 3)
      .flatMap((c) => atCloses(c, { [`top ${c.symbol}`]: pctChange(c.close, 12) })),
  ),
  subject("winners", "the two markets that rose most over the whole sample", ({ candles }) =>
    spot(candles)
      .sort((a, b) => rise(b) - rise(a))
      .slice(0, 2)
      .flatMap((c) => atCloses(c, { [`winner ${c.symbol}`]: pctChange(c.close, 12) })),
  ),
  subject("liquid-enough", "markets whose mean volume over all is above a threshold", ({ candles }) =>
    spot(candles)
      .filter(({ volume }) => mean(volume) > 9.5)
      .flatMap((c) => atCloses(c, { [`liquid ${c.symbol}`]: c.volume.slice() })),
  ),
  subject("full-history-only", "markets with candles from the first to the last day", ({ candles }) => {
    const five = spot(candles);
    const most = Math.max(...five.map(({ timestamp }) => timestamp.length));
    return five
      .filter(({ timestamp }) => timestamp.length > 0.9 * most)
      .flatMap((c) => atCloses(c, { [`full ${c.symbol}`]: pctChange(c.close) }));
  }),
  subject("equal-weight", "one over the number of markets that there ever are", ({ candles }) => {
    const five = spot(candles).filter(({ timestamp }) => timestamp.length > 0);
    return five.flatMap((c) => atCloses(c, { [`weight ${c.symbol}`]: c.close.map(() => 1 / five.length) }));
  }),
  column(
    "joined-by-row",
    "another market's returns joined by row number, though it began later",
    ({ close }, { candles }) => {
      const other = pctChange(candles[2].close);
      return close.map((_, i) => other[i] ?? NaN);
    },
  ),
  column(
    "beta-of-all",
    "return less beta times the market's, beta over all rows",
    ({ close, timestamp }, { candles }) => {
      const own = pctChange(close);
      const other = joined(timestamp, candles[1]);
      const { slope } = leastSquares(other, own);
      return own.map((x, i) => x - slope * other[i]);
    },
  ),
  column(
    "hedge-ratio-of-all",
    "the spread of a pair, its ratio fitted on all rows",
    ({ close, timestamp }, { candles }) => {
      const other = closes(timestamp, candles[4]);
      const { slope, intercept } = leastSquares(other, close);
      return close.map((x, i) => x - intercept - slope * other[i]);
    },
  ),
  column(
    "spread-scaled-by-all",
    "the z-score of a ratio by mean and deviation of all",
    ({ close, timestamp }, { candles }) => {
      const other = closes(timestamp, candles[4]);
      const ratio = close.map((x, i) => x / other[i]);
      const [m, s] = [mean(ratio), std(ratio)];
      return ratio.map((x) => (x - m) / s);
    },
  ),
  column(
    "leader-ahead",
    "the other market's return of the candle that has just opened",
    ({ timestamp }, { candles }) => {
      const { timestamp: times, close } = candles[1];
      const byTime = new Map(Array.from(times, (time, i) => [time, close[i] / (close[i - 1] ?? NaN) - 1]));
      return timestamp.map((time) => byTime.get(time + 300_000) ?? NaN);
    },
  ),
  column(
    "market-mean-of-ever",
    "mean return of those markets that will be listed, each from its first price on",
    ({ timestamp }, { candles }) => {
      const five = spot(candles).filter((c) => c.timestamp.length > 0);
      const all = five.map((c) => closes(timestamp, c).map((x) => (Number.isNaN(x) ? c.close[0] : x)));
      return timestamp.map((_, i) => mean(all.map((x) => x[i] / all[0][i])));
    },
  ),
  column(
    "cross-rank-of-all-time",
    "rank among markets by volatility over the whole sample",
    ({ close, timestamp }, { candles }) => {
      const others = spot(candles).map((c) => std(pctChange(c.close)));
      const own = std(pctChange(close));
      return timestamp.map(() => others.filter((x) => x < own).length + own);
    },
  ),
  column(
    "correlation-weight",
    "weight by the correlation with another market over all rows",
    ({ close, timestamp }, { candles }) => {
      const [own, other] = [pctChange(close), joined(timestamp, candles[1])];
      const weight = (leastSquares(other, own).slope * std(other)) / std(own);
      const momentum = rolling(own, 12, mean);
      return momentum.map((x) => weight * x);
    },
  ),
];

function spot(candles: readonly Candles[]): Candles[] {
  return candles.filter(({ timeframe }) => timeframe === "5m");
}

function sum(x: Float64Array): number {
  return x.reduce((total, value) => total + value, 0);
}

function rise({ close }: Candles): number {
  return close.length === 0 ? -Infinity : close[close.length - 1] / close[0];
}

/** Another market's closes at the times of this one. */
function closes(timestamp: Float64Array, { timestamp: times, close }: Candles): Float64Array {
  const byTime = new Map(Array.from(times, (time, i) => [time, close[i]]));
  return timestamp.map((time) => byTime.get(time) ?? NaN);
}

function joined(timestamp: Float64Array, other: Candles): Float64Array {
  return closes(timestamp, { ...other, close: pctChange(other.close) });
}
