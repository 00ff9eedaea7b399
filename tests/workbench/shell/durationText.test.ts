import fc from "fast-check";
import { expect, test } from "vitest";
import { durationText, parseDuration } from "#workbench/state/durationText.ts";

test("durations are read as people write them", () => {
  expect(parseDuration("4h")).toBe(14_400_000);
  expect(parseDuration(" 90 m ")).toBe(5_400_000);
  expect(parseDuration("1d 12h")).toBe(129_600_000);
  expect(parseDuration("0.5h")).toBe(1_800_000);
  expect(parseDuration("2W")).toBe(1_209_600_000);
});

test("what is not a duration is none", () => {
  for (const text of ["", "4", "h", "-4h", "4h 5", "0m", "four hours", "1e3m"])
    expect(parseDuration(text)).toBeUndefined();
});

test("whole minutes survive being written and read", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (minutes) => {
      expect(parseDuration(durationText(minutes * 60_000))).toBe(minutes * 60_000);
    }),
  );
});
