import type { Information } from "#engine/leaks/subject.ts";
import { type Case, column } from "../case.ts";
import { DAY, FIVE_MINUTES, mean } from "../series.ts";

/** Figures and news before anybody had them. */
export const information: Case[] = [
  column(
    "revised-figures",
    "each day's figure as it was last revised",
    ({ timestamp }, { information: [figures] }) => {
      const latest = new Map<number, number>();
      // Used from when the first version was out, which is honest; that it is the last version is not.
      const first = new Map<number, number>();
      const { about = [], availableAt, values } = figures;
      for (let k = 0; k < about.length; k++) {
        latest.set(about[k], values.value[k]);
        if (!first.has(about[k])) first.set(about[k], availableAt[k]);
      }
      return timestamp.map((time) => {
        let value = NaN;
        for (const [about, at] of first) if (at <= time + FIVE_MINUTES) value = latest.get(about) ?? NaN;
        return value;
      });
    },
  ),
  column(
    "joined-by-period",
    "figures joined by the day they are about",
    ({ timestamp }, { information: [figures] }) => {
      const byDay = new Map<number, number>();
      const { about = [], values } = figures;
      for (let k = 0; k < about.length; k++) byDay.set(about[k], values.value[k]);
      return timestamp.map((time) => byDay.get(Math.floor(time / DAY) * DAY) ?? NaN);
    },
  ),
  column(
    "joined-by-day-after",
    "figures of a day used from the next midnight, though published later",
    ({ timestamp }, { information: [figures] }) => {
      const first = firstVersions(figures);
      return timestamp.map((time) => first.get(Math.floor(time / DAY) * DAY - DAY) ?? NaN);
    },
  ),
  column(
    "interpolated-figures",
    "a straight line from one day's figure to the next",
    ({ timestamp }, { information: [figures] }) => {
      const first = firstVersions(figures);
      return timestamp.map((time) => {
        const day = Math.floor(time / DAY) * DAY - 2 * DAY;
        const [a, b] = [first.get(day), first.get(day + DAY)];
        return a === undefined || b === undefined ? NaN : a + ((b - a) * (time - day - 2 * DAY)) / DAY;
      });
    },
  ),
  column(
    "news-by-day",
    "the day's mean sentiment, from midnight on",
    ({ timestamp }, { information: [, headlines] }) => {
      const days = new Map<number, number[]>();
      headlines.availableAt.forEach((at, k) => {
        const day = Math.floor(at / DAY);
        days.set(day, [...(days.get(day) ?? []), headlines.values.sentiment[k]]);
      });
      return timestamp.map((time) => mean(days.get(Math.floor(time / DAY)) ?? []));
    },
  ),
  column(
    "news-rounded-down",
    "headlines used from the beginning of their hour",
    ({ timestamp }, { information: [, headlines] }) =>
      timestamp.map((time) => {
        let value = NaN;
        headlines.availableAt.forEach((at, k) => {
          if (Math.floor(at / (12 * FIVE_MINUTES)) * 12 * FIVE_MINUTES <= time)
            value = headlines.values.sentiment[k];
        });
        return value;
      }),
  ),
  column(
    "news-next",
    "the nearest headline, before or after",
    ({ timestamp }, { information: [, headlines] }) =>
      timestamp.map((time) => {
        let [best, value] = [Infinity, NaN];
        headlines.availableAt.forEach((at, k) => {
          if (Math.abs(at - time) < best)
            [best, value] = [Math.abs(at - time), headlines.values.sentiment[k]];
        });
        return value;
      }),
  ),
  column(
    "sentiment-scaled-by-all",
    "sentiment less the mean of all headlines",
    ({ timestamp }, { information: [, headlines] }) => {
      const m = mean(headlines.values.sentiment);
      return timestamp.map((time) => {
        let value = NaN;
        headlines.availableAt.forEach((at, k) => {
          if (at <= time + FIVE_MINUTES) value = headlines.values.sentiment[k] - m;
        });
        return value;
      });
    },
  ),
  column(
    "back-adjusted-price",
    "the level of prices adjusted for splits that were still to come",
    ({ timestamp, close }, { information: [, , splits] }) =>
      close.map((x, i) => {
        let factor = 1;
        splits.availableAt.forEach((at, k) => {
          if (at > timestamp[i]) factor *= splits.values.ratio[k];
        });
        return x / factor;
      }),
  ),
  column(
    "days-to-split",
    "how long until the next split, which had not been announced",
    ({ timestamp }, { information: [, , splits] }) =>
      timestamp.map((time) => {
        const next = splits.availableAt.find((at) => at > time + FIVE_MINUTES);
        return next === undefined ? 99 : (next - time) / DAY;
      }),
  ),
];

/** The first published figure of each day. */
function firstVersions(figures: Information): Map<number, number> {
  const first = new Map<number, number>();
  const { about = [] } = figures;
  for (let k = 0; k < about.length; k++) {
    if (!first.has(about[k])) first.set(about[k], figures.values.value[k]);
  }
  return first;
}
