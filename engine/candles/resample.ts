import { EngineError } from "../core/errors.ts";
import { calendarOf, isFixedLength, isMultiple } from "../core/timeframe.ts";
import { newColumns, requireAscending, sliceCandles, sourceOf } from "./build.ts";
import type { Candles } from "./candles.ts";

/**
 * Candles of a higher timeframe: first open, highest high, lowest low, last close, summed volume of the base candles
 * that open in its span. Boundaries follow the calendar (`openTime`), not the first candle. A span without any base
 * candle has no candle; a NaN in a base candle is a NaN in the higher one.
 *
 * The last candle is left out while it is not over, that is, unless it closes at or before the close of the last base
 * candle: with `incomplete: "keep"` it is there and will still change, so it must not feed a decision. The first one is
 * kept even where the data begin inside its span.
 */
export function resample(
  candles: Candles,
  timeframe: string,
  { incomplete = "drop" }: { incomplete?: "drop" | "keep" } = {},
): Candles {
  if (!isMultiple(timeframe, candles.timeframe)) {
    throw new EngineError(
      "candles.not-a-multiple",
      `resample: ${timeframe} candles cannot be put together from whole ${candles.timeframe} candles; expected a ` +
        `multiple of ${candles.timeframe} whose boundaries it shares. Start from a finer timeframe.`,
      { given: timeframe, base: candles.timeframe },
    );
  }
  const { starts, opens, lastClose } = findSpans(candles, timeframe);
  const higher = newColumns(opens.length);
  higher.timestamp.set(opens);
  // One column at a time: the loops stay in few registers and read memory in order.
  for (let k = 0; k < opens.length; k++) higher.open[k] = candles.open[starts[k]];
  for (let k = 0; k < opens.length; k++) higher.close[k] = candles.close[starts[k + 1] - 1];
  foldMax(candles.high, starts, higher.high);
  foldMin(candles.low, starts, higher.low);
  foldSum(candles.volume, starts, higher.volume);

  const resampled = { ...sourceOf(candles), timeframe, ...higher };
  const rows = candles.timestamp.length;
  if (incomplete === "keep" || rows === 0) return resampled;
  const baseClose = calendarOf(candles.timeframe).close(candles.timestamp[rows - 1]);
  return lastClose <= baseClose ? resampled : sliceCandles(resampled, 0, opens.length - 1);
}

type Spans = {
  /** First base row of each span, and the number of base rows after the last. */
  starts: Uint32Array;
  /** Open time of each span that has a base candle. */
  opens: Float64Array;
  /** Close time of the last span. */
  lastClose: number;
};

function findSpans(candles: Candles, timeframe: string): Spans {
  const { timestamp } = candles;
  const rows = timestamp.length;
  const calendar = calendarOf(timeframe);
  const width = isFixedLength(timeframe) ? calendar.close(0) - calendar.open(0) : 0;
  // Room for as many spans as fit between the first and the last candle, which is far less than one per row.
  const most =
    rows === 0 ? 0 : Math.min(rows, calendar.number(timestamp[rows - 1]) - calendar.number(timestamp[0]) + 1);
  if (!(most >= 0)) requireAscending(timestamp, "resample");
  const starts = new Uint32Array(most + 1);
  const opens = new Float64Array(most);
  let count = 0;
  let previous = Number.NEGATIVE_INFINITY;
  let close = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < rows; i++) {
    const time = timestamp[i];
    if (!(time > previous)) requireAscending(timestamp, "resample");
    previous = time;
    if (time < close) continue;
    // Without a gap the next span begins where the last one ended; only else is the calendar asked.
    const open = width > 0 && time - close < width ? close : calendar.open(time);
    starts[count] = i;
    opens[count++] = open;
    close = width > 0 ? open + width : calendar.close(time);
  }
  starts[count] = rows;
  return { starts: starts.slice(0, count + 1), opens: opens.slice(0, count), lastClose: close };
}

// Math.max and Math.min pass a NaN on, which a comparison would lose.
function foldMax(values: Float64Array, starts: Uint32Array, out: Float64Array): void {
  for (let k = 0; k < out.length; k++) {
    const end = starts[k + 1];
    let highest = values[starts[k]];
    for (let i = starts[k] + 1; i < end; i++) highest = Math.max(highest, values[i]);
    out[k] = highest;
  }
}

function foldMin(values: Float64Array, starts: Uint32Array, out: Float64Array): void {
  for (let k = 0; k < out.length; k++) {
    const end = starts[k + 1];
    let lowest = values[starts[k]];
    for (let i = starts[k] + 1; i < end; i++) lowest = Math.min(lowest, values[i]);
    out[k] = lowest;
  }
}

function foldSum(values: Float64Array, starts: Uint32Array, out: Float64Array): void {
  for (let k = 0; k < out.length; k++) {
    const end = starts[k + 1];
    let total = values[starts[k]];
    for (let i = starts[k] + 1; i < end; i++) total += values[i];
    out[k] = total;
  }
}
