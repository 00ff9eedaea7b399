import type { CandleRow } from "#engine/candles/build.ts";

/** A market of an exchange, as far as the lake cares. */
export type ExchangeMarket = {
  /** ccxt's unified name, `"BTC/USDT"`. */
  symbol: string;
  /** `"spot"`, `"perp"`, `"future"`: how the lake files it. */
  market: string;
};

/** What ingest needs of an exchange; ccxt implements it for all that it knows, a test for one of its own. */
export interface CandleExchange {
  /** ccxt's id, `"binance"`. */
  readonly id: string;
  /** The market of this name; an unknown one is an error that suggests the nearest. */
  market(symbol: string): Promise<ExchangeMarket>;
  /** Throws when the exchange has no candles of this timeframe. */
  requireTimeframe(timeframe: string): Promise<void>;
  /**
   * Candles that open at or after `sinceMs`, oldest first, at most `limit`; fewer or none where there are none.
   * Rejects with an `ExchangeTrouble` when it is worth trying again.
   */
  candles(symbol: string, timeframe: string, sinceMs: number, limit: number): Promise<CandleRow[]>;
  close(): Promise<void>;
}

/** A failure that may pass by itself: too many requests, a lost connection, an exchange that is down. */
export class ExchangeTrouble extends Error {
  override readonly name = "ExchangeTrouble";

  constructor(
    readonly kind: "tooManyRequests" | "network",
    message: string,
    /** How long the exchange asks to wait, when it says. */
    readonly retryAfterMs: number | undefined,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
