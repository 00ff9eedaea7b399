import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLake } from "#server/lake/lake.ts";
import { walkCandles } from "./candles.ts";
import { type Goal, printGroup, requireClose, sideBySide } from "./measure.ts";

/** 1,000,000 candles from the lake's Parquet files to engine columns in Node. */
export async function benchParquet(rounds: number): Promise<Goal[]> {
  const root = mkdtempSync(join(tmpdir(), "walkforward-bench-"));
  try {
    const lake = openLake(root);
    const candles = walkCandles(1_000_000);
    const key = { exchange: "bench", market: "spot", symbol: candles.symbol, timeframe: candles.timeframe };
    await lake.mergeCandles({ key, candles, simulated: true, source: "benchmark" });
    const [series] = await lake.series();
    requireClose("parquet close", (await lake.candles(series.id)).close, candles.close, 0);
    const times = await sideBySide(
      { "1,000,000 candles, Parquet to columns": () => lake.candles(series.id) },
      rounds,
    );
    printGroup(`lake, ${series.files.length} monthly files`, times);
    return [
      {
        name: "Parquet to engine columns in Node",
        measured: Object.values(times)[0],
        limit: 150,
        unit: "ms",
      },
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
