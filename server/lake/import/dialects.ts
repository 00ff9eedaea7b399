/** The layouts of files that people have, by name; the name is what `dialect` in an import takes. */
export const DIALECTS = {
  binance: "Binance klines CSV (data.binance.vision; milliseconds or, from 2025, microseconds)",
  cryptodatadownload: "CryptoDataDownload CSV (address first, newest candle first)",
  yahoo: "Yahoo Finance CSV (prices as traded, not adjusted for dividends)",
  kraken: "Kraken OHLCVT CSV (seconds, no header)",
  bitfinex: "Bitfinex candles CSV (time, open, close, high, low, volume; no header)",
  ohlcv: "CSV without a header (time, open, high, low, close, volume)",
  header: "CSV with a header",
  "freqtrade-json": "freqtrade JSON (rows of time, open, high, low, close, volume)",
  arrow: "Arrow file or stream (feather, as freqtrade writes it)",
  parquet: "Parquet",
} as const;

export type Dialect = keyof typeof DIALECTS;

/** What a candle is read from. `date` and `time` together stand for a `timestamp` in two columns. */
export type CandleField =
  | "timestamp"
  | "date"
  | "time"
  | "open"
  | "high"
  | "low"
  | "close"
  | "volume"
  | "symbol";

/** Field to the column's name in the file, or its number (the first being `"1"`) where the file has no header. */
export type ColumnMap = Partial<Record<CandleField, string>>;

/** Names that people give to the columns, in lower case without `<>`; the first that a file has is taken. */
export const FIELD_NAMES: Readonly<Record<Exclude<CandleField, "date">, readonly string[]>> = {
  timestamp: [
    "timestamp",
    "unix",
    "unix timestamp",
    "open_time",
    "open time",
    "opentime",
    "datetime",
    "date/time",
    "ts",
    "date",
    "gmt time",
    "local time",
    "time",
    "index",
    "",
  ],
  time: ["time"],
  open: ["open", "o", "open price", "open_price", "first"],
  high: ["high", "h", "high price", "high_price", "max"],
  low: ["low", "l", "low price", "low_price", "min"],
  close: ["close", "c", "close price", "close_price", "close/last", "last", "price"],
  volume: [
    "volume",
    "vol",
    "v",
    "vol.",
    "base volume",
    "volume_base",
    "basevolume",
    "tick_volume",
    "tickvol",
    "amount",
  ],
  symbol: ["symbol", "ticker", "tic", "pair", "instrument", "name"],
};
