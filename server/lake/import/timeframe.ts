import { EngineError } from "#engine/core/errors.ts";
import { isoTime } from "#engine/core/isoTime.ts";
import { calendarOf, DAY_MS, timeframeMs } from "#engine/core/timeframe.ts";

/** The timeframes that are found out; others can be named. */
const COMMON = [
  "1s",
  "1m",
  "3m",
  "5m",
  "10m",
  "15m",
  "30m",
  "1h",
  "2h",
  "4h",
  "6h",
  "8h",
  "12h",
  "1d",
  "3d",
  "1w",
];
const BY_LENGTH = new Map(COMMON.map((timeframe) => [timeframeMs(timeframe), timeframe]));

/** Rows one after the other at another distance that make a stretch of another timeframe rather than a few gaps. */
const STRETCH = 20;

/** The timeframe whose length is the most frequent distance between ascending times; undefined when there is none. */
export function inferTimeframe(timestamp: Float64Array): string | undefined {
  const counts = new Map<number, number>();
  for (let i = 1; i < timestamp.length; i++) {
    const distance = timestamp[i] - timestamp[i - 1];
    if (distance > 0) counts.set(distance, (counts.get(distance) ?? 0) + 1);
  }
  let usual = 0;
  for (const [distance, count] of counts) {
    const best = counts.get(usual) ?? 0;
    if (count > best || (count === best && distance < usual)) usual = distance;
  }
  if (usual >= 28 * DAY_MS && usual <= 31 * DAY_MS) return "1M";
  return BY_LENGTH.get(usual);
}

/**
 * Throws when the times are not all open times of one timeframe: the first one off its calendar, or the first
 * stretch of candles at another distance.
 */
export function requireOneTimeframe(
  timestamp: Float64Array,
  timeframe: string,
  { fileName, lineOf }: { fileName: string; lineOf: (row: number) => string },
): void {
  const calendar = calendarOf(timeframe);
  const off = timestamp.findIndex((time) => calendar.open(time) !== time);
  if (off >= 0) {
    const count = timestamp.reduce((sum, time) => sum + (calendar.open(time) === time ? 0 : 1), 0);
    const hint =
      count === timestamp.length
        ? "If the file gives closing times, say so (timestamps: close); if its days or weeks begin at another hour, have them put to the candle that they lie in (timestamps: inside)."
        : "Split the file by timeframe, or name the timeframe that it has.";
    throw new EngineError(
      "import.mixed-timeframe",
      `${fileName}${lineOf(off)}: ${isoTime(timestamp[off])} is not the open time of a ${timeframe} candle (${count} of ${timestamp.length} rows are not). ${hint}`,
      { file: fileName, row: off, timestamp: timestamp[off], timeframe, count },
    );
  }
  requireNoStretch(timestamp, timeframe, fileName, lineOf);
}

function requireNoStretch(
  timestamp: Float64Array,
  timeframe: string,
  fileName: string,
  lineOf: (row: number) => string,
): void {
  let run = 0;
  let previous = 0;
  for (let i = 1; i < timestamp.length; i++) {
    const distance = timestamp[i] - timestamp[i - 1];
    run = distance === previous ? run + 1 : 1;
    previous = distance;
    const other = BY_LENGTH.get(distance);
    if (run < STRETCH || other === undefined || other === timeframe) continue;
    if (timeframe === "1M") continue;
    const start = i - run;
    throw new EngineError(
      "import.mixed-timeframe",
      `${fileName}${lineOf(start)}: from ${isoTime(timestamp[start])} on the candles are ${other} apart, elsewhere ${timeframe}. Split the file by timeframe.`,
      { file: fileName, row: start, timestamp: timestamp[start], timeframe, other },
    );
  }
}
