export { type Cancel, throwIfCanceled } from "./core/cancel.ts";
export { EngineError, type ErrorDetails, nearestName } from "./core/errors.ts";
export { CANDLE_COLUMNS, type Candle, type CandleColumns, type Candles } from "./candles/candles.ts";
export { Hasher, hashBytes, hashPlain, hashText, utf8 } from "./core/hash.ts";
export { Random, type RandomState } from "./core/random.ts";
export { mean, median, quantile, standardDeviation, sum, variance } from "./core/stats.ts";
export {
  calendarOf,
  closeTime,
  DAY_MS,
  HOUR_MS,
  isFixedLength,
  isMultiple,
  MINUTE_MS,
  openTime,
  parseTimeframe,
  SECOND_MS,
  type Timeframe,
  type TimeframeCalendar,
  type TimeframeUnit,
  timeframeMs,
  WEEK_MS,
} from "./core/timeframe.ts";
