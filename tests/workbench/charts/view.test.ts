import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { latest, panned, type View, zoomed } from "#workbench/charts/view.ts";

const SLOTS = 10_000;
const views = fc
  .record({
    from: fc.double({ min: 0, max: 9000, noNaN: true }),
    span: fc.double({ min: 10, max: 1000, noNaN: true }),
  })
  .map(({ from, span }): View => ({ from, to: from + span }));
const width = ({ from, to }: View): number => to - from;

describe("the view of a chart", () => {
  test("a pan keeps its width and always leaves candles in view", () => {
    fc.assert(
      fc.property(views, fc.double({ min: -1e6, max: 1e6, noNaN: true }), (view, by) => {
        const moved = panned(view, by, SLOTS);
        expect(width(moved)).toBeCloseTo(width(view), 6);
        expect(moved.from).toBeLessThan(SLOTS);
        expect(moved.to).toBeGreaterThan(0);
      }),
    );
  });

  test("a zoom keeps the place under the pointer, away from the ends", () => {
    const inside = views.filter(({ from, to }) => from > 2000 && to < 8000);
    fc.assert(
      fc.property(
        inside,
        fc.double({ min: 0.5, max: 2, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (view, factor, at) => {
          const next = zoomed(view, factor, at, SLOTS);
          expect(next.from + width(next) * at).toBeCloseTo(view.from + width(view) * at, 6);
        },
      ),
    );
  });

  test("a zoom stops at a handful of candles and at all of them", () => {
    let view = latest(200, SLOTS);
    for (let i = 0; i < 100; i++) view = zoomed(view, 0.5, 0.5, SLOTS);
    expect(width(view)).toBeCloseTo(10, 6);
    for (let i = 0; i < 100; i++) view = zoomed(view, 2, 0.5, SLOTS);
    expect(width(view)).toBeCloseTo(1.2 * SLOTS, 6);
  });
});
