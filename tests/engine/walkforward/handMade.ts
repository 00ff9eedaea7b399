import type { Candles } from "#engine/candles/candles.ts";

/** Five-minute candles from 2024-02-01 of rows of open, high, low, close and volume, those at `missing` left out. */
export function candlesOf(
  symbol: string,
  rows: readonly number[][],
  missing: readonly number[] = [],
): Candles {
  const kept = [...rows.keys()].filter((i) => !missing.includes(i));
  const column = (n: number) => Float64Array.from(kept, (i) => rows[i][n]);
  return {
    symbol,
    timeframe: "5m",
    exchange: "test",
    timestamp: Float64Array.from(kept, (i) => Date.UTC(2024, 1, 1) + i * 300_000),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    volume: column(4),
  };
}

/** A copy of the candles with open time in [fromMs, toMs). */
export function between(candles: Candles, fromMs: number, toMs: number): Candles {
  const rows = [...candles.timestamp.keys()].filter(
    (i) => candles.timestamp[i] >= fromMs && candles.timestamp[i] < toMs,
  );
  const pick = (column: Float64Array) => Float64Array.from(rows, (i) => column[i]);
  return {
    ...candles,
    timestamp: pick(candles.timestamp),
    open: pick(candles.open),
    high: pick(candles.high),
    low: pick(candles.low),
    close: pick(candles.close),
    volume: pick(candles.volume),
  };
}
