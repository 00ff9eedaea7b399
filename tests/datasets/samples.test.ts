import { describe, expect, test } from "vitest";
import { ensureSamples, type SamplesProgress } from "#datasets/samples.ts";
import { simulateUniverse } from "#datasets/simulatedUniverse.ts";
import { candleAt } from "#engine/candles/build.ts";
import { openLake } from "#server/lake/lake.ts";
import { columnsAt } from "../fixtures/madeCandles.ts";
import { temporaryFolder } from "../fixtures/temporaryFolder.ts";

describe("the bundled data", () => {
  test("are put into an empty lake with progress, and marked by what they are", async () => {
    const lake = openLake(temporaryFolder());
    const seen: SamplesProgress[] = [];
    expect((await ensureSamples(lake, { onProgress: (progress) => seen.push(progress) })).length).toBe(14);
    expect(seen.map(({ done }) => done)).toEqual(Array.from({ length: 15 }, (_, k) => k));
    const series = await lake.series();
    expect(series.filter(({ simulated }) => simulated).map(({ exchange }) => exchange)).toEqual(
      Array(12).fill("simulated"),
    );
    expect(series.filter(({ simulated }) => !simulated)).toMatchObject([
      {
        id: "sample/equity/AAPL/1d",
        rows: 1260,
        firstMs: Date.UTC(2013, 4, 13),
        lastMs: Date.UTC(2018, 4, 11),
      },
      { id: "sample/index/SPX/1d", rows: 5105, firstMs: Date.UTC(2000, 0, 3), lastMs: Date.UTC(2020, 3, 17) },
    ]);
    expect(candleAt(await lake.candles("sample/equity/AAPL/1d"), 0)).toEqual({
      timestamp: Date.UTC(2013, 4, 13),
      open: 64.501427,
      high: 65.414284,
      low: 64.5,
      close: 64.96286,
      volume: 79237200,
    });
    expect(await lake.candles("simulated/spot/BTC/USDT/5m")).toEqual(simulateUniverse().candles("BTC/USDT"));
    expect((await lake.universe("simulated", "5m")).map(({ symbol }) => symbol)).toEqual(
      [...simulateUniverse().symbols].sort(),
    );
  });

  test("are made again where one is missing, and left alone where they are there", async () => {
    const lake = openLake(temporaryFolder());
    await ensureSamples(lake);
    const version = await lake.version();
    expect(await ensureSamples(lake)).toEqual([]);
    expect(await lake.version()).toBe(version);
    await lake.deleteSeries("simulated/spot/ETH/USDT/5m");
    expect(await ensureSamples(lake)).toEqual(["simulated/spot/ETH/USDT/5m"]);
  });

  test("keep what someone imported into one of them", async () => {
    const lake = openLake(temporaryFolder());
    await ensureSamples(lake);
    const candles = columnsAt([Date.UTC(2018, 4, 14)]);
    const key = { exchange: "sample", market: "equity", symbol: "AAPL", timeframe: "1d" };
    await lake.mergeCandles({ key, candles, source: "aapl-2018.csv" });
    expect(await ensureSamples(lake)).toEqual([]);
    expect((await lake.get("sample/equity/AAPL/1d")).rows).toBe(1261);
  });

  test("go on where they stopped when they are canceled", async () => {
    const lake = openLake(temporaryFolder());
    const cancel = { aborted: false };
    const onProgress = ({ done }: SamplesProgress): void => {
      cancel.aborted = done === 3;
    };
    await expect(ensureSamples(lake, { onProgress, cancel })).rejects.toMatchObject({ code: "canceled" });
    const stored = (await lake.series()).length;
    expect(stored).toBeGreaterThanOrEqual(3);
    expect((await ensureSamples(lake)).length).toBe(14 - stored);
  });
});
