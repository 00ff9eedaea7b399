import { EngineError } from "../core/errors.ts";
import { calendarOf, isFixedLength, isMultiple, timeframeMs } from "../core/timeframe.ts";
import { newColumns, requireAscending, sliceCandles, sourceOf } from "./build.ts";
import type { CandleColumns, Candles } from "./candles.ts";

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
  foldSpans(candles, starts, higher);

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
  requireAscending(timestamp, "resample");
  const rows = timestamp.length;
  const calendar = calendarOf(timeframe);
  const width = isFixedLength(timeframe) ? calendar.close(0) - calendar.open(0) : 0;
  const baseMs = timeframeMs(candles.timeframe);
  // Room for as many spans as fit between the first and the last candle, which is far less than one per row.
  const most =
    rows === 0 ? 0 : Math.min(rows, calendar.number(timestamp[rows - 1]) - calendar.number(timestamp[0]) + 1);
  const starts = new Uint32Array(most + 1);
  const opens = new Float64Array(most);
  let count = 0;
  let close = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < rows; i = endOfSpan(timestamp, i, close, baseMs)) {
    const time = timestamp[i];
    // Without a gap the next span begins where the last one ended; only else is the calendar asked.
    const open = width > 0 && time - close < width ? close : calendar.open(time);
    starts[count] = i;
    opens[count++] = open;
    close = width > 0 ? open + width : calendar.close(time);
  }
  starts[count] = rows;
  return { starts: starts.slice(0, count + 1), opens: opens.slice(0, count), lastClose: close };
}

/** The first row after `start` that opens at or after `close`; the number of rows when there is none. */
function endOfSpan(timestamp: Float64Array, start: number, close: number, baseMs: number): number {
  let low = start + 1;
  let high = timestamp.length;
  // Without a gap counting finds the row, and two comparisons prove it; only else is it searched for.
  const counted = start + Math.ceil((close - timestamp[start]) / baseMs);
  if (counted < high) {
    if (timestamp[counted] < close) low = counted + 1;
    else if (timestamp[counted - 1] < close) return counted;
    else high = counted - 1;
  }
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timestamp[middle] < close) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Fills `higher` with the candles of the spans that begin at `starts`, four base rows a step.
 *
 * Math.max and Math.min pass a NaN on and tell 0 from −0, but they are asked only where a comparison cannot show that a
 * row lies inside the extremes so far. Three rows spread over the span are looked at first: that brings the extremes
 * near their last values, so that few rows change them and the processor foresees the comparisons. Volume is summed
 * row by row, since another order would round to another sum.
 */
function foldSpans(
  { open, high, low, close, volume }: CandleColumns,
  starts: Uint32Array,
  higher: ReturnType<typeof newColumns>,
): void {
  const { open: opens, high: highs, low: lows, close: closes, volume: volumes } = higher;
  for (let k = 0; k < opens.length; k++) {
    const start = starts[k];
    const end = starts[k + 1];
    let top = high[start];
    let bottom = low[start];
    let total = volume[start];
    if (end - start >= 8) {
      const middle = (start + end) >>> 1;
      top = Math.max(top, high[middle], high[end - 1]);
      bottom = Math.min(bottom, low[middle], low[end - 1]);
    }
    let i = start + 1;
    for (; i + 4 <= end; i += 4) {
      const h0 = high[i];
      const h1 = high[i + 1];
      const h2 = high[i + 2];
      const h3 = high[i + 3];
      if (!(h0 < top && h1 < top && h2 < top && h3 < top)) top = Math.max(top, h0, h1, h2, h3);
      const l0 = low[i];
      const l1 = low[i + 1];
      const l2 = low[i + 2];
      const l3 = low[i + 3];
      if (!(l0 > bottom && l1 > bottom && l2 > bottom && l3 > bottom))
        bottom = Math.min(bottom, l0, l1, l2, l3);
      total = total + volume[i] + volume[i + 1] + volume[i + 2] + volume[i + 3];
    }
    for (; i < end; i++) {
      top = Math.max(top, high[i]);
      bottom = Math.min(bottom, low[i]);
      total += volume[i];
    }
    opens[k] = open[start];
    highs[k] = top;
    lows[k] = bottom;
    closes[k] = close[end - 1];
    volumes[k] = total;
  }
}
