import { lowerBound, sliceCandles } from "../candles/build.ts";
import type { Candles } from "../candles/candles.ts";
import { resample } from "../candles/resample.ts";
import { validateCandles } from "../candles/validate.ts";
import { EngineError, nearestName } from "../core/errors.ts";
import { isoTime } from "../core/isoTime.ts";
import { calendarOf, isFixedLength, timeframeMs } from "../core/timeframe.ts";
import type { DataSpan } from "./settings.ts";

/** The series in code-unit order of their symbols, after checking that they make one universe. */
export function orderedUniverse(universe: readonly Candles[]): Candles[] {
  if (universe.length === 0 || universe.every(({ timestamp }) => timestamp.length === 0)) {
    throw new EngineError(
      "universe.empty",
      `The universe has ${universe.length === 0 ? "no symbols" : "no candles"}; expected at least one series of candles.`,
    );
  }
  const ordered = [...universe].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  for (const [i, { symbol, exchange, timeframe }] of ordered.entries()) {
    if (i > 0 && symbol === ordered[i - 1].symbol) {
      throw new EngineError(
        "universe.duplicate-symbol",
        `${symbol} is there twice; expected each symbol once.`,
        {
          symbol,
        },
      );
    }
    const first = ordered[0];
    if (exchange === first.exchange && timeframe === first.timeframe) continue;
    throw new EngineError(
      "universe.mixed",
      `${symbol} is ${exchange} ${timeframe}, ${first.symbol} is ${first.exchange} ${first.timeframe}; expected one ` +
        "exchange and one timeframe. Load all of them alike.",
      { symbol, exchange, timeframe },
    );
  }
  return ordered;
}

/** Picks symbols of a universe; one that it does not have is an error that names the nearest. */
export function selectSymbols(universe: readonly Candles[], symbols: readonly string[]): Candles[] {
  return symbols.map((symbol) => {
    const found = universe.find((candles) => candles.symbol === symbol);
    if (found !== undefined) return found;
    const known = universe.map((candles) => candles.symbol);
    const nearest = nearestName(symbol, known);
    throw new EngineError(
      "universe.unknown-symbol",
      `The universe has no symbol "${symbol}". ` +
        (nearest === undefined ? `It has: ${known.join(", ")}.` : `Did you mean "${nearest}"?`),
      { symbol, known, nearest },
    );
  });
}

/** First open and last close of all the series together. */
export function spanOf(universe: readonly Candles[]): DataSpan {
  let firstMs = Infinity;
  let lastCloseMs = -Infinity;
  for (const { timestamp, timeframe } of universe) {
    if (timestamp.length === 0) continue;
    firstMs = Math.min(firstMs, timestamp[0]);
    lastCloseMs = Math.max(lastCloseMs, closeOf(timeframe)(timestamp[timestamp.length - 1]));
  }
  return { timeframe: universe[0].timeframe, firstMs, lastCloseMs };
}

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
