import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rowFromSlot, slotAxis } from "#workbench/charts/slots.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe("the slots of a market that never closes", () => {
  test("a missing candle leaves its place empty", () => {
    const hours = [...Array(20).keys()].filter((hour) => hour !== 7 && hour !== 8);
    const axis = slotAxis(
      Float64Array.from(hours, (hour) => hour * HOUR),
      "1h",
    );
    expect(axis.isContinuous).toBe(true);
    expect([...axis.slotOfRow]).toEqual(hours);
    expect(axis.slots).toBe(20);
    expect(axis.timeOf(7)).toBe(7 * HOUR);
    expect(axis.slotAt(7.5 * HOUR)).toBe(7);
    expect(axis.slotAt(-1)).toBe(-1);
  });

  test("months are counted by the calendar", () => {
    const months = [
      "2024-01-01",
      "2024-02-01",
      "2024-03-01",
      "2024-05-01",
      "2024-06-01",
      "2024-07-01",
      "2024-08-01",
    ];
    const axis = slotAxis(
      Float64Array.from(months, (text) => Date.parse(text)),
      "1M",
    );
    expect([...axis.slotOfRow]).toEqual([0, 1, 2, 4, 5, 6, 7]);
    expect(axis.timeOf(3)).toBe(Date.parse("2024-04-01"));
  });

  test("every candle's slot opens at the candle's time", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 400 }),
        (places) => {
          const sorted = places.sort((a, b) => a - b);
          const time = Float64Array.from(sorted, (place) => 1e12 + place * HOUR);
          const axis = slotAxis(time, "1h");
          for (let row = 0; row < time.length; row++) {
            const slot = axis.slotOfRow[row];
            expect(axis.timeOf(slot)).toBe(time[row]);
            expect(axis.slotAt(time[row])).toBe(slot);
            expect(rowFromSlot(axis.slotOfRow, slot)).toBe(row);
            if (row > 0) expect(slot).toBeGreaterThan(axis.slotOfRow[row - 1]);
          }
        },
      ),
    );
  });
});

describe("the slots of a market that closes", () => {
  /** Weekdays of a year, without the ones left out. */
  const weekdays = (without: (day: number) => boolean): Float64Array =>
    Float64Array.from(
      [...Array(364).keys()].filter((day) => day % 7 < 5 && !without(day)).map((day) => day * DAY),
    );

  test("weekends take no room", () => {
    const time = weekdays(() => false);
    const axis = slotAxis(time, "1d");
    expect(axis.isContinuous).toBe(false);
    expect(axis.slots).toBe(time.length);
  });

  test("an interruption of weeks leaves one place empty", () => {
    const time = weekdays((day) => day > 100 && day < 130);
    const axis = slotAxis(time, "1d");
    expect(axis.slots).toBe(time.length + 1);
    const row = time.findIndex((at) => at >= 130 * DAY);
    const empty = axis.slotOfRow[row] - 1;
    expect(axis.timeOf(empty)).toBe(time[row - 1] + DAY);
  });
});
