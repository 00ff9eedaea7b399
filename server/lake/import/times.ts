import { EngineError } from "#engine/core/errors.ts";

/**
 * How times are written: as a number of seconds, milliseconds, microseconds or nanoseconds since 1970 (told apart
 * by size), ISO-like (`2024-01-31`, `2024-01-31 09:30`, `2024-01-31T09:30:00Z`, `20240131 093000`), or with the
 * month first (`1/31/2024`) or the day first (`31/1/2024`, `31.1.2024`).
 */
export type DateFormat = "unix" | "iso" | "monthFirst" | "dayFirst";

/** Reads one text as UTC milliseconds; NaN when it is no such time. A time without a zone is taken as UTC. */
export type TimeReader = (text: string) => number;

const READERS: Readonly<Record<DateFormat, TimeReader>> = {
  unix: unixTime,
  iso: isoLikeTime,
  monthFirst: (text) => slashedTime(text, "monthFirst"),
  dayFirst: (text) => slashedTime(text, "dayFirst"),
};

export function timeReader(format: DateFormat): TimeReader {
  return READERS[format];
}

/** The format in which a column of times is written; undefined when its first text is in none. */
export function detectDateFormat(texts: Iterable<string>): DateFormat | undefined {
  let slashed: DateFormat | undefined;
  for (const text of texts) {
    if (slashed === undefined) {
      if (Number.isFinite(isoLikeTime(text))) return "iso";
      if (Number.isFinite(unixTime(text))) return "unix";
      if (!SLASHED.test(text)) return undefined;
      slashed = "monthFirst";
    }
    const [first, second] = text.split(/[/.-]/);
    if (Number(first) > 12) return "dayFirst";
    if (Number(second) > 12) return "monthFirst";
  }
  if (slashed === undefined) return undefined;
  throw new EngineError(
    "import.ambiguous-date",
    "Every date of the file can be read with the month first or with the day first. Say which: monthFirst or dayFirst.",
    { choices: ["monthFirst", "dayFirst"] },
  );
}

const UNIX = /^[+]?\d{9,20}(\.\d+)?$/;

/** Seconds until the year 5138, milliseconds, microseconds, nanoseconds: each is a thousand times the one before. */
function unixTime(text: string): number {
  if (!UNIX.test(text)) return Number.NaN;
  const value = Number(text);
  if (value < 1e11) return Math.round(value * 1000);
  if (value < 1e14) return Math.round(value);
  if (value < 1e17) return Math.round(value / 1000);
  return Math.round(value / 1e6);
}

const ISO =
  /^(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[T ]+(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$/i;

function isoLikeTime(text: string): number {
  const match = ISO.exec(text);
  if (match === null) return Number.NaN;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  return utc(+year, +month, +day, +(hour ?? 0), +(minute ?? 0), +(second ?? 0), fraction) - offsetMs(zone);
}

const SLASHED =
  /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.](\d{1,9}))?)?\s*(AM|PM)?)?$/i;

function slashedTime(text: string, order: "monthFirst" | "dayFirst"): number {
  const match = SLASHED.exec(text);
  if (match === null) return Number.NaN;
  const [, first, second, year, hour, minute, seconds, fraction, half] = match;
  const [month, day] = order === "monthFirst" ? [first, second] : [second, first];
  return utc(+year, +month, +day, hourOf(hour, half), +(minute ?? 0), +(seconds ?? 0), fraction);
}

/** 12 AM is midnight, 12 PM is noon. */
function hourOf(hour: string | undefined, half: string | undefined): number {
  if (hour === undefined) return 0;
  if (half === undefined) return +hour;
  if (+hour < 1 || +hour > 12) return Number.NaN;
  return (+hour % 12) + (half.toUpperCase() === "PM" ? 12 : 0);
}

function utc(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  fraction: string | undefined,
): number {
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(ms);
  // Date.UTC carries 31 February over into March; such a date is a mistake in the file.
  if (
    date.getUTCMonth() !== month - 1 ||
    date.getUTCDate() !== day ||
    !(hour < 24 && minute < 60 && second < 60)
  ) {
    return Number.NaN;
  }
  return ms + (fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1000 + 1e-6));
}

function offsetMs(zone: string | undefined): number {
  if (zone === undefined || !/^[+-]/.test(zone)) return 0;
  const digits = zone.slice(1).replace(":", "");
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (zone.startsWith("-") ? -1 : 1) * minutes * 60_000;
}
