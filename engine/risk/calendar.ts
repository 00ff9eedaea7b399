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
