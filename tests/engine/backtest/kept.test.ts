import fc from "fast-check";
import { expect, test } from "vitest";
import { keptBacktest } from "#engine/backtest/kept.ts";
import type { Backtest } from "#engine/backtest/result.ts";
import type { Table } from "#engine/core/table.ts";

const resultOf = (equity: Float64Array): Backtest => {
  const time = equity.map((_, row) => row);
  const table: Table = {
    rows: equity.length,
    columns: { time, equity, drawdown: equity.map((value) => -value) },
  };
  return {
    equity: table,
    strategies: [{ name: "one", equity: { rows: equity.length, columns: { time, equity } } }],
  } as unknown as Backtest;
};

test("a kept equity is as short as asked for and has the extremes, the ends and whole rows of the full one", () => {
  fc.assert(
    fc.property(
      fc.float64Array({ noNaN: true, minLength: 1, maxLength: 400 }),
      fc.integer({ min: 4, max: 100 }),
      (equity, most) => {
        const kept = keptBacktest(resultOf(equity), most);
        const { time, equity: values, drawdown } = kept.equity.columns as Record<string, Float64Array>;
        expect(time.length).toBe(kept.equity.rows);
        expect(time.length).toBeLessThanOrEqual(equity.length <= most ? equity.length : most);
        expect(Math.min(...values)).toBe(Math.min(...equity));
        expect(Math.max(...values)).toBe(Math.max(...equity));
        expect([time[0], time[time.length - 1]]).toEqual([0, equity.length - 1]);
        time.forEach((row, i) => {
          if (i > 0) expect(row).toBeGreaterThan(time[i - 1]);
          expect(values[i]).toBe(equity[row]);
          expect(drawdown[i]).toBe(-equity[row]);
        });
        expect((kept.strategies[0].equity.columns.equity as Float64Array).length).toBe(time.length);
      },
    ),
  );
});
