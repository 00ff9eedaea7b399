/**
 * The one door to ccxt: it turns ids, markets, rows and errors into ours. ccxt is loaded when an exchange is
 * opened, since that takes half a second and 60 MB.
 */
import type { Exchange as CcxtExchange, OHLCV } from "ccxt";
import type { CandleRow } from "#engine/candles/build.ts";
import { EngineError, nearestName } from "#engine/core/errors.ts";
import { type CandleExchange, type ExchangeMarket, ExchangeTrouble } from "./exchange.ts";

export type OpenOptions = {
  /** Settings for ccxt's exchange (`urls`, `hostname`, `httpsProxy`, `timeout`), laid over its own. */
  settings?: Record<string, unknown>;
};

/** Opens an exchange for its public candles; no key is needed. Requests keep to the exchange's rate limit. */
export async function openExchange(id: string, { settings = {} }: OpenOptions = {}): Promise<CandleExchange> {
  const ccxt = (await import("ccxt")).default;
  if (!ccxt.exchanges.includes(id)) {
    const nearest = nearestName(id, ccxt.exchanges);
    throw new EngineError(
      "exchange.unknown",
      `ccxt knows no exchange "${id}"` +
        (nearest === undefined ? "." : `; did you mean "${nearest}"?`) +
        ` It knows ${ccxt.exchanges.length}, such as binance, kraken, coinbase.`,
      { id, nearest },
    );
  }
  const Exchange = (ccxt as unknown as Record<string, new (settings: object) => CcxtExchange>)[id];
  const exchange = new Exchange({ enableRateLimit: true, ...settings });
  if (exchange.has.fetchOHLCV !== true) {
    throw new EngineError(
      "exchange.no-candles",
      `${id} gives no candles through ccxt. Choose another exchange.`,
      { id },
    );
  }

  /** Runs a request and turns ccxt's errors into ours. */
  async function ask<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      if (error instanceof EngineError) throw error;
      const message = `${id}: ${error instanceof Error ? error.message.slice(0, 300) : String(error)}`;
      // ccxt calls the first kind DDoSProtection on some exchanges.
      if (error instanceof ccxt.RateLimitExceeded || error instanceof ccxt.DDoSProtection) {
        throw new ExchangeTrouble("tooManyRequests", message, retryAfterMs(exchange), { cause: error });
      }
      if (error instanceof ccxt.OperationFailed || isLostConnection(error)) {
        throw new ExchangeTrouble("network", message, undefined, { cause: error });
      }
      throw new EngineError(
        "exchange.refused",
        `${message}. The exchange refused the request; it will refuse it again.`,
        { id },
        { cause: error },
      );
    }
  }

  let lastPage = { sinceMs: Number.NaN, body: "" };

  return {
    id,
    async market(symbol) {
      const markets = await ask(() => exchange.loadMarkets());
      const found = markets[symbol];
      if (found === undefined) throw unknownSymbol(id, symbol, exchange.symbols);
      return { symbol: found.symbol, market: marketKind(found) };
    },
    async requireTimeframe(timeframe) {
      const known = Object.keys(exchange.timeframes ?? {});
      if (known.length === 0 || known.includes(timeframe)) return;
      throw new EngineError(
        "exchange.unknown-timeframe",
        `${id} has no ${timeframe} candles; it has ${known.join(", ")}.`,
        { id, timeframe, known },
      );
    },
    async candles(symbol, timeframe, sinceMs, limit) {
      const rows = await ask(() => exchange.fetchOHLCV(symbol, timeframe, sinceMs, limit));
      const page = { sinceMs, body: String(exchange.last_http_response ?? "") };
      // ccxt drops the candles before sinceMs, so an earlier page that is sent again looks like the end of the data.
      if (rows.length === 0 && page.body === lastPage.body && sinceMs > lastPage.sinceMs) {
        throw new ExchangeTrouble("network", `${id} answered with the page before`, undefined);
      }
      if (rows.length > 0) lastPage = page;
      return rows.map(candleRow);
    },
    async close() {
      await exchange.close();
    },
  };
}

/** A connection that is cut in the middle of an answer fails outside ccxt, with an error of Node's or undici's. */
function isLostConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  return /^(UND_ERR_|E[A-Z]+$)/.test(code) || error.message === "terminated" || isLostConnection(error.cause);
}

function unknownSymbol(id: string, symbol: string, symbols: readonly string[]): EngineError {
  const nearest = nearestName(symbol, symbols);
  return new EngineError(
    "exchange.unknown-symbol",
    `${id} has no market "${symbol}"` +
      (nearest === undefined ? `; expected a name such as "${symbols[0]}".` : `; did you mean "${nearest}"?`),
    { id, symbol, nearest },
  );
}

function marketKind(market: {
  spot?: unknown;
  swap?: unknown;
  future?: unknown;
  option?: unknown;
}): ExchangeMarket["market"] {
  if (market.swap === true) return "perp";
  if (market.future === true) return "future";
  if (market.option === true) return "option";
  return "spot";
}

/** ccxt leaves out what an exchange does not tell; NaN marks it, and ingest drops and counts such rows. */
function candleRow(row: OHLCV): CandleRow {
  const [timestamp, open, high, low, close, volume] = row.map((value) =>
    value === undefined || value === null ? Number.NaN : Number(value),
  );
  return [timestamp, open, high, low, close, volume];
}

/** The header is in seconds, or a date. */
function retryAfterMs(exchange: CcxtExchange): number | undefined {
  const headers: unknown = exchange.last_response_headers;
  if (typeof headers !== "object" || headers === null) return undefined;
  const entry = Object.entries(headers).find(([name]) => name.toLowerCase() === "retry-after");
  const seconds = Number(entry?.[1]);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}
