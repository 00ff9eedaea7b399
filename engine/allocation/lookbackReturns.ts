import { lowerBound } from "../candles/build.ts";
import type { Candles } from "../candles/candles.ts";
import { EngineError } from "../core/errors.ts";
import { calendarOf, isFixedLength, timeframeMs } from "../core/timeframe.ts";

/** Returns at common times, ready for `allocate`, and who has too few of them. */
export type LookbackReturns = {
  readonly symbols: readonly string[];
  /** One column for each symbol, oldest first: close ÷ the close before − 1. */
  readonly returns: readonly Float64Array[];
  readonly leftOut: readonly { readonly symbol: string; readonly message: string }[];
};

/**
 * Returns of the last `lookbackBars` candles that had closed by `time`, over the times that all symbols share: where one
 * has a gap, the return spans it for all. A symbol that has fewer than `minShare` of the candles is left out, before it
 * can take times from the others. All series must have one timeframe.
 */
export function lookbackReturns(
  series: readonly Candles[],
  time: number,
  { lookbackBars, minShare = 0.9 }: { readonly lookbackBars: number; readonly minShare?: number },
): LookbackReturns {
  if (!(Number.isSafeInteger(lookbackBars) && lookbackBars >= 2)) {
    throw new EngineError(
      "allocation.lookback",
      `lookbackReturns: lookbackBars is ${lookbackBars}; expected a whole number from 2.`,
      { lookbackBars },
    );
  }
  if (!(minShare > 0 && minShare <= 1)) {
    throw new EngineError(
      "allocation.lookback",
      `lookbackReturns: minShare is ${minShare}; expected 0 … 1.`,
      {
        minShare,
      },
    );
  }
  const leftOut: { symbol: string; message: string }[] = [];
  const windows: { symbol: string; times: Float64Array; closes: Float64Array }[] = [];
  for (const { symbol, timeframe, timestamp, close } of series) {
    if (timeframe !== series[0].timeframe) {
      throw new EngineError(
        "allocation.lookback",
        `lookbackReturns: ${symbol} has candles of ${timeframe}, ${series[0].symbol} of ${series[0].timeframe}; expected one timeframe.`,
        { symbol, timeframe, expected: series[0].timeframe },
      );
    }
    const { first, end } = openTimes(timeframe, time, lookbackBars);
    const from = lowerBound(timestamp, first);
    const to = lowerBound(timestamp, end);
    // One more close than returns.
    if (to - from < minShare * (lookbackBars + 1)) {
      const message = `${symbol} has ${to - from} of the last ${lookbackBars + 1} candles; at least ${minShare} of them are needed.`;
      leftOut.push({ symbol, message });
      continue;
    }
    windows.push({ symbol, times: timestamp.subarray(from, to), closes: close.subarray(from, to) });
  }
  const shared = windows.length === 0 ? [] : sharedTimes(windows.map(({ times }) => times));
  return {
    symbols: windows.map(({ symbol }) => symbol),
    returns: windows.map(({ times, closes }) => returnsAt(times, closes, shared)),
    leftOut,
  };
}

/** The open times of the last `bars` + 1 candles closed by `time`: from `first`, before `end`. */
function openTimes(timeframe: string, time: number, bars: number): { first: number; end: number } {
  if (isFixedLength(timeframe)) {
    const length = timeframeMs(timeframe);
    const end = time - length + 1;
    return { first: end - (bars + 1) * length, end };
  }
  const calendar = calendarOf(timeframe);
  // The candle that holds `time` has not closed, even if it opens there.
  const number = calendar.number(time);
  return { first: calendar.at(number - bars - 1), end: calendar.at(number) };
}

/** Times that are in every list; each ascends. */
function sharedTimes(lists: readonly Float64Array[]): number[] {
  const places = new Int32Array(lists.length);
  return [...lists[0]].filter((time) =>
    lists.every((list, k) => {
      while (places[k] < list.length && list[places[k]] < time) places[k]++;
      return list[places[k]] === time;
    }),
  );
}

function returnsAt(times: Float64Array, closes: Float64Array, shared: readonly number[]): Float64Array {
  const returns = new Float64Array(Math.max(0, shared.length - 1));
  let row = 0;
  let before = Number.NaN;
  shared.forEach((time, i) => {
    while (times[row] < time) row++;
    if (i > 0) returns[i - 1] = closes[row] / before - 1;
    before = closes[row];
  });
  return returns;
}
