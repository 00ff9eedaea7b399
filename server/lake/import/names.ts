import path from "node:path";

/** What a file's name and folders say about the candles in it. */
export type NameHints = {
  exchange?: string;
  market?: string;
  symbol?: string;
  timeframe?: string;
  kind?: string;
};

/** Currencies in which crypto markets quote, longer ones first: `FDUSD` before `USD`. */
const QUOTES = [
  "FDUSD",
  "USDT",
  "USDC",
  "BUSD",
  "TUSD",
  "USDP",
  "DAI",
  "USD",
  "EUR",
  "GBP",
  "JPY",
  "TRY",
  "BRL",
  "AUD",
  "CAD",
  "CHF",
  "BTC",
  "ETH",
  "BNB",
  "XBT",
];

/** Kraken's own names for what everyone else calls otherwise. */
const KRAKEN_NAMES: Readonly<Record<string, string>> = { XBT: "BTC", XDG: "DOGE" };

const EXCHANGE_PREFIX =
  /^(binance|bitfinex|bitstamp|kraken|coinbase|gemini|kucoin|okx|bybit|huobi|poloniex)[_-]/i;

/** Reads a path such as `Binance_BTCUSDT_1h.csv`, `BTCUSDT-1h-2021-04.csv`, `XBTUSD_60.csv`, `futures_XRP_USDT_USDT-1h-futures.feather` or `exchange=binance/market=spot/symbol=BTC%2FUSDT/timeframe=1h/…`. */
export function hintsFromPath(file: string): NameHints {
  const hints = hiveHints(file);
  const stem = path.basename(file).replace(/\.(gz|csv|txt|json|feather|arrow|arrows|parquet)\b/gi, "");
  return { ...stemHints(stem), ...hints };
}

function hiveHints(file: string): NameHints {
  const hints: NameHints = {};
  for (const part of file.split(/[/\\]/)) {
    const match = /^(exchange|market|symbol|timeframe|kind)=(.+)$/.exec(part);
    if (match === null) continue;
    const value = decodeURIComponent(match[2]);
    hints[match[1] as keyof NameHints] = match[1] === "symbol" ? (pairOf(value) ?? value) : value;
  }
  return hints;
}

function stemHints(stem: string): NameHints {
  const freqtrade = freqtradeHints(stem);
  if (freqtrade !== undefined) return freqtrade;
  const hints: NameHints = {};
  const exchange = EXCHANGE_PREFIX.exec(stem);
  if (exchange !== null) hints.exchange = exchange[1].toLowerCase();
  const [first, ...rest] = stem.slice(exchange?.[0].length ?? 0).split(/[-_ .](?=[^-_ .])/);
  const symbol = pairOf(first) ?? (/^[A-Z]{1,5}$/.test(first) ? first : undefined);
  if (symbol !== undefined) hints.symbol = symbol;
  for (const part of rest) {
    const timeframe = timeframeOf(part);
    if (timeframe !== undefined) hints.timeframe ??= timeframe;
  }
  return hints;
}

/** freqtrade: `ETH_BTC-5m`, `XRP_USDT_USDT-1h-futures`, with `futures_` before it when folders were flattened. */
function freqtradeHints(stem: string): NameHints | undefined {
  const match =
    /^(?:futures_)?([A-Z0-9]+)_([A-Z0-9]+)(?:_([A-Z0-9]+))?-(\d+[smhdwM])(?:-(futures|mark|funding_rate|index))?$/.exec(
      stem,
    );
  if (match === null) return undefined;
  const [, base, quote, settle, timeframe, kind] = match;
  return {
    symbol: settle === undefined ? `${base}/${quote}` : `${base}/${quote}:${settle}`,
    timeframe,
    market: settle === undefined ? "spot" : "perp",
    ...(kind !== undefined && kind !== "futures" ? { kind } : {}),
  };
}

/** ccxt's unified name of a pair written as `BTCUSDT`, `BTC-USDT`, `BTC_USDT` or `BTC/USDT`; undefined for other names. */
export function pairOf(name: string): string | undefined {
  const given = name.trim();
  // Kraken's XBTUSD would end in TUSD.
  const kraken = /^XBT([A-Z]{3,4})$/i.exec(given);
  if (kraken !== null && QUOTES.includes(kraken[1].toUpperCase())) return `BTC/${kraken[1].toUpperCase()}`;
  const separated = /^([A-Z0-9]{1,15})[-_/]([A-Z0-9]{2,10})(?::([A-Z0-9]{2,10}))?$/.exec(given.toUpperCase());
  const upper = given.toUpperCase();
  const quote =
    separated?.[2] ??
    QUOTES.find((candidate) => upper.endsWith(candidate) && upper.length >= candidate.length + 2);
  if (quote === undefined || !QUOTES.includes(quote)) return undefined;
  const base = separated?.[1] ?? upper.slice(0, -quote.length);
  if (!/^[A-Z0-9]+$/.test(base)) return undefined;
  const settle = separated?.[3];
  return `${KRAKEN_NAMES[base] ?? base}/${KRAKEN_NAMES[quote] ?? quote}${settle === undefined ? "" : `:${settle}`}`;
}

/** `1h`, `1H`, `1min`, `15`: a bare number is minutes, as Kraken names its files. */
function timeframeOf(part: string): string | undefined {
  if (part === "d" || part === "daily") return "1d";
  const match = /^([1-9]\d{0,4})(m|min|minute|h|hour|d|day|w|M|H|D|W)?$/.exec(part);
  if (match === null) return undefined;
  const [, amount, unit] = match;
  if (unit === undefined) return minutesTimeframe(Number(amount));
  return `${amount}${unit === "M" ? "M" : unit.toLowerCase()[0]}`;
}

function minutesTimeframe(minutes: number): string | undefined {
  const names: Readonly<Record<number, string>> = {
    1: "1m",
    5: "5m",
    15: "15m",
    30: "30m",
    60: "1h",
    240: "4h",
    720: "12h",
    1440: "1d",
    10080: "1w",
  };
  return names[minutes];
}
