import fc from "fast-check";
import { HOUR_MS } from "#engine/core/timeframe.ts";

/** Equity curves with gaps of an hour to two weeks, up and down by up to a fifth, some steps flat; they begin at 1000. */
export const wanderings = fc
  .array(
    fc.record({
      hours: fc.integer({ min: 1, max: 400 }),
      factor: fc.oneof(fc.constant(1), fc.double({ min: 0.8, max: 1.25, noNaN: true })),
    }),
    { minLength: 1, maxLength: 200 },
  )
  .map((steps) => {
    let at = Date.UTC(2023, 10, 20);
    let value = 1000;
    const rows = steps.map(({ hours, factor }) => [(at += hours * HOUR_MS), (value *= factor)]);
    return { time: Float64Array.from(rows, ([t]) => t), equity: Float64Array.from(rows, ([, v]) => v) };
  });

/** Lists of returns in steps of a millionth, with ties and zeros among them. */
export const returnLists = fc.array(
  fc.oneof(
    fc.constantFrom(0, 0.01, -0.01),
    fc.integer({ min: -300_000, max: 300_000 }).map((value) => value / 1e6),
  ),
  { maxLength: 60 },
);
