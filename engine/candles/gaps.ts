import { EngineError, nearestName } from "../core/errors.ts";
import { calendarOf } from "../core/timeframe.ts";
import { newColumns, requireAscending, sliceCandles, sourceOf, takeCandles } from "./build.ts";
import type { Candles } from "./candles.ts";

/** Candles that are absent between two that are there. */
export type Gap = {
  /** Row of the last candle before the gap. */
  afterIndex: number;
  /** Open time of the first missing candle, UTC milliseconds. */
  startMs: number;
  /** Open time of the first candle after the gap. */
  endMs: number;
  /** Number of missing candles. */
  missing: number;
};

/** All gaps, first to last. */
export function findGaps(candles: Candles): Gap[] {
  const { timestamp } = candles;
  requireAscending(timestamp, "findGaps");
  const calendar = calendarOf(candles.timeframe);
  const gaps: Gap[] = [];
  let last = calendar.number(timestamp[0]);
  for (let i = 1; i < timestamp.length; i++) {
    const number = calendar.number(timestamp[i]);
    if (number > last + 1) {
      gaps.push({
        afterIndex: i - 1,
        startMs: calendar.at(last + 1),
        endMs: timestamp[i],
        missing: number - last - 1,
      });
    }
    last = number;
  }
  return gaps;
}

/**
 * - `forwardFill`: each missing candle becomes a flat one at the last close with no volume: nothing was traded, the
 *   last price stands. Uses the past only.
 * - `longestRun`: only the longest stretch without a gap is kept (the latest of equally long ones).
 * - `afterLastGap`: only what comes after the last gap is kept.
 */
export type GapRepair = "forwardFill" | "longestRun" | "afterLastGap";

const GAP_REPAIRS: readonly GapRepair[] = ["forwardFill", "longestRun", "afterLastGap"];

/**
 * Candles without gaps, by a repair called by its name. With `maxMissing`, gaps that miss more candles than that are
 * left as they are: an exchange down for a week is not a flat market.
 */
export function repairGaps(
  candles: Candles,
  repair: GapRepair,
  { maxMissing = Number.POSITIVE_INFINITY }: { maxMissing?: number } = {},
): Candles {
  const gaps = findGaps(candles).filter((gap) => gap.missing <= maxMissing);
  if (repair === "forwardFill") return forwardFill(candles, gaps);
  if (repair === "longestRun") {
    const edges = [0, ...gaps.map((gap) => gap.afterIndex + 1), candles.timestamp.length];
    let best = 1;
    for (let k = 2; k < edges.length; k++) {
      if (edges[k] - edges[k - 1] >= edges[best] - edges[best - 1]) best = k;
    }
    return sliceCandles(candles, edges[best - 1], edges[best]);
  }
  if (repair === "afterLastGap") return sliceCandles(candles, (gaps.at(-1)?.afterIndex ?? -1) + 1);
  const nearest = nearestName(repair, GAP_REPAIRS);
  throw new EngineError(
    "candles.unknown-repair",
    `repairGaps: there is no repair ${JSON.stringify(repair)}; expected one of ${GAP_REPAIRS.join(", ")}.` +
      (nearest === undefined ? "" : ` Did you mean ${nearest}?`),
    { given: repair, known: GAP_REPAIRS },
  );
}

function forwardFill(candles: Candles, gaps: readonly Gap[]): Candles {
  const missing = gaps.reduce((total, gap) => total + gap.missing, 0);
  if (missing === 0)
    return takeCandles(
      candles,
      Uint32Array.from(candles.timestamp, (_, i) => i),
    );
  const calendar = calendarOf(candles.timeframe);
  const filled = newColumns(candles.timestamp.length + missing);
  let row = 0;
  let copied = 0;
  const copyUpTo = (end: number): void => {
    for (const name of Object.keys(filled) as (keyof typeof filled)[]) {
      filled[name].set(candles[name].subarray(copied, end), row);
    }
    row += end - copied;
    copied = end;
  };
  for (const gap of gaps) {
    copyUpTo(gap.afterIndex + 1);
    const price = candles.close[gap.afterIndex];
    const first = calendar.number(gap.startMs);
    for (let k = 0; k < gap.missing; k++, row++) {
      filled.timestamp[row] = calendar.at(first + k);
      filled.open[row] = filled.high[row] = filled.low[row] = filled.close[row] = price;
    }
  }
  copyUpTo(candles.timestamp.length);
  return { ...sourceOf(candles), ...filled };
}
