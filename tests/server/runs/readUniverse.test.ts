import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Candles } from "#engine/candles/candles.ts";
import { resample } from "#engine/candles/resample.ts";
import { DAY_MS } from "#engine/core/timeframe.ts";
import { builtInStrategy } from "#engine/strategies/index.ts";
import { evaluate } from "#engine/walkforward/evaluate.ts";
import { type Lake, openLake } from "#server/lake/lake.ts";
import { leftOut, readUniverse } from "#server/runs/readUniverse.ts";
import { LakeView } from "#workbench/frame/lakeView.ts";
import { FIRST_MS, fillLake } from "../lakeOfWaves.ts";

const strategy = builtInStrategy("momentum-rank");
let folder: string;
let lake: Lake;
let fine: Candles[];

/** AAA is stored by the hour, BBB by five minutes, CCC by the day. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "walkforward-test-"));
  lake = openLake(folder);
  await fillLake(lake, { days: 30 });
  fine = await lake.universe("simulated", "5m");
  for (const [i, timeframe] of ["1h", "5m", "1d"].entries()) {
    const candles = timeframe === "5m" ? fine[i] : resample(fine[i], timeframe);
    const key = { exchange: "mixed", market: "spot", symbol: candles.symbol, timeframe };
    await lake.mergeCandles({ key, candles, source: "made by the tests" });
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The same lake as a notebook's cells see it. */
async function cells(): Promise<LakeView> {
  const stored = await lake.series();
  const view = new LakeView(async (id, fromMs, toMs) => {
    const series = stored.find((one) => one.id === id);
    if (series === undefined) throw new Error(`no ${id}`);
    const range = {
      ...(fromMs === undefined ? {} : { fromMs }),
      ...(toMs === undefined ? {} : { toMs }),
    };
    const { timestamp, open, high, low, close, volume } = await lake.candles(id, range);
    return { series, timestamp, open, high, low, close, volume };
  });
  view.setSeries(stored);
  return view;
}

describe("the universe of an evaluation", () => {
  test("has the symbols that are stored finer as well, put together to the timeframe of the others", async () => {
    const { universe } = await readUniverse(lake, strategy, {
      strategy: strategy.name,
      exchange: "mixed",
      timeframe: "1h",
    });
    const named = fine.map((candles) => ({ ...candles, exchange: "mixed" }));
    expect(universe).toEqual([resample(named[0], "1h"), resample(named[1], "1h")]);
  });

  test.each(["1h", "2h"])(
    "at %s gives what a cell's gives, over a span as over all of it",
    async (timeframe) => {
      const view = await cells();
      const span = { startMs: FIRST_MS + 27 * DAY_MS, endMs: FIRST_MS + 29 * DAY_MS };
      const request = { strategy: strategy.name, exchange: "mixed", timeframe, ...span };
      const { universe } = await readUniverse(lake, strategy, request);
      const all = await view.universe("mixed", view.baseTimeframe("mixed", timeframe));
      expect(universe[0].timestamp[0]).toBeGreaterThan(all[0].timestamp[0]);
      const options = { ...span, timeframe, windowMs: DAY_MS };
      const mine = evaluate(strategy, universe, options);
      expect(mine.universe.symbols).toEqual(["AAA/USDT", "BBB/USDT"]);
      expect(mine.hash).toBe(evaluate(strategy, all, options).hash);
    },
  );

  test("says which symbols it could not take", async () => {
    const taken = { exchange: "mixed", symbols: ["AAA/USDT", "BBB/USDT"] };
    const request = { strategy: strategy.name, exchange: "mixed", timeframe: "1h" };
    expect((await leftOut(lake, request, taken)).map(({ id }) => id)).toEqual(["mixed/spot/CCC/USDT/1d"]);
    expect(await leftOut(lake, { ...request, symbols: taken.symbols }, taken)).toEqual([]);
  });

  test("is refused where a symbol that was named cannot be of the timeframe", async () => {
    const request = { strategy: strategy.name, exchange: "mixed", timeframe: "1h" };
    await expect(
      readUniverse(lake, strategy, { ...request, symbols: ["AAA/USDT", "CCC/USDT"] }),
    ).rejects.toMatchObject({ code: "lake.unknown-series", details: { symbol: "CCC/USDT" } });
    await expect(
      readUniverse(lake, strategy, { ...request, symbols: ["AAA/USDT", "BBB/USD"] }),
    ).rejects.toMatchObject({ code: "lake.unknown-symbol", details: { nearest: "BBB/USDT" } });
  });
});
