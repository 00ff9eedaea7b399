import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { unhashedBacktest } from "#engine/backtest/run.ts";
import { type CandleRow, candlesFromRows } from "#engine/candles/build.ts";
import { step } from "#engine/catalogue/vocabulary.ts";
import { exitsFromFreqtrade } from "#engine/exits/freqtrade.ts";
import { defineStrategy } from "#engine/strategy/contract.ts";
import { sharedData, WITHOUT_DATA } from "../../fixtures/sharedData.ts";
import { numbers, texts } from "./tables.ts";

type Case = {
  readonly id: string;
  readonly note: string;
  readonly use_exit_signal: boolean;
  readonly stop_loss: number;
  readonly roi: Readonly<Record<string, number>>;
  readonly data: readonly (readonly number[])[];
  readonly profit_perc: number;
  readonly trades: readonly {
    readonly exit_reason: string;
    readonly open_tick: number;
    readonly close_tick: number;
  }[];
};

const CASES = "oracles/freqtrade/backtest_detail.json";
const HOUR = 3_600_000;
const FIRST = Date.UTC(2018, 9, 3);
const REASONS: Readonly<Record<string, string>> = {
  stop_loss: "stopLoss",
  roi: "roi",
  exit_signal: "signal",
};
const isMissing = sharedData(CASES) === undefined;
const cases: Case[] = isMissing ? [] : JSON.parse(readFileSync(sharedData(CASES)!, "utf8")).cases;

describe.skipIf(isMissing)(
  isMissing ? `freqtrade's scenarios (${WITHOUT_DATA})` : "freqtrade's scenarios",
  () => {
    it.each(cases.map((one) => [one.id, one.note, one] as const))("%s: %s", (_, __, one) => {
      const rows = one.data.map(
        ([tick, ...prices]): CandleRow => [
          FIRST + tick * HOUR,
          prices[0],
          prices[1],
          prices[2],
          prices[3],
          prices[4],
        ],
      );
      const candles = candlesFromRows({ symbol: "UNITTEST/BTC", timeframe: "1h", exchange: "test" }, rows);
      const enter = one.data.map((row) => row[6]);
      const exit = one.data.map((row) => (one.use_exit_signal ? row[7] : 0));
      const strategy = defineStrategy({
        name: "scenario",
        timeframe: "1h",
        history: 1,
        features: ({ close }) => ({
          enter: step([close], played, enter),
          exit: step([close], played, exit),
        }),
        signals: (features) => ({ enterLong: features.enter, exitLong: features.exit }),
        exits: exitsFromFreqtrade({ stoploss: one.stop_loss, minimal_roi: one.roi }),
      });
      const { trades } = unhashedBacktest(strategy, [candles], { feeBps: 0, startMs: FIRST });
      const tick = (time: number): number => (Math.floor(time / HOUR) * HOUR - FIRST) / HOUR;
      expect(texts(trades, "exitReason")).toEqual(one.trades.map(({ exit_reason }) => REASONS[exit_reason]));
      expect([...numbers(trades, "entryTime")].map(tick)).toEqual(
        one.trades.map(({ open_tick }) => open_tick),
      );
      expect([...numbers(trades, "exitTime")].map(tick)).toEqual(
        one.trades.map(({ close_tick }) => close_tick),
      );
      const profit = numbers(trades, "return").reduce((sum, value) => sum + value, 0);
      expect(profit).toBeCloseTo(one.profit_perc, 3);
    });
  },
);

/** A step that plays back the values that it was given, one a row. */
function played(...values: number[]): (value: number) => number {
  let row = 0;
  return () => values[row++];
}
