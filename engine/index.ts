export { type Cancel, throwIfCanceled } from "./core/cancel.ts";
export { EngineError, type ErrorDetails, nearestName } from "./core/errors.ts";
export { CANDLE_COLUMNS, type Candle, type CandleColumns, type Candles } from "./candles/candles.ts";
