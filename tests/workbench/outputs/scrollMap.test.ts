import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ScrollMap } from "#workbench/outputs/scrollMap.ts";

const VIEWPORT = 480;

describe("the scroll bar of a table that fits", () => {
  test("is the place itself", () => {
    const map = new ScrollMap(10_000, VIEWPORT);
    map.scrolled(1234);
    expect(map.top).toBe(1234);
    expect(map.contentPx).toBe(10_000);
    expect(map.moveTo(99_999)).toBe(10_000 - VIEWPORT);
  });
});

describe("the scroll bar of a table taller than a browser draws", () => {
  const tall = (): ScrollMap => new ScrollMap(24 * 5_000_000, VIEWPORT, 1_000_000);

  test("small movements move the rows one to one", () => {
    const map = tall();
    const bar = map.moveTo(50_000_000);
    map.scrolled(bar + 24);
    expect(map.top).toBe(50_000_024);
  });

  test("a long one is a place in the whole, and both ends are reached", () => {
    const map = tall();
    const lastBar = map.contentPx - VIEWPORT;
    map.scrolled(lastBar / 2);
    expect(map.top / map.lastTop).toBeCloseTo(0.5, 6);
    map.scrolled(lastBar);
    expect(map.top).toBe(map.lastTop);
    map.scrolled(0);
    expect(map.top).toBe(0);
  });

  test("a run of small movements never skips a row, up to either end, with the bar put right on the way", () => {
    const steps = fc.array(fc.integer({ min: -900, max: 900 }), { maxLength: 80 });
    const starts = fc.oneof(
      fc.nat(120_000_000),
      fc.nat(5000),
      fc.integer({ min: 119_990_000, max: 120_000_000 }),
    );
    fc.assert(
      fc.property(steps, starts, (moves, start) => {
        const map = tall();
        let bar = map.moveTo(start);
        for (const move of moves) {
          const before = map.top;
          const next = Math.min(Math.max(bar + move, 0), map.contentPx - VIEWPORT);
          map.scrolled(next);
          expect(map.top).toBe(Math.min(Math.max(before + next - bar, 0), map.lastTop));
          bar = map.isAstray ? map.moveTo(map.top) : next;
          // The bar is at an end only when the rows are.
          if (bar === 0) expect(map.top).toBe(0);
          if (bar === map.contentPx - VIEWPORT) expect(map.top).toBe(map.lastTop);
        }
      }),
    );
  });

  test("putting the bar where it belongs moves no row", () => {
    fc.assert(
      fc.property(fc.nat(120_000_000), (start) => {
        const map = tall();
        const bar = map.moveTo(start);
        const { top } = map;
        map.scrolled(bar);
        expect(map.top).toBe(top);
        expect(map.isAstray).toBe(false);
      }),
    );
  });
});
