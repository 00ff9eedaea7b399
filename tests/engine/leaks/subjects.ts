import { candlesFromColumns } from "#engine/candles/build.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { Random } from "#engine/core/random.ts";
import { atCloses, type ProbeInput, type Subject } from "#engine/leaks/subject.ts";

export const FIVE_MINUTES = 300_000;
const START = Date.UTC(2024, 0, 31, 21);

/** A seeded walk of 5-minute candles with a gap, around a turn of a day and a month. */
export function walk(rows = 600, symbol = "BTC/USDT", seed = 1): Candles {
  const random = Random.seeded(seed).stream(symbol);
  const column = (): Float64Array => new Float64Array(rows);
  const columns = {
    ...{ timestamp: column(), open: column(), high: column() },
    ...{ low: column(), close: column(), volume: column() },
  };
  let price = 100;
  for (let i = 0; i < rows; i++) {
    columns.timestamp[i] = START + (i + (i >= 200 ? 7 : 0)) * FIVE_MINUTES;
    columns.open[i] = price * (1 + 0.001 * random.normal());
    price = columns.open[i] * (1 + 0.003 * random.normal());
    columns.close[i] = price;
    columns.high[i] = Math.max(columns.open[i], price) * (1 + 0.001 * random.uniform());
    columns.low[i] = Math.min(columns.open[i], price) / (1 + 0.001 * random.uniform());
    columns.volume[i] = 10 * random.uniform();
  }
  return candlesFromColumns({ symbol, timeframe: "5m", exchange: "test" }, columns);
}

export function inputOf(...candles: Candles[]): ProbeInput {
  return { candles, information: [] };
}

/** A subject of one column on the first market. */
export function columnOf(name: string, compute: (candles: Candles) => Float64Array): Subject {
  return ({ candles: [first] }) => atCloses(first, { [name]: compute(first) });
}

export function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
