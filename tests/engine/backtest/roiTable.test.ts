import { describe, expect, it } from "vitest";
import { unhashedBacktest } from "#engine/backtest/run.ts";
import { candlesFromRows } from "#engine/candles/build.ts";
import { step } from "#engine/catalogue/vocabulary.ts";
import { defineStrategy } from "#engine/strategy/contract.ts";
import { numbers, texts } from "./tables.ts";

const HOUR = 3_600_000;
/** One candle an hour; enters at the open of the second. */
const CLOSES = [100, 100, 105, 105, 105, 99];

const strategy = defineStrategy({
  name: "held",
  timeframe: "1h",
  history: 1,
  features: ({ close }) => ({
    first: step([close], () => {
      let row = 0;
      return () => (row++ === 0 ? 1 : 0);
    }),
  }),
  signals: ({ first }) => ({ enterLong: first }),
});

describe("an ROI table that says nothing of a young position", () => {
  const candles = candlesFromRows(
    { symbol: "A/USDT", timeframe: "1h", exchange: "test" },
    CLOSES.map((close, i) => [i * HOUR, i === 0 ? 100 : CLOSES[i - 1], 106, 98, close, 1000]),
  );

  it("leaves it alone until then, and takes the profit from then on", () => {
    const { trades } = unhashedBacktest(strategy, [candles], {
      startMs: 0,
      feeBps: 0,
      exits: { roi: { 120: 0.02 } },
    });
    expect(texts(trades, "exitReason")).toEqual(["roi"]);
    expect([...numbers(trades, "entryTime")]).toEqual([HOUR]);
    // Two hours old at the close of the candle of 02:00; 105 is then above 102: out at the next open.
    expect([...numbers(trades, "exitTime")]).toEqual([3 * HOUR]);
    expect([...numbers(trades, "exitPrice")]).toEqual([105]);
  });
});
