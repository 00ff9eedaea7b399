import { decodeBase64, encodeBase64 } from "../core/base64.ts";
import { EngineError } from "../core/errors.ts";
import { DAY_MS } from "../core/timeframe.ts";
import type { PackedReturns, ReturnFigures } from "./trial.ts";

/** Crypto trades every day; a trial's Sharpe ratio is made annual as that of the equity metrics is. */
const DAYS_PER_YEAR = 365;

/** Below this share of the largest return, a standard deviation is the rounding of equal returns. */
const ROUNDING = 1e-13;

/** Most returns that a trial keeps. A longer span has stretches of 2, 4, 8 … days instead of days. */
export const MOST_RETURNS = 2048;

/** Equity at the end of each UTC day that has a value; `day` counts days since the epoch. */
export type DailyCloses = { readonly day: Float64Array; readonly equity: Float64Array };

/** A value at midnight is the close of the day that ends. `time` ascends. */
export function dailyCloses(time: Float64Array, equity: Float64Array): DailyCloses {
  const day = new Float64Array(time.length);
  const closes = new Float64Array(time.length);
  let count = 0;
  for (let i = 0; i < time.length; i++) {
    const now = Math.ceil(time[i] / DAY_MS) - 1;
    if (count === 0 || day[count - 1] !== now) count++;
    day[count - 1] = now;
    closes[count - 1] = equity[i];
  }
  return { day: day.slice(0, count), equity: closes.slice(0, count) };
}

/** How returns are made of closes. */
export type ReturnOptions = {
  /** Equity before the first close. */
  readonly before: number;
  /**
   * The first and last day of an account that is marked only when something is closed: a day without a close then
   * returned 0. Left out, such a day has no return, as on a market's holiday.
   */
  readonly everyDay?: { readonly first: number; readonly last: number };
};

/** The moments of the daily returns, as the equity metrics take them: from one day that has a value to the next. */
export function returnFigures({ equity }: DailyCloses, { before, everyDay }: ReturnOptions): ReturnFigures {
  const changes = new Float64Array(equity.length);
  for (let i = 0; i < equity.length; i++) changes[i] = equity[i] / (i === 0 ? before : equity[i - 1]) - 1;
  const still = everyDay === undefined ? 0 : Math.max(0, everyDay.last - everyDay.first + 1 - equity.length);
  const observations = changes.length + still;
  let total = 0;
  let largest = 0;
  for (const change of changes) {
    total += change;
    largest = Math.max(largest, Math.abs(change));
  }
  const mean = total / observations;
  // Days on which nothing moved count in every moment without being written out.
  let second = still * mean * mean;
  let third = -still * mean * mean * mean;
  let fourth = still * mean * mean * mean * mean;
  for (const change of changes) {
    const off = change - mean;
    const square = off * off;
    second += square;
    third += square * off;
    fourth += square * square;
  }
  const variance = second / observations;
  const deviation = observations > 1 ? Math.sqrt(second / (observations - 1)) : Number.NaN;
  const isDefined = deviation > ROUNDING * largest;
  return {
    sharpe: isDefined ? mean / deviation : Number.NaN,
    observations,
    periodsPerYear: DAYS_PER_YEAR,
    skew: isDefined ? third / observations / (variance * Math.sqrt(variance)) : Number.NaN,
    kurtosis: isDefined ? fourth / observations / (variance * variance) : Number.NaN,
  };
}

/** Returns of whole days, or of the shortest stretches of 2, 4, 8 … days of which `MOST_RETURNS` cover the span. */
export function packReturns(closes: DailyCloses, { before, everyDay }: ReturnOptions): PackedReturns {
  const { day, equity } = closes;
  const first = everyDay?.first ?? day[0] ?? 0;
  const last = everyDay?.last ?? day[day.length - 1] ?? -1;
  let days = 1;
  while (Math.floor(last / days) - Math.floor(first / days) + 1 > MOST_RETURNS) days *= 2;
  const from = Math.floor(first / days);
  const count = Math.max(0, Math.floor(last / days) - from + 1);
  const returns = new Float64Array(count).fill(everyDay === undefined ? Number.NaN : 0);
  let base = before;
  for (let i = 0; i < day.length; i++) {
    const stretch = Math.floor(day[i] / days);
    if (i + 1 < day.length && Math.floor(day[i + 1] / days) === stretch) continue;
    returns[stretch - from] = equity[i] / base - 1;
    base = equity[i];
  }
  return { firstMs: from * days * DAY_MS, days, values: encodeFloat32(returns) };
}

/** The kept returns as numbers. */
export function unpackReturns({ values }: PackedReturns): Float64Array {
  const bytes = decodeBase64(values);
  if (bytes === undefined || bytes.length % 4 !== 0) {
    throw new EngineError(
      "trials.bad-returns",
      "The returns of a trial are not base64 of whole float32 numbers. The record was changed after it was written.",
      { length: values.length },
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Float64Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

function encodeFloat32(values: Float64Array): string {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) {
    // One NaN for all: its bits differ between JavaScript engines.
    if (Number.isNaN(values[i])) view.setUint32(4 * i, 0x7fc00000, true);
    else view.setFloat32(4 * i, values[i] === 0 ? 0 : values[i], true);
  }
  return encodeBase64(bytes);
}
