import fc from "fast-check";
import { expect, test } from "vitest";
import { extremes } from "#workbench/charts/plotTheme.ts";

test("a thinned curve keeps its ends, its highest and its lowest point", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 3000 }), (values) => {
      const kept = extremes(values, 100);
      const drawn = kept.map((i) => values[i]);
      expect(drawn.length).toBeLessThanOrEqual(Math.max(100, 0));
      expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
      expect(kept[0]).toBe(0);
      expect(kept.at(-1)).toBe(values.length - 1);
      expect(Math.max(...drawn)).toBe(Math.max(...values));
      expect(Math.min(...drawn)).toBe(Math.min(...values));
    }),
    { numRuns: 200 },
  );
});
