import { isoTime } from "../core/isoTime.ts";
import { calendarOf } from "../core/timeframe.ts";
import { CANDLE_COLUMNS, type CandleColumns } from "./candles.ts";

export type CandleFindingKind =
  | "notANumber"
  | "notAscending"
  | "duplicate"
  | "gap"
  | "mixedTimeframe"
  | "highBelowLow"
  | "highBelowOpen"
  | "highBelowClose"
  | "lowAboveOpen"
  | "lowAboveClose"
  | "negativeVolume"
  | "priceNotPositive";

/** One thing found at one row. `missing` counts absent candles and is there for gaps only. */
export type CandleFinding = {
  kind: CandleFindingKind;
  /** Row in the columns. */
  index: number;
  /** That row's open time as it stands, UTC milliseconds. */
  timestamp: number;
  detail: string;
  missing?: number;
};

/**
 * Everything that is wrong or remarkable with candles, in order of rows; an empty list when they are sound.
 * Gaps are findings, not faults: markets close and exchanges fail. Nothing is repaired here.
 *
 * `mixedTimeframe` is an open time that no candle of this timeframe has (01:30 among hourly ones). A row with a NaN in
 * a price is reported once per column, and what would have been compared with it is left out.
 */
export function validateCandles(candles: CandleColumns & { readonly timeframe: string }): CandleFinding[] {
  const findings: CandleFinding[] = [];
  const { timestamp, open, high, low, close, volume } = candles;
  const calendar = calendarOf(candles.timeframe);
  let previous = Number.NaN;
  for (let i = 0; i < timestamp.length; i++) {
    const time = timestamp[i];
    const found = (kind: CandleFindingKind, detail: string, missing?: number): void => {
      findings.push({
        kind,
        index: i,
        timestamp: time,
        detail,
        ...(missing === undefined ? {} : { missing }),
      });
    };

    for (const name of CANDLE_COLUMNS) {
      if (!Number.isFinite(candles[name][i])) found("notANumber", `${name} is ${candles[name][i]}`);
    }

    if (Number.isFinite(time)) {
      if (calendar.open(time) !== time) {
        found("mixedTimeframe", `${isoTime(time)} is not the open time of a ${candles.timeframe} candle`);
      }
      if (time === previous) found("duplicate", `${isoTime(time)} comes twice`);
      else if (time < previous) found("notAscending", `${isoTime(time)} comes after ${isoTime(previous)}`);
      else if (!Number.isNaN(previous)) {
        const missing = calendar.number(time) - calendar.number(previous) - 1;
        if (missing > 0) {
          found("gap", `${missing} missing between ${isoTime(previous)} and ${isoTime(time)}`, missing);
        }
      }
      previous = time;
    }

    // Written as "given < expected" so that a NaN, reported above, yields no second finding.
    if (high[i] < low[i]) found("highBelowLow", `high ${high[i]} is below low ${low[i]}`);
    if (high[i] < open[i]) found("highBelowOpen", `high ${high[i]} is below open ${open[i]}`);
    if (high[i] < close[i]) found("highBelowClose", `high ${high[i]} is below close ${close[i]}`);
    if (low[i] > open[i]) found("lowAboveOpen", `low ${low[i]} is above open ${open[i]}`);
    if (low[i] > close[i]) found("lowAboveClose", `low ${low[i]} is above close ${close[i]}`);
    if (volume[i] < 0) found("negativeVolume", `volume is ${volume[i]}`);
    if (open[i] <= 0 || high[i] <= 0 || low[i] <= 0 || close[i] <= 0) {
      found("priceNotPositive", `open ${open[i]}, high ${high[i]}, low ${low[i]}, close ${close[i]}`);
    }
  }
  return findings;
}
