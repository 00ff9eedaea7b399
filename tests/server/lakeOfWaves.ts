import type { CandleColumns } from "#engine/candles/candles.ts";
import { Random } from "#engine/core/random.ts";
import type { Lake } from "#server/lake/lake.ts";

const FIVE_MINUTES = 300_000;
export const FIRST_MS = Date.UTC(2024, 0, 1);

/** A small made-up universe of 5m candles in a lake, labelled simulated, the same in every run. */
export async function fillLake(
  lake: Lake,
  { symbols = ["AAA/USDT", "BBB/USDT", "CCC/USDT"], days = 5 } = {},
): Promise<void> {
  await lake.mergeAll(
    symbols.map((symbol, k) => ({
      key: { exchange: "simulated", market: "spot", symbol, timeframe: "5m" },
      candles: walk(Random.seeded(k + 1), days * 288),
      simulated: true,
      source: "made by the tests",
    })),
  );
}

function walk(random: Random, rows: number): CandleColumns {
  const columns = Object.fromEntries(
    ["timestamp", "open", "high", "low", "close", "volume"].map((name) => [name, new Float64Array(rows)]),
  ) as unknown as CandleColumns;
  let price = 100;
  for (let i = 0; i < rows; i++) {
    const open = price;
    price *= 1 + (random.uniform() - 0.5) / 100;
    columns.timestamp[i] = FIRST_MS + i * FIVE_MINUTES;
    columns.open[i] = open;
    columns.high[i] = Math.max(open, price) * 1.001;
    columns.low[i] = Math.min(open, price) * 0.999;
    columns.close[i] = price;
    columns.volume[i] = 1000 + 500 * random.uniform();
  }
  return columns;
}
