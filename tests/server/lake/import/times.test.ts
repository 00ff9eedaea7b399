import { describe, expect, test } from "vitest";
import { detectDateFormat, timeReader } from "#server/lake/import/times.ts";

const AT = Date.UTC(2024, 0, 31, 9, 30);

describe("a time", () => {
  test.each([
    ["1706693400", "unix", AT],
    ["1706693400.0", "unix", AT],
    ["1706693400000", "unix", AT],
    ["1706693400000000", "unix", AT],
    ["1706693400000000000", "unix", AT],
    ["2024-01-31", "iso", Date.UTC(2024, 0, 31)],
    ["2024-01-31 09:30", "iso", AT],
    ["2024-01-31T09:30:00Z", "iso", AT],
    ["2024-01-31 09:30:00.123456+00:00", "iso", AT + 123],
    ["2024-01-31T10:30:00+01:00", "iso", AT],
    ["2024-01-31 04:30:00-0500", "iso", AT],
    ["2024.01.31 09:30", "iso", AT],
    ["20240131 093000", "iso", AT],
    ["20240131", "iso", Date.UTC(2024, 0, 31)],
    ["2024-01-31 09:30:00 UTC", "iso", AT],
    ["1/31/2024", "monthFirst", Date.UTC(2024, 0, 31)],
    ["01/31/2024 9:30 AM", "monthFirst", AT],
    ["01/31/2024 12:30 AM", "monthFirst", Date.UTC(2024, 0, 31, 0, 30)],
    ["01/31/2024 12:30 PM", "monthFirst", Date.UTC(2024, 0, 31, 12, 30)],
    ["31/01/2024 09:30:00", "dayFirst", AT],
    ["31.01.2024 09:30", "dayFirst", AT],
  ] as const)("written as %s is found to be %s and read to the millisecond", (text, format, ms) => {
    expect(detectDateFormat([text])).toBe(format);
    expect(timeReader(format)(text)).toBe(ms);
  });

  test.each(["2024-02-30", "2024-13-01", "2024-01-31 25:00", "yesterday", "", "12:30", "1,2"])(
    "that is none, such as %j, is not a number",
    (text) => {
      for (const format of ["unix", "iso", "monthFirst", "dayFirst"] as const)
        expect(timeReader(format)(text)).toBeNaN();
    },
  );

  test("with slashes is told apart by the first day after the twelfth of the whole column", () => {
    expect(detectDateFormat(["1/3/2017", "1/4/2017", "1/13/2017"])).toBe("monthFirst");
    expect(detectDateFormat(["1/3/2017", "2/3/2017", "13/3/2017"])).toBe("dayFirst");
    expect(() => detectDateFormat(["1/3/2017", "1/4/2017"])).toThrow(
      expect.objectContaining({ code: "import.ambiguous-date" }),
    );
  });
});
