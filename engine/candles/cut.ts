import { EngineError } from "../core/errors.ts";
import { isoTime } from "../core/isoTime.ts";
import { calendarOf, isFixedLength, timeframeMs } from "../core/timeframe.ts";
import { lowerBound, sliceCandles } from "./build.ts";
import type { Candles } from "./candles.ts";
import { resample } from "./resample.ts";
import { validateCandles } from "./validate.ts";

/**
 * When a candle closes, by its open time: one timeframe later, for months and years the next one's first day.
 * Counted from the candle's own open time, so that daily bars stamped with the opening of a session are not
 * used before they are over.
 */
export function closeOf(timeframe: string): (openMs: number) => number {
  if (!isFixedLength(timeframe)) return calendarOf(timeframe).close;
  const length = timeframeMs(timeframe);
  return (openMs) => openMs + length;
}

/** The candles with open time in [fromMs, toMs), as a view, after checking that they can be computed with. */
export function cutCandles(candles: Candles, fromMs: number, toMs: number): Candles {
  const { timestamp } = candles;
  const cut = sliceCandles(candles, lowerBound(timestamp, fromMs), lowerBound(timestamp, toMs));
  if (!isUsable(cut)) throw unusable(cut);
  return cut;
}

/**
 * The cut candles at the timeframe that they are evaluated on. A first candle that would begin before the cut is
 * left out, since it would be made of a part of its candles; a last one that is not over stays, and no slice sees
 * more of it than its open.
 */
export function atTimeframe(cut: Candles, timeframe: string, fromMs: number): Candles {
  if (cut.timeframe === timeframe) return cut;
  const resampled = resample(cut, timeframe, { incomplete: "keep" });
  return sliceCandles(resampled, lowerBound(resampled.timestamp, fromMs));
}

/** One quick pass for what no evaluation can work with; what exactly is wrong is for `validateCandles` to say. */
function isUsable({ timestamp, open, high, low, close, volume }: Candles): boolean {
  let previous = -Infinity;
  for (let i = 0; i < timestamp.length; i++) {
    const time = timestamp[i];
    // Comparisons with NaN are false, so each of these also refuses one; Infinity fails the last.
    if (!(time > previous && low[i] > 0 && open[i] >= low[i] && close[i] >= low[i] && volume[i] >= 0))
      return false;
    if (!(high[i] >= open[i] && high[i] >= close[i] && high[i] < Infinity && volume[i] < Infinity))
      return false;
    previous = time;
  }
  return true;
}

function unusable(candles: Candles): EngineError {
  const faults = validateCandles(candles).filter(({ kind }) => kind !== "gap" && kind !== "mixedTimeframe");
  const first = faults[0];
  return new EngineError(
    "universe.unusable-candles",
    `${candles.symbol} at ${isoTime(first.timestamp)}: ${first.detail}` +
      (faults.length > 1 ? `, and ${faults.length - 1} more findings` : "") +
      ". validateCandles lists them all; mend or leave out those candles first.",
    { symbol: candles.symbol, first, count: faults.length },
  );
}
