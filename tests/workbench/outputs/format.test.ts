import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decimalsFor,
  formatDuration,
  formatNumber,
  formatPercent,
  formatShort,
  formatSigned,
  formatTime,
  timePrecision,
} from "#workbench/outputs/format.ts";

const plain = (text: string): string => text.replaceAll("\u202f", " ").replaceAll("\u2212", "-");

describe("numbers for people", () => {
  test("thin spaces between groups of three, a true minus, a dash for what is missing", () => {
    expect(formatNumber(1234567.891, 2)).toBe("1\u202f234\u202f567.89");
    expect(formatNumber(-1234, 0)).toBe("\u22121\u202f234");
    expect(formatNumber(999, 0)).toBe("999");
    expect(formatNumber(Number.NaN, 2)).toBe("–");
    expect(formatNumber(Number.POSITIVE_INFINITY)).toBe("∞");
  });

  test("what rounds to zero has no sign", () => {
    expect(formatNumber(-0.001, 2)).toBe("0.00");
    expect(formatSigned(0.001, 2)).toBe("0.00");
    expect(formatSigned(0.01, 2)).toBe("+0.01");
    expect(formatNumber(-0, 0)).toBe("0");
  });

  test("a formatted number reads back as the number, rounded", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e14, max: 1e14, noNaN: true }),
        fc.integer({ min: 0, max: 8 }),
        (value, decimals) => {
          const text = plain(formatNumber(value, decimals)).replaceAll(" ", "");
          expect(Number(text) + 0).toBe(Number(value.toFixed(decimals)) + 0);
        },
      ),
    );
  });

  test("percent of a fraction, with its sign where that is the message", () => {
    expect(plain(formatPercent(0.12345))).toBe("12.35 %");
    expect(plain(formatPercent(-0.001, 2, { signed: true }))).toBe("-0.10 %");
    expect(plain(formatPercent(0.001, 2, { signed: true }))).toBe("+0.10 %");
    expect(formatPercent(Number.NaN)).toBe("–");
  });

  test("a number on its own keeps a few digits and no trailing zeros", () => {
    expect(plain(formatShort(31643.86))).toBe("31 644");
    expect(formatShort(0.5)).toBe("0.5");
    expect(formatShort(0.000123456)).toBe("0.0001235");
    expect(formatShort(0)).toBe("0");
    expect(plain(formatShort(1200))).toBe("1 200");
  });
});

describe("decimals of a column", () => {
  test("prices keep every decimal they were written with", () => {
    expect(decimalsFor([60123.45, 60000, 59999.5])).toBe(2);
    expect(decimalsFor([1, 2, 3])).toBe(0);
    expect(decimalsFor([0.00001234])).toBe(8);
  });

  test("a sum of written decimals shows no float noise", () => {
    expect(decimalsFor([0.1 + 0.2, 0.5])).toBeLessThanOrEqual(2);
  });

  test("computed values get about six significant digits", () => {
    expect(decimalsFor([54.23198237461, 61.99182736455, 48.1827364551])).toBe(4);
    expect(decimalsFor([1 / 3, 2 / 3])).toBe(6);
  });
});

describe("times", () => {
  test("are UTC, as fine as the column needs", () => {
    const five = Date.UTC(2024, 2, 1, 5);
    expect(formatTime(five, "minute")).toBe("2024-03-01 05:00");
    expect(formatTime(five, "day")).toBe("2024-03-01");
    expect(formatTime(five + 1234, "millisecond")).toBe("2024-03-01 05:00:01.234");
    expect(timePrecision([Date.UTC(2024, 0, 1), Date.UTC(2024, 0, 2)])).toBe("day");
    expect(timePrecision([five, five + 1000])).toBe("second");
    expect(formatTime(Number.NaN)).toBe("–");
  });

  test("durations tell their two largest units", () => {
    expect(plain(formatDuration(4 * 3_600_000))).toBe("4 h");
    expect(plain(formatDuration(54 * 3_600_000))).toBe("2 d 6 h");
    expect(plain(formatDuration(90_000))).toBe("1 min 30 s");
  });
});
