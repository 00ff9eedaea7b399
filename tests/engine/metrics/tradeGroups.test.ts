import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Table, TextColumn } from "#engine/core/table.ts";
import { HOUR_MS } from "#engine/core/timeframe.ts";
import { numbersIn } from "#engine/metrics/tradeColumns.ts";
import { type GroupColumn, groupTrades } from "#engine/metrics/tradeGroups.ts";
import { hourKeys, monthKeys, regimeKeys, textKeys, weekdayKeys } from "#engine/metrics/tradeKeys.ts";
import { profitFactor } from "#engine/metrics/tradeSummary.ts";
import { wilsonInterval } from "#engine/metrics/wilson.ts";

type Trade = { symbol: string | undefined; entryTime: number; hours: number; profit: number; return: number };

const trades = fc.array(
  fc.record({
    symbol: fc.constantFrom("B", "A", "C", undefined),
    entryTime: fc.integer({ min: Date.UTC(2019, 0, 1), max: Date.UTC(2025, 0, 1) }),
    hours: fc.integer({ min: 0, max: 500 }),
    profit: fc.integer({ min: -50, max: 50 }),
    return: fc.integer({ min: -9, max: 9 }).map((value) => value / 100),
  }),
  { maxLength: 60 },
);

const tableOf = (list: readonly Trade[]): Table<"entryTime" | "exitTime" | "profit" | "return"> => ({
  rows: list.length,
  columns: {
    entryTime: Float64Array.from(list, ({ entryTime }) => entryTime),
    exitTime: Float64Array.from(list, ({ entryTime, hours }) => entryTime + hours * HOUR_MS),
    profit: Float64Array.from(list, ({ profit }) => profit),
    return: Float64Array.from(list, (trade) => trade.return),
  },
});

const symbolsOf = (list: readonly Trade[]): TextColumn => {
  const values = [...new Set(list.map(({ symbol }) => symbol))].filter((symbol) => symbol !== undefined);
  return { codes: Int32Array.from(list, ({ symbol }) => values.indexOf(symbol ?? "")), values };
};

const groupsOf = ({ columns }: Table<GroupColumn>): (string | undefined)[] => {
  const { codes, values } = columns.group as TextColumn;
  return Array.from(codes, (code) => values[code]);
};

describe("groupTrades", () => {
  it("has of each group what its own trades come to, filtered by hand", () => {
    fc.assert(
      fc.property(trades, (list) => {
        const grouped = groupTrades(tableOf(list), textKeys(symbolsOf(list)));
        const present = [...new Set(list.map(({ symbol }) => symbol))];
        const named = present.filter((symbol) => symbol !== undefined).sort();
        expect(groupsOf(grouped)).toEqual([...named, ...(present.includes(undefined) ? [undefined] : [])]);
        for (const [row, group] of groupsOf(grouped).entries()) {
          const own = list.filter(({ symbol }) => symbol === group);
          const at = (name: GroupColumn): number => numbersIn(grouped, name)[row];
          const won = own.filter(({ profit }) => profit > 0).length;
          const { value, low, high } = wilsonInterval(won, own.length);
          expect(at("trades")).toBe(own.length);
          expect([at("winRate"), at("winRateLow"), at("winRateHigh")]).toEqual([value, low, high]);
          expect(at("profit")).toBe(own.reduce((sum, { profit }) => sum + profit, 0));
          expect(at("expectancy")).toBeCloseTo(at("profit") / own.length, 12);
          expect(at("profitFactor")).toEqual(profitFactor(own.map(({ profit }) => profit)));
          expect(at("bestReturn")).toBe(Math.max(...own.map((trade) => trade.return)));
          expect(at("worstReturn")).toBe(Math.min(...own.map((trade) => trade.return)));
          expect(at("averageHoldingMs") / HOUR_MS).toBeCloseTo(
            own.reduce((sum, { hours }) => sum + hours, 0) / own.length,
            6,
          );
        }
      }),
    );
  });

  it("puts every trade into one group, by whatever key", () => {
    fc.assert(
      fc.property(trades, (list) => {
        const table = tableOf(list);
        const entry = numbersIn(table, "entryTime");
        const label = ["calm", "wild"];
        const regimes = { time: Float64Array.of(Date.UTC(2020, 0, 1), Date.UTC(2022, 0, 1)), label };
        const keys = [monthKeys(entry), weekdayKeys(entry), hourKeys(entry), regimeKeys(entry, regimes)];
        for (const key of keys) {
          const grouped = groupTrades(table, key);
          const total = (name: GroupColumn): number =>
            numbersIn(grouped, name).reduce((sum, one) => sum + one, 0);
          expect(total("trades")).toBe(list.length);
          expect(total("profit")).toBe(list.reduce((sum, { profit }) => sum + profit, 0));
        }
      }),
    );
  });

  it("is empty without trades", () => {
    const none = groupTrades(tableOf([]), { codes: new Int32Array(0), values: ["A"] });
    expect(none.rows).toBe(0);
    expect(numbersIn(none, "profit")).toHaveLength(0);
  });
});

describe("keys of trades", () => {
  it("are those of the calendar: month, weekday and hour as Date has them in UTC", () => {
    const time = fc.integer({ min: Date.UTC(1969, 0, 1), max: Date.UTC(2100, 0, 1) });
    fc.assert(
      fc.property(fc.array(time, { minLength: 1, maxLength: 20 }), (times) => {
        const column = Float64Array.from(times);
        const text = ({ codes, values }: TextColumn): string[] => Array.from(codes, (code) => values[code]);
        const dates = times.map((at) => new Date(at));
        const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
        expect(text(monthKeys(column))).toEqual(dates.map((date) => date.toISOString().slice(0, 7)));
        expect(text(weekdayKeys(column))).toEqual(dates.map((date) => days[date.getUTCDay()]));
        expect(text(hourKeys(column))).toEqual(dates.map((date) => `${date.toISOString().slice(11, 13)}:00`));
      }),
    );
    expect(weekdayKeys(Float64Array.of(0)).values[0]).toBe("Monday");
  });

  it("take the regime that was in force, and none before the first", () => {
    const regimes = { time: Float64Array.of(10, 20, 30), label: ["up", "down", "up"] };
    const { codes, values } = regimeKeys(Float64Array.of(9, 10, 19, 20, 30, 99), regimes);
    expect(Array.from(codes, (code) => values[code])).toEqual([undefined, "up", "up", "down", "up", "up"]);
    const asColumn = { time: regimes.time, label: { codes: Int32Array.of(0, 1, 0), values: ["up", "down"] } };
    expect(regimeKeys(Float64Array.of(20), asColumn)).toEqual(regimeKeys(Float64Array.of(20), regimes));
  });

  it("have no group in a column of numbers", () => {
    expect(textKeys(Float64Array.of(1, 2))).toEqual({ codes: Int32Array.of(-1, -1), values: [] });
  });
});
