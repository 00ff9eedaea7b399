import type { Candles } from "#engine/candles/candles.ts";
import { Random } from "#engine/core/random.ts";

const HOUR = 3_600_000;
const FIRST = Date.UTC(2024, 0, 1);

/** Hourly candles of a walk whose steps are calm for a while and then wild; `rows` are the hours that it has. */
export function walk(symbol: string, rows: readonly number[], seed = symbol): Candles {
  const random = Random.seeded(seed).stream("walk");
  const column = (): Float64Array => new Float64Array(rows.length);
  const [timestamp, open, high, low, close, volume] = [
    column(),
    column(),
    column(),
    column(),
    column(),
    column(),
  ];
  let price = 100;
  for (const [i, hour] of rows.entries()) {
    const wild = Math.floor(i / 60) % 2 === 0 ? 0.002 : 0.02;
    timestamp[i] = FIRST + hour * HOUR;
    open[i] = price * (1 + random.normal(0, wild / 10));
    close[i] = open[i] * (1 + random.normal(0, wild));
    high[i] = Math.max(open[i], close[i]) * (1 + (wild / 2) * random.uniform());
    low[i] = Math.min(open[i], close[i]) * (1 - (wild / 2) * random.uniform());
    volume[i] = 1 + random.uniform();
    price = close[i];
  }
  return { symbol, timeframe: "1h", exchange: "made", timestamp, open, high, low, close, volume };
}

export const hours = (count: number, first = 0): number[] =>
  Array.from({ length: count }, (_, i) => first + i);
