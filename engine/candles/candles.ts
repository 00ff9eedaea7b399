/**
 * Candles of one symbol as columns of one length. `timestamp` is each candle's *open* time in UTC
 * milliseconds, strictly ascending; a candle may be used from its close. Prices are in quote currency,
 * `volume` in base units. Missing candles are simply absent: gaps stay gaps until a repair is called by name.
 */
export type CandleColumns = {
  readonly timestamp: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
};

export type Candles = CandleColumns & {
  /** ccxt's unified symbol, `"BTC/USDT"`. */
  readonly symbol: string;
  /** ccxt's timeframe, `"5m"`. */
  readonly timeframe: string;
  /** ccxt's exchange id, or the name of the data's source, `"binance"`, `"simulated"`. */
  readonly exchange: string;
};

/** The names of the columns in the order in which they are stored and hashed. */
export const CANDLE_COLUMNS = ["timestamp", "open", "high", "low", "close", "volume"] as const;

/** One candle as a record, for looking at; columns are for computing. */
export type Candle = {
  timestamp: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
};
