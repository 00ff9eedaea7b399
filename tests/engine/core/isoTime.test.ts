import fc from "fast-check";
import { expect, it } from "vitest";
import { isoMonth, isoTime } from "#engine/core/isoTime.ts";

it("times and months read as the calendar's own", () => {
  fc.assert(
    fc.property(fc.integer({ min: -62_000_000_000_000, max: 250_000_000_000_000 }), (timestamp) => {
      const iso = new Date(timestamp).toISOString();
      expect(isoMonth(timestamp)).toBe(iso.slice(0, 7));
      expect(isoTime(Math.floor(timestamp / 60_000) * 60_000)).toBe(
        `${iso.slice(0, 16).replace("T", " ")} UTC`,
      );
    }),
    { numRuns: 500 },
  );
});

it("seconds and milliseconds show only where there are some", () => {
  const noon = Date.UTC(2024, 1, 29, 12);
  expect(isoTime(noon)).toBe("2024-02-29 12:00 UTC");
  expect(isoTime(noon + 5000)).toBe("2024-02-29 12:00:05 UTC");
  expect(isoTime(noon + 5007)).toBe("2024-02-29 12:00:05.007 UTC");
  expect(isoTime(Number.NaN)).toBe("NaN");
});
