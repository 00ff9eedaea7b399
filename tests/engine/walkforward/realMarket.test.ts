import { describe, expect, it } from "vitest";
import type { Candles } from "#engine/candles/candles.ts";
import { macdRsiConfluence } from "#engine/strategies/index.ts";
import { resolveParameters } from "#engine/strategy/parameters.ts";
import { evaluate } from "#engine/walkforward/evaluate.ts";
import { candlesPath, readCandles, sharedData, WITHOUT_DATA } from "../../fixtures/sharedData.ts";
import { between } from "./handMade.ts";
import { twinEvaluation } from "./twin.ts";
import { type ConfluenceParameters, twinConfluence } from "./twinStrategies.ts";

const HOUR = 3_600_000;
const SYMBOLS = "ADA AVAX BNB BTC DOGE DOT ETH LINK LTC SOL TRX XRP".split(" ");
const series = (coin: string) => ({
  exchange: "binance",
  market: "spot",
  symbol: `${coin}-USDT`,
  timeframe: "1h",
});
const isMissing = sharedData(candlesPath(series("BTC"))) === undefined;

async function universe(): Promise<Candles[]> {
  const read = await Promise.all(SYMBOLS.map((coin) => readCandles(series(coin))));
  return read.filter((candles) => candles !== undefined);
}

describe.skipIf(isMissing)(isMissing ? `the real market (${WITHOUT_DATA})` : "the real market", () => {
  const timing = { timeframe: "1h", windowMs: 4 * HOUR, shiftMs: 2 * HOUR };

  it("is evaluated as by the brute-force twin, across an outage of the exchange", async () => {
    const candles = await universe();
    expect(candles).toHaveLength(SYMBOLS.length);
    const outage = firstGap(candles[0].timestamp);
    const settings = {
      ...timing,
      startMs: outage - 60 * HOUR,
      endMs: outage + 40 * HOUR,
      feeBps: 10,
      slippageBps: 0,
      seed: 1,
    };
    const parameters = resolveParameters(macdRsiConfluence.parameters) as unknown as ConfluenceParameters;
    const result = evaluate(macdRsiConfluence, candles, settings);
    // The twin reads every candle again at every slice: spare it the years before and after.
    const near = candles.map((each) => between(each, settings.startMs - 301 * HOUR, settings.endMs + HOUR));
    const twin = twinEvaluation(twinConfluence(parameters), near, settings, { ms: HOUR, baseMs: HOUR });
    expect(result.trades).toEqual(twin.trades);
    expect(result.slices).toEqual(twin.slices);
    expect(result.trades.length).toBeGreaterThan(20);
  });

  it("pays its costs: a return without them is higher by about both sides", async () => {
    const candles = await universe();
    const span = { ...timing, startMs: Date.UTC(2023, 0, 1), endMs: Date.UTC(2023, 5, 1) };
    const [net, gross] = [10, 0].map((feeBps) => evaluate(macdRsiConfluence, candles, { ...span, feeBps }));
    expect(net.trades.length).toBe(gross.trades.length);
    expect(gross.metrics.meanReturn - net.metrics.meanReturn).toBeCloseTo(0.002, 4);
    expect(net.metrics.winRate.low).toBeLessThan(net.metrics.winRate.value);
  });
});

function firstGap(timestamp: Float64Array): number {
  const row = timestamp.findIndex((time, i) => i > 400 && time - timestamp[i - 1] > HOUR);
  expect(row).toBeGreaterThan(400);
  return timestamp[row];
}
