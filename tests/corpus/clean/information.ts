import { type Case, column } from "../case.ts";
import { DAY, FIVE_MINUTES, HOUR, pctChange } from "../series.ts";

/** Figures and news from when they were there. */
export const information: Case[] = [
  column(
    "latest-known-revision",
    "the latest figure, in the version that was known",
    ({ timestamp }, { information: [figures] }) => {
      const { availableAt, about = [], values } = figures;
      return timestamp.map((time) => {
        let [newest, value] = [-Infinity, NaN];
        for (let k = 0; k < availableAt.length && availableAt[k] <= time + FIVE_MINUTES; k++)
          if (about[k] >= newest) [newest, value] = [about[k], values.value[k]];
        return value;
      });
    },
  ),
  column(
    "first-release-only",
    "each figure as it was first published",
    ({ timestamp }, { information: [figures] }) => {
      const { availableAt, about = [], values } = figures;
      const seen = new Set<number>();
      const firsts: [number, number][] = [];
      for (let k = 0; k < availableAt.length; k++) {
        if (seen.has(about[k])) continue;
        seen.add(about[k]);
        firsts.push([availableAt[k], values.value[k]]);
      }
      return timestamp.map((time) => firsts.findLast(([at]) => at <= time + FIVE_MINUTES)?.[1] ?? NaN);
    },
  ),
  column(
    "surprise",
    "a figure less the one before it, both as they were known",
    ({ timestamp }, { information: [figures] }) => {
      const { availableAt, values } = figures;
      return timestamp.map((time) => {
        const row = availableAt.findLastIndex((at) => at <= time + FIVE_MINUTES);
        return row < 1 ? NaN : values.value[row] - values.value[row - 1];
      });
    },
  ),
  column(
    "lagged-by-two-days",
    "figures of a day used two days later, when all of them are out",
    ({ timestamp }, { information: [figures] }) => {
      const { availableAt, about = [], values } = figures;
      return timestamp.map((time) => {
        const day = Math.floor(time / DAY) * DAY - 2 * DAY;
        for (let k = 0; k < availableAt.length; k++)
          if (about[k] === day && availableAt[k] <= time + FIVE_MINUTES) return values.value[k];
        return NaN;
      });
    },
  ),
  column(
    "news-decayed",
    "sentiment of headlines so far, halved every six hours",
    ({ timestamp }, { information: [, headlines] }) =>
      timestamp.map((time) => {
        let sum = 0;
        headlines.availableAt.forEach((at, k) => {
          if (at <= time + FIVE_MINUTES)
            sum += headlines.values.sentiment[k] * 0.5 ** ((time + FIVE_MINUTES - at) / (6 * HOUR));
        });
        return sum;
      }),
  ),
  column("headlines-counted", "headlines of the last day", ({ timestamp }, { information: [, headlines] }) =>
    timestamp.map(
      (time) => headlines.availableAt.filter((at) => at <= time + FIVE_MINUTES && at > time - DAY).length,
    ),
  ),
  column(
    "split-adjusted-return",
    "returns freed of splits that have happened",
    ({ timestamp, close }, { information: [, , splits] }) => {
      const r = pctChange(close);
      return r.map((x, i) => {
        const split = splits.availableAt.findIndex(
          (at) => i > 0 && at > timestamp[i - 1] && at <= timestamp[i],
        );
        return split < 0 ? x : (1 + x) * splits.values.ratio[split] - 1;
      });
    },
  ),
  column(
    "forward-adjusted-price",
    "prices multiplied by the splits so far",
    ({ timestamp, close }, { information: [, , splits] }) =>
      close.map((x, i) => {
        let factor = 1;
        splits.availableAt.forEach((at, k) => {
          if (at <= timestamp[i] + FIVE_MINUTES) factor *= splits.values.ratio[k];
        });
        return x * factor;
      }),
  ),
  column("age-of-news", "hours since the last headline", ({ timestamp }, { information: [, headlines] }) =>
    timestamp.map((time) => {
      const last = headlines.availableAt.findLast((at) => at <= time + FIVE_MINUTES);
      return last === undefined ? NaN : (time + FIVE_MINUTES - last) / HOUR;
    }),
  ),
];
