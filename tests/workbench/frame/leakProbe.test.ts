import { describe, expect, it } from "vitest";
import { candleRecipes } from "#engine/catalogue/recipe.ts";
import { sma } from "#engine/catalogue/vocabulary.ts";
import { EngineError } from "#engine/core/errors.ts";
import { featureSet } from "#engine/features/featureSet.ts";
import type { LeakCheck } from "#workbench/outputs/leaks/leakCheck.ts";
import { page } from "./leakPage.ts";

/** The cells' last value is the check. */
async function checked(...cells: string[]): Promise<LeakCheck> {
  const { bench } = page();
  await bench.open(cells);
  await bench.runtime.settled();
  const status = bench.runtime.status(cells.length);
  if (status.failure !== undefined) throw new EngineError(status.failure.code ?? "", status.failure.message);
  return bench.runtime.value("check") as LeakCheck;
}

async function failure(...cells: string[]): Promise<string | undefined> {
  const { bench } = page();
  await bench.open(cells);
  await bench.runtime.settled();
  return bench.runtime.status(cells.length).failure?.code;
}

const QUICK = "{ cuts: 12, warmUp: false }";

describe("leakProbe of a cell", () => {
  it("makes a value again by the cells that made it, and names the cell that first sees the future", async () => {
    const check = await checked(
      `const btc = candles("BTC/USDT");`,
      `const m = btc.close.reduce((sum, x) => sum + x, 0) / btc.close.length;`,
      `const z = btc.close.map((x) => x - m);`,
      `const check = await leakProbe(z, ${QUICK});`,
    );
    expect(check.report.verdict).toBe("leaks");
    expect(check.report.columns.map(({ name }) => name)).toEqual(["z"]);
    expect(check.report.columns[0].leak?.carriers).toEqual([
      { symbol: "BTC/USDT", timeframe: "5m", field: "close" },
    ]);
    expect(check.culprits).toEqual({ z: { cell: 2, name: "m" } });
    expect(check.cells).toEqual([1, 2, 3]);
    expect(check).toMatchObject({ of: "z", simulated: true });
  });

  it("is clean where every cell looks back, whatever they share and show", async () => {
    const check = await checked(
      `const length = 20;`,
      `const btc = await candles("BTC/USDT", "5m");`,
      `const average = (x) => sma(x, length);`,
      `display(Plot.plot({ marks: [Plot.line(btc.close)] })); const features = { fast: average(btc.close), gap: btc.close.map((x, i) => x - btc.open[i]) };`,
      `const check = await leakProbe(features, ${QUICK});`,
    );
    expect(check.report.columns.map(({ name, verdict }) => [name, verdict])).toEqual([
      ["features.fast", "clean"],
      ["features.gap", "clean"],
    ]);
    expect(check.cells).toEqual([2, 3, 4]);
    expect(check.culprits).toEqual({});
  });

  it("leaves a person's choice as it is, whatever it was chosen from", async () => {
    const check = await checked(
      `const symbols = (await universe("test")).map(({ symbol }) => symbol);`,
      `const symbol = (function* () { yield symbols[0]; })();`,
      `const prices = candles(symbol);`,
      `const average = sma(prices.close, 5);`,
      `const check = await leakProbe(average, ${QUICK});`,
    );
    expect(check.report.verdict).toBe("clean");
    expect(check.cells).toEqual([3, 4]);
  });

  it("makes again what stands beside another probe", async () => {
    const check = await checked(
      `const btc = candles("BTC/USDT");`,
      `const average = sma(btc.close, 5);`,
      `const first = await leakProbe(average, ${QUICK}); const gap = btc.close.map((x, i) => x - average[i]);`,
      `const check = await leakProbe(gap, ${QUICK});`,
    );
    expect(check.report.verdict).toBe("clean");
    expect(check.cells).toEqual([1, 2, 3]);
  });

  it("looks into several values at once, given as a record of them", async () => {
    const check = await checked(
      `const btc = candles("BTC/USDT");`,
      `const good = sma(btc.close, 5);`,
      `const bad = btc.close.map((_, i) => btc.close[i + 1] ?? NaN);`,
      `const check = await leakProbe({ good, bad }, ${QUICK});`,
    );
    expect(check.report.columns.map(({ name, verdict }) => [name, verdict])).toEqual([
      ["good", "clean"],
      ["bad", "leaks"],
    ]);
    expect(check.culprits).toEqual({ bad: { cell: 3, name: "bad" } });
  });

  it("tells the columns of several markets apart, and their rows", async () => {
    const check = await checked(
      `const markets = universe("test");`,
      `const momenta = markets.map((c) => ({ symbol: c.symbol, momentum: returns(c.close, 5) }));`,
      `const check = await leakProbe(momenta, ${QUICK});`,
    );
    expect(check.report.columns.map(({ name, verdict }) => [name, verdict])).toEqual([
      ["momenta[0].momentum", "clean"],
      ["momenta[1].momentum", "clean"],
    ]);
  });

  it("sees an hour that a cell did not wait for", async () => {
    const check = await checked(
      `const btc = candles("BTC/USDT");`,
      `const hours = resample(btc, "1h", { incomplete: "keep" });`,
      `const hourly = btc.timestamp.map((t) => hours.close[hours.timestamp.findLastIndex((open) => open <= t)] ?? NaN);`,
      `const check = await leakProbe(hourly, ${QUICK});`,
    );
    expect(check.report.columns[0].leak?.unfinished).toBe("1h");
    expect(check.culprits.hourly).toEqual({ cell: 3, name: "hourly" });
  });

  it("sees through what a strategy took from another cell", async () => {
    const cells = (threshold: string) => [
      `const btc = candles("BTC/USDT");`,
      `const level = ${threshold};`,
      `const dip = defineStrategy({ name: "dip", timeframe: "5m", history: 20,
         features: ({ close }) => ({ average: sma(close, 5) }),
         decide: ({ market }) => market.rows.filter((row) => row.candle.close < level).map(({ symbol }) => ({ symbol, weight: 0.5 })) });`,
      `const check = await leakProbe(dip, [btc], { cuts: 8, warmUp: false });`,
    ];
    const leaking = await checked(...cells("btc.close.reduce((sum, x) => sum + x, 0) / btc.close.length"));
    expect(leaking.report.verdict).toBe("leaks");
    expect(leaking.culprits["dip: decides BTC/USDT"]).toEqual({ cell: 2, name: "level" });
    const fixed = await checked(...cells("100"));
    expect(fixed.report.verdict).toBe("clean");
    expect(fixed.cells).toEqual([]);
  });

  it("takes a built-in strategy by its name, over the lake where no candles are given", async () => {
    const check = await checked(
      `const check = await leakProbe("momentum-rank", { exchange: "test", cuts: 3, attribute: false, warmUp: false, backtest: { parameters: { lookback: 20 } } });`,
    );
    expect(check.report.verdict).toBe("clean");
    expect(check.report.columns.some(({ name }) => name === "momentum ETH/USDT")).toBe(true);
    expect(check.of).toBe("momentum-rank");
  });

  it("takes recipes and feature sets, with their warm-up", async () => {
    const check = await checked(
      `const btc = candles("BTC/USDT");`,
      `const set = featureSet("mine", { fast: sma(candleRecipes().close, 10), slow: ema(candleRecipes().close, 10) });`,
      `const check = await leakProbe(set, btc, { cuts: 5 });`,
    );
    expect(check.report.verdict).toBe("clean");
    expect(check.warmUp?.columns.map(({ name }) => name)).toEqual(["fast", "slow"]);
    expect(check.warmUp?.columns[0].settledBy).toBe(25);
    expect(featureSet("mine", { fast: sma(candleRecipes().close, 10) }).features).toHaveLength(1);
  });

  it("runs a function of candles on the page, in short stretches", async () => {
    const check = await checked(
      `const btc = candles("BTC/USDT");`,
      `const check = await leakProbe((c) => ({ next: c.close.map((_, i) => c.close[i + 1] ?? NaN), last: c.close }), btc, { cuts: 6 });`,
    );
    expect(check.report.columns.map(({ name, verdict }) => [name, verdict])).toEqual([
      ["next", "leaks"],
      ["last", "clean"],
    ]);
  });

  it("says what it cannot look into", async () => {
    expect(await failure(`const check = leakProbe([1, 2, 3]);`)).toBe("leaks.not-a-subject");
    expect(await failure(`const x = Float64Array.of(1, 2);`, `const check = leakProbe(x);`)).toBe(
      "leaks.no-candles",
    );
    expect(
      await failure(
        `const btc = candles("BTC/USDT");`,
        `const n = [btc.close.length];`,
        `const check = leakProbe(n, ${QUICK});`,
      ),
    ).toBe("leaks.nothing-to-probe");
    expect(await failure(`const check = leakProbe((c) => c.close);`)).toBe("leaks.no-candles");
    expect(await failure(`const check = leakProbe("momentum-rank", { cutz: 3 });`)).toBe(
      "leakProbe.unknown-option",
    );
    // What the page alone can do would answer with nothing there, and all that follows would look clean.
    expect(
      await failure(
        `const btc = candles("BTC/USDT");`,
        `const drawn = Plot.plot(btc);`,
        `const z = btc.close.map((x) => x + (drawn.length ?? 0));`,
        `const check = leakProbe(z, ${QUICK});`,
      ),
    ).toBe("leaks.of-the-page");
    expect(
      await failure(
        `const btc = candles("BTC/USDT");`,
        `const z = btc.close.slice();`,
        `const check = leakProbe(z, btc);`,
      ),
    ).toBe("leaks.own-candles");
  });

  it("stops when the cell is stopped", async () => {
    const { bench, paused } = page();
    await bench.open(
      [
        `const btc = candles("BTC/USDT");`,
        `const z = sma(btc.close, 5);`,
        `const check = await leakProbe(z, { cuts: 5000 });`,
      ],
      false,
    );
    const running = bench.runtime.runAll();
    while (paused() < 20) await new Promise((resolve) => setImmediate(resolve));
    bench.runtime.stop(3);
    await running;
    expect(bench.runtime.status(3).state).not.toBe("ok");
    const soFar = paused();
    await new Promise((resolve) => setImmediate(resolve));
    expect(paused() - soFar).toBeLessThan(50);
  });
});
