import type { Candles } from "../candles/candles.ts";
import { closeOf } from "../candles/cut.ts";

/**
 * Figures that become known at times of their own: news, on-chain figures, fundamentals, the revisions of all of them.
 * Row by row; a figure that is revised has a row for each version, each with the time from which it was known.
 */
export type Information = {
  readonly name: string;
  /** UTC milliseconds from which each row may be used. */
  readonly availableAt: Float64Array;
  /** What each row is about (the end of its quarter, say), UTC milliseconds, where it is about a time at all. */
  readonly about?: Float64Array;
  readonly values: Readonly<Record<string, Float64Array>>;
};

/** All that a subject may compute from. Several timeframes of one symbol may stand beside each other. */
export type ProbeInput = {
  readonly candles: readonly Candles[];
  readonly information: readonly Information[];
};

/**
 * What is known at a row's time, each the one before and more:
 * - `"closes"`: candles that closed by then, information available by then: features, decisions, orders.
 * - `"begins"`: and that a candle begins then, though none of its prices: what is held over the candle.
 * - `"opens"`: and the first price of that candle: what is filled at an open.
 */
export const KNOWS = ["closes", "begins", "opens"] as const;
export type Knows = (typeof KNOWS)[number];

/**
 * What a column is:
 * - `"value"`: a number at a time.
 * - `"fill"`: the price of a fill. Beside being known in time it must not have been known before its time.
 * - `"earned"`: what positions earned up to its time since the row before, marked to market: fractions or amounts of
 *   money. On prices that nobody can foresee its expectation is not above 0.
 */
export type ColumnKind = "value" | "fill" | "earned";

/** One column that a subject answers with. Events (orders, fills) are columns with a row for each. */
export type ProbeColumn = {
  readonly name: string;
  /** UTC milliseconds at which each value is used; never descending. Columns of one time base should share it. */
  readonly time: Float64Array;
  readonly values: Float64Array;
  /** Default: `"closes"`. */
  readonly knows?: Knows;
  /** Default: `"value"`. */
  readonly kind?: ColumnKind;
};

export type ProbeAnswer = readonly ProbeColumn[];

/** What is probed: it is told inputs and answers with columns, and nothing else of it is looked at. */
export type Subject = (input: ProbeInput) => ProbeAnswer;

/**
 * Makes a subject as it is when nobody has called it yet, so that what it keeps between calls cannot hide what it
 * sees.
 */
export type SubjectFactory = { readonly create: () => Subject };

/** Columns on the rows of some candles, each row used from its candle's close. */
export function atCloses(
  candles: Candles,
  columns: Readonly<Record<string, Float64Array>>,
  kind: ColumnKind = "value",
): ProbeColumn[] {
  const time = closeTimes(candles);
  return Object.entries(columns).map(([name, values]) => ({ name, time, values, kind }));
}

/**
 * Columns of what is held over each candle: a row's position earns its own candle's move, so it must have been known
 * when that candle began, before its first price was.
 */
export function heldOver(candles: Candles, columns: Readonly<Record<string, Float64Array>>): ProbeColumn[] {
  const time = candles.timestamp;
  return Object.entries(columns).map(([name, values]) => ({ name, time, values, knows: "begins" }));
}

/** The close of each candle, UTC milliseconds. */
export function closeTimes({ timestamp, timeframe }: Candles): Float64Array {
  const close = closeOf(timeframe);
  const times = new Float64Array(timestamp.length);
  for (let i = 0; i < times.length; i++) times[i] = close(timestamp[i]);
  return times;
}
