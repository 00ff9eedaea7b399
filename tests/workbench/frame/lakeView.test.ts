import { describe, expect, test } from "vitest";
import { LakeView } from "#workbench/frame/lakeView.ts";
import type { CandlesReply, FrameSeries } from "#workbench/shell/protocol.ts";

const HOUR = 3_600_000;

function series(
  exchange: string,
  symbol: string,
  timeframe: string,
  more: Partial<FrameSeries> = {},
): FrameSeries {
  const market = more.market ?? "spot";
  const id = `${exchange}/${market}/${symbol}/${timeframe}`;
  return {
    id,
    exchange,
    market,
    symbol,
    timeframe,
    rows: 120,
    firstMs: 0,
    lastMs: 119 * 60_000,
    simulated: false,
    ...more,
  };
}

const ALL = [
  series("simulated", "BTC/USDT", "1m", { simulated: true }),
  series("simulated", "ETH/USDT", "1m", { simulated: true }),
  series("kraken", "BTC/USDT", "1m"),
  series("kraken", "BTC/USDT", "30m"),
  series("kraken", "XBT/USD", "1m", { market: "perp" }),
];

/** Two hours of one-minute candles whose close counts up from 0. */
function lake(known: FrameSeries[] = ALL): { view: LakeView; loads: string[] } {
  const loads: string[] = [];
  const view = new LakeView((id) => {
    loads.push(id);
    const found = known.find((one) => one.id === id);
    if (found === undefined) return Promise.reject(new Error(`no ${id}`));
    const step = found.timeframe === "30m" ? 30 : 1;
    const rows = 120 / step;
    const column = (make: (i: number) => number) => Float64Array.from({ length: rows }, (_, i) => make(i));
    const close = column((i) => i);
    const timestamp = column((i) => i * step * 60_000);
    const reply: CandlesReply = {
      series: found,
      timestamp,
      open: close,
      high: close,
      low: close,
      close,
      volume: column(() => 1),
    };
    return Promise.resolve(reply);
  });
  view.setSeries(known);
  return { view, loads };
}

describe("the lake as cells see it", () => {
  test("a symbol that a real exchange has is not taken from the simulated one", async () => {
    const { view } = lake();
    expect((await view.candles("BTC/USDT")).exchange).toBe("kraken");
    expect((await view.candles("eth/usdt")).exchange).toBe("simulated");
  });

  test("a higher timeframe is put together from the coarsest that is stored", async () => {
    const { view, loads } = lake();
    const hours = await view.candles("BTC/USDT", "1h", { exchange: "kraken" });
    expect(loads).toEqual(["kraken/spot/BTC/USDT/30m"]);
    expect(Array.from(hours.timestamp)).toEqual([0, HOUR]);
    expect(Array.from(hours.volume)).toEqual([2, 2]);
  });

  test("the same call loads once and gives the same columns", async () => {
    const { view, loads } = lake();
    const [a, b] = await Promise.all([view.candles("ETH/USDT", "5m"), view.candles("ETH/USDT", "5m")]);
    expect(a.close).toBe(b.close);
    expect(loads).toHaveLength(1);
  });

  test("a load that failed is tried again", async () => {
    let fails = true;
    const view = new LakeView((id) => {
      if (fails) return Promise.reject(new Error("offline"));
      const none = new Float64Array();
      return Promise.resolve({
        series: ALL[1],
        timestamp: none,
        open: none,
        high: none,
        low: none,
        close: none,
        volume: none,
        id,
      });
    });
    view.setSeries(ALL);
    await expect(view.candles("ETH/USDT")).rejects.toThrow("offline");
    fails = false;
    expect((await view.candles("ETH/USDT")).symbol).toBe("ETH/USDT");
  });

  test("an unknown symbol is an error that names the nearest one", async () => {
    await expect(lake().view.candles("BTC/USD")).rejects.toMatchObject({
      code: "lake.unknown-symbol",
      details: { nearest: "BTC/USDT" },
    });
  });

  test("a symbol of another exchange is an error that says where it is", async () => {
    await expect(lake().view.candles("ETH/USDT", "1m", { exchange: "kraken" })).rejects.toThrow(
      "It is there on simulated",
    );
  });

  test("a timeframe that cannot be made is an error that says what is stored", async () => {
    await expect(lake().view.candles("ETH/USDT", "30s")).rejects.toMatchObject({ code: "lake.no-timeframe" });
  });

  test("a universe has every symbol of its exchange in the order of their names", async () => {
    const universe = await lake().view.universe("simulated", "1h");
    expect(universe.map(({ symbol, timeframe }) => `${symbol} ${timeframe}`)).toEqual([
      "BTC/USDT 1h",
      "ETH/USDT 1h",
    ]);
  });

  test("the simulated universe is the one that is meant when none is named", async () => {
    const { view } = lake();
    const universe = await view.universe();
    expect(view.isSimulated(universe)).toBe(true);
    expect(view.isSimulated([await view.candles("BTC/USDT", "1m", { exchange: "kraken" })])).toBe(false);
  });

  test("an evaluation reads what is stored, the coarsest that the strategy's timeframe is a multiple of", () => {
    expect(lake().view.baseTimeframe("kraken", "1h")).toBe("30m");
    expect(lake().view.baseTimeframe("kraken", "5m")).toBe("1m");
  });

  test("an unknown exchange is an error that names the nearest one", () => {
    expect(() => lake().view.baseTimeframe("krakn", "1h")).toThrow('Did you mean "kraken"?');
  });
});
