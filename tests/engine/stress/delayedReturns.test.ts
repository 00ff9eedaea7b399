import { describe, expect, it } from "vitest";
import { unhashedBacktest } from "#engine/backtest/run.ts";
import { candlesFromRows } from "#engine/candles/build.ts";
import type { Table } from "#engine/core/table.ts";
import { accountReturns, closedBalances } from "#engine/montecarlo/accountReturns.ts";
import type { TradeColumn } from "#engine/session/tables.ts";
import { defineStrategy } from "#engine/strategy/contract.ts";
import { delayedReturns } from "#engine/stress/delayedReturns.ts";

const HOUR = 3_600_000;
const opens = [100, 104, 110, 99, 120, 130, 90];
const candles = candlesFromRows(
  { symbol: "A/USDT", timeframe: "1h", exchange: "made" },
  opens.map((open, i) => [i * HOUR, open, open + 1, open - 1, open, 5]),
);

function trade(values: Partial<Record<TradeColumn, number | string>>): Table<TradeColumn> {
  const columns = Object.fromEntries(
    Object.entries({ symbol: "A/USDT", direction: "long", ...values }).map(([name, value]) => [
      name,
      typeof value === "number" ? Float64Array.of(value) : { codes: Int32Array.of(0), values: [value] },
    ]),
  );
  return { rows: 1, columns: columns as Table<TradeColumn>["columns"] };
}

describe("what trades would have made, entered later", () => {
  const made = {
    entryTime: HOUR,
    entryPrice: 104,
    exitTime: 4 * HOUR,
    exitPrice: 120,
    amount: 2,
    profit: 31,
  };

  it("is what was paid more or less for the entry, by delay, and nothing once the trade was over", () => {
    const found = delayedReturns(trade(made), () => candles, {
      mostBars: 4,
      balances: Float64Array.of(1000),
    });
    // 16 × 2 less 1 of costs; then entered at 110, at 99; at 120 it is the exit's candle already.
    expect(found.map(([value]) => value)).toEqual([0.031, (31 - 12) / 1000, (31 + 10) / 1000, 0, 0]);
  });

  it("is the other way round for shorts", () => {
    const found = delayedReturns(trade({ ...made, direction: "short" }), () => candles, {
      mostBars: 1,
      balances: Float64Array.of(1000),
    });
    expect(found[1][0]).toBeCloseTo((31 + 12) / 1000, 12);
  });

  it("keeps the slippage of an entry at an open", () => {
    const slipped = { ...made, entryPrice: 104 * 1.01 };
    const [, late] = delayedReturns(trade(slipped), () => candles, {
      mostBars: 1,
      balances: Float64Array.of(1000),
    });
    expect(late[0]).toBeCloseTo((31 - 2 * (110 * 1.01 - 104 * 1.01)) / 1000, 12);
  });

  it("goes by the candle that an entry inside it was in", () => {
    const inside = { ...made, entryTime: HOUR + 1000, entryPrice: 103 };
    const [, late] = delayedReturns(trade(inside), () => candles, {
      mostBars: 1,
      balances: Float64Array.of(1000),
    });
    expect(late[0]).toBeCloseTo((31 - 2 * (110 - 103)) / 1000, 12);
  });

  it("without delay is what the trades of a backtest made of the account, and late what a later entry makes", () => {
    // Long from the close of candle k on, left at the close of candle 4 in every case: the engine's own later entry.
    const from = (k: number) =>
      defineStrategy({
        name: "once",
        timeframe: "1h",
        history: 1,
        features: ({ close }) => ({ close }),
        decide: ({ market: { time } }) => ({
          signals:
            time === (k + 1) * HOUR
              ? [{ symbol: "A/USDT", direction: "long" as const }]
              : time === 5 * HOUR
                ? [{ symbol: "A/USDT", direction: "flat" as const }]
                : [],
        }),
      });
    const options = { feeBps: 0, sizing: { kind: "fixedAmount" as const, amountQuote: 1000 } };
    const run = (k: number) => unhashedBacktest(from(k), [candles], options).trades;
    const first = run(0);
    const profit = first.columns.profit as Float64Array;
    const delayed = delayedReturns(first, () => candles, {
      mostBars: 2,
      balances: closedBalances(profit, 10_000),
    });
    expect(delayed[0]).toEqual(accountReturns(profit, 10_000));
    for (const k of [1, 2]) {
      // The engine stakes the same money, the delay keeps the amount: compare what one unit made.
      const late = run(k).columns;
      const own = (late.profit as Float64Array)[0] / (late.amount as Float64Array)[0];
      const amount = (first.columns.amount as Float64Array)[0];
      expect(delayed[k][0]).toBeCloseTo((own * amount) / 10_000, 10);
    }
  });

  it("wants a whole number of candles", () => {
    expect(() =>
      delayedReturns(trade(made), () => candles, { mostBars: 1.5, balances: Float64Array.of(1000) }),
    ).toThrowError(expect.objectContaining({ code: "stress.delay" }));
  });
});
