import type { Candles } from "#engine/candles/candles.ts";
import { Random } from "#engine/core/random.ts";

/** A seeded random walk of one-minute (or other) candles without gaps. */
export function walkCandles(
  rows: number,
  { stepMs = 60_000, timeframe = "1m", symbol = "BENCH/USDT" } = {},
): Candles {
  const random = Random.seeded(1).stream(symbol);
  const column = (): Float64Array => new Float64Array(rows);
  const candles = {
    timestamp: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
  let price = 30_000;
  for (let i = 0; i < rows; i++) {
    candles.timestamp[i] = 1_600_000_020_000 - (1_600_000_020_000 % stepMs) + i * stepMs;
    candles.open[i] = price;
    price *= 1 + 0.0005 * random.normal();
    candles.close[i] = price;
    candles.high[i] = Math.max(candles.open[i], price) * (1 + 0.0002 * random.uniform());
    candles.low[i] = Math.min(candles.open[i], price) * (1 - 0.0002 * random.uniform());
    candles.volume[i] = 1 + 10 * random.uniform();
  }
  return { symbol, timeframe, exchange: "bench", ...candles };
}
