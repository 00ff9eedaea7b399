import { EngineError } from "../core/errors.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, WEEK_MS } from "../core/timeframe.ts";
import type { RiskMarket } from "./account.ts";
import { matchesMarket } from "./symbols.ts";

/**
 * Hours of every week without new positions, from `from` to before `to`: `"Fri 21:00"` to `"Sun 22:00"`, or without
 * days for every day: `"22:00"` to `"23:30"`. UTC, unless `utcOffsetMinutes` (120 for UTC+2) shifts them; there is no
 * daylight saving time here. May reach over midnight and over the end of the week.
 */
export type ClosedHours = {
  readonly from: string;
  readonly to: string;
  readonly utcOffsetMinutes?: number;
  /** Symbols or market ids that it holds for; `*` stands for any text. All of them where it is left out. */
  readonly symbols?: readonly string[];
};

/** A span around an event (a rate decision, a listing, a maintenance) without new positions. */
export type Blackout = {
  /** UTC milliseconds, the first included, the last not. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly label: string;
  /** Symbols or market ids that it holds for; `*` stands for any text. All of them where it is left out. */
  readonly symbols?: readonly string[];
};

const DAYS: readonly string[] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** 1970-01-05 was a Monday. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

/** A span that comes again each `period`: a week, or a day; `from` and `length` in milliseconds of it. */
type Span = { readonly period: number; readonly from: number; readonly length: number };

/** Reads closed hours; throws `risk.closed-hours` where they cannot be meant. */
export function closedSpan({ from, to, utcOffsetMinutes = 0 }: ClosedHours): Span {
  const start = clock(from);
  const end = clock(to);
  if (start === undefined || end === undefined || start.period !== end.period) {
    throw new EngineError(
      "risk.closed-hours",
      `risk: closedHours from ${JSON.stringify(from)} to ${JSON.stringify(to)}; expected both with a day, ` +
        `"Fri 21:00" to "Sun 22:00" (${DAYS.join(", ")}), or both without, "22:00" to "23:30".`,
      { from, to },
    );
  }
  if (!Number.isInteger(utcOffsetMinutes) || Math.abs(utcOffsetMinutes) > 14 * 60) {
    throw new EngineError(
      "risk.closed-hours",
      `risk: closedHours has utcOffsetMinutes ${String(utcOffsetMinutes)}; expected whole minutes of -840 … 840, ` +
        "such as 120 for UTC+2. Time zones with daylight saving time need one entry for each half of the year.",
      { utcOffsetMinutes },
    );
  }
  const { period } = start;
  const length = modulo(end.ms - start.ms, period);
  if (length === 0) {
    throw new EngineError(
      "risk.closed-hours",
      `risk: closedHours from ${from} to ${to} is empty. To trade nothing at all, leave the symbol out of the whitelist.`,
      { from, to },
    );
  }
  return { period, from: modulo(start.ms - utcOffsetMinutes * MINUTE_MS, period), length };
}

/** Milliseconds into the day or, with a day's name, into the week from Monday. 24:00 is the end of the day. */
function clock(text: string): { period: number; ms: number } | undefined {
  const match = /^(?:([A-Z][a-z]{2}) )?([0-9]{2}):([0-9]{2})$/.exec(text);
  if (match === null) return undefined;
  const [hour, minute] = [Number(match[2]), Number(match[3])];
  if (minute > 59 || hour > 24 || (hour === 24 && minute > 0)) return undefined;
  const ms = hour * HOUR_MS + minute * MINUTE_MS;
  if (match[1] === undefined) return { period: DAY_MS, ms };
  const day = DAYS.indexOf(match[1]);
  return day < 0 ? undefined : { period: WEEK_MS, ms: day * DAY_MS + ms };
}

function modulo(value: number, period: number): number {
  return value - period * Math.floor(value / period);
}

/** Closed hours of each market. */
export class WeeklyCalendar {
  readonly #spans: readonly (readonly Span[])[];

  constructor(hours: readonly ClosedHours[], markets: readonly RiskMarket[]) {
    this.#spans = markets.map((market) =>
      hours
        .filter(({ symbols }) => symbols === undefined || matchesMarket(symbols, market))
        .map((one) => closedSpan(one)),
    );
  }

  /** When the market opens again, or NaN while it is open. The end of the longest where several hold. */
  closedUntil(market: number, time: number): number {
    let opens = Number.NaN;
    for (const { period, from, length } of this.#spans[market]) {
      const since = modulo(time - FIRST_MONDAY_MS - from, period);
      if (since < length && !(time - since + length <= opens)) opens = time - since + length;
    }
    return opens;
  }
}

/** Blackouts of each market. */
export class EventCalendar {
  readonly #blackouts: readonly (readonly Blackout[])[];

  constructor(blackouts: readonly Blackout[], markets: readonly RiskMarket[]) {
    this.#blackouts = markets.map((market) =>
      blackouts.filter(({ symbols }) => symbols === undefined || matchesMarket(symbols, market)),
    );
  }

  /** The blackout that holds now, the one that ends last where several do. */
  at(market: number, time: number): Blackout | undefined {
    let found: Blackout | undefined;
    for (const one of this.#blackouts[market])
      if (time >= one.fromMs && time < one.toMs && !(found !== undefined && one.toMs <= found.toMs))
        found = one;
    return found;
  }
}
