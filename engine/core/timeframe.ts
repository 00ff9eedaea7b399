import { EngineError } from "./errors.ts";

/** ccxt's units: second, minute, hour, day, week, month, year. */
export type TimeframeUnit = "s" | "m" | "h" | "d" | "w" | "M" | "y";
export type Timeframe = { readonly amount: number; readonly unit: TimeframeUnit };

export const SECOND_MS = 1000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
export const WEEK_MS = 604_800_000;

const FIXED_MS: Readonly<Record<"s" | "m" | "h" | "d" | "w", number>> = {
  s: SECOND_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
  w: WEEK_MS,
};

/** 1970-01-05, the first Monday of the epoch: weeks are counted from it. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

/** Reads ccxt's notation: `"1m"`, `"4h"`, `"1w"`, `"1M"`. */
export function parseTimeframe(timeframe: string): Timeframe {
  const match = /^([1-9][0-9]{0,5})([smhdwMy])$/.exec(timeframe);
  if (match === null) {
    throw new EngineError(
      "timeframe.unknown",
      `timeframe: got ${JSON.stringify(timeframe)}; expected a count and one of s m h d w M y, such as "5m", "1h", "1d", ` +
        `"1w" or "1M" (capital M is a month).`,
      { timeframe },
    );
  }
  return { amount: Number(match[1]), unit: match[2] as TimeframeUnit };
}

/**
 * Length of a timeframe in milliseconds; for months and years, whose lengths differ, ccxt's nominal 30 and 365 days.
 * To find where a candle ends use `closeTime`, which knows the calendar.
 */
export function timeframeMs(timeframe: string): number {
  const { amount, unit } = parseTimeframe(timeframe);
  if (unit === "M") return amount * 30 * DAY_MS;
  if (unit === "y") return amount * 365 * DAY_MS;
  return amount * FIXED_MS[unit];
}

/** Whether every candle of this timeframe has the same length; months and years do not. */
export function isFixedLength(timeframe: string): boolean {
  const { unit } = parseTimeframe(timeframe);
  return unit !== "M" && unit !== "y";
}

/**
 * The open time of the candle that holds `timestamp`, UTC milliseconds.
 * Seconds to days are counted from the epoch, weeks from Monday 00:00 UTC, months and years from their first day.
 */
export function openTime(timestamp: number, timeframe: string): number {
  return calendarOf(timeframe).open(timestamp);
}

/** The close time of the candle that holds `timestamp`: the open time of the next one. */
export function closeTime(timestamp: number, timeframe: string): number {
  return calendarOf(timeframe).close(timestamp);
}

/** A timeframe's candles, numbered: parsed once, for use in loops. */
export type TimeframeCalendar = {
  /** The running number of the candle that holds a time; neighbours differ by one. */
  number(timestamp: number): number;
  /** The open time of the candle of this number. */
  at(number: number): number;
  open(timestamp: number): number;
  close(timestamp: number): number;
};

/** `openTime` and `closeTime` of one timeframe, without parsing its name at every call. */
export function calendarOf(timeframe: string): TimeframeCalendar {
  const { amount, unit } = parseTimeframe(timeframe);
  if (unit === "M" || unit === "y") {
    const months = unit === "M" ? amount : 12 * amount;
    return calendar(
      (timestamp) => Math.floor(monthOf(timestamp) / months),
      (number) => monthStart(number * months),
    );
  }
  const length = amount * FIXED_MS[unit];
  const origin = unit === "w" ? FIRST_MONDAY_MS : 0;
  return calendar(
    (timestamp) => Math.floor((timestamp - origin) / length),
    (number) => number * length + origin,
  );
}

function calendar(number: (timestamp: number) => number, at: (number: number) => number): TimeframeCalendar {
  return {
    number,
    at,
    open: (timestamp) => at(number(timestamp)),
    close: (timestamp) => at(number(timestamp) + 1),
  };
}

/**
 * Whether candles of `higher` can be put together from whole candles of `base`: every boundary of `higher` is one of
 * `base`. `1w` from `1d` can, `1M` from `1w` cannot.
 */
export function isMultiple(higher: string, base: string): boolean {
  const { amount, unit } = parseTimeframe(higher);
  if (!isFixedLength(base)) {
    if (isFixedLength(higher)) return false;
    return monthsOf(higher) % monthsOf(base) === 0;
  }
  const length = timeframeMs(base);
  // Weeks and months begin at midnight, so a base that divides the day meets all of their boundaries.
  if (unit === "M" || unit === "y") return DAY_MS % length === 0;
  const isWeekly = parseTimeframe(base).unit === "w";
  if (unit === "w") return (amount * WEEK_MS) % length === 0 && (isWeekly || FIRST_MONDAY_MS % length === 0);
  return !isWeekly && (amount * FIXED_MS[unit]) % length === 0;
}

function monthsOf(timeframe: string): number {
  const { amount, unit } = parseTimeframe(timeframe);
  return unit === "y" ? 12 * amount : amount;
}

/** Months since January 1970 of the proleptic Gregorian calendar (Hinnant, `civil_from_days`). */
export function monthOf(timestamp: number): number {
  const days = Math.floor(timestamp / DAY_MS) + 719468;
  const era = Math.floor(days / 146097);
  const dayOfEra = days - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  // Years here run from March, so that the leap day is the last day: month 0 is March.
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  return (era * 400 + yearOfEra) * 12 + monthFromMarch + 2 - 1970 * 12;
}

/** The first millisecond of a month counted from January 1970 (Hinnant, `days_from_civil`). */
export function monthStart(month: number): number {
  const fromMarch = month + 1970 * 12 - 2;
  const year = Math.floor(fromMarch / 12);
  const monthFromMarch = fromMarch - year * 12;
  const era = Math.floor(year / 400);
  const yearOfEra = year - era * 400;
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5);
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return (era * 146097 + dayOfEra - 719468) * DAY_MS;
}
